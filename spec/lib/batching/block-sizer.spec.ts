import { expect } from 'chai';
import { BLOCKS_PER_WORKER, createBlockSizer } from '../../../lib/batching/block-sizer.js';
import { simulateBlocks } from '../../bench/batching/worker-blocks.js';

describe('blocks for workers', () => {
  for (const workers of [2, 4, 8]) {
    it(`${workers} workers are busy 90 % of the time though 1 % of the molecules are 100 times slower`, () => {
      for (const seed of [1, 2, 3]) {
        const { busy, largest } = simulateBlocks(createBlockSizer({ seed }), {
          workers,
          maxPending: workers * BLOCKS_PER_WORKER,
          molecules: 20_000,
          slowShare: 0.01,
          slowness: 100,
          moleculeMs: 1,
          sendMs: 0.3,
          seed,
        });
        expect(busy).to.be.at.least(0.9);
        expect(largest).to.be.at.most(64);
      }
    });
  }

  it('makes larger blocks where a molecule takes next to nothing', () => {
    const sizer = createBlockSizer();
    for (let index = 0; index < 40; index += 1) {
      const { rows } = sizer.next();
      sizer.report({ rows, bytes: rows * 100, ms: 0.3 + rows / 200, closedBy: 'rows' });
    }
    expect(sizer.next().rows).to.be.above(30);
  });

  it('keeps blocks of large records within the bytes allowed', () => {
    const sizer = createBlockSizer();
    for (let index = 0; index < 40; index += 1) sizer.report({ rows: 2, bytes: 2_000_000, ms: 20, closedBy: 'bytes' });
    expect(sizer.next().bytes).to.be.at.most(2_000_000);
    expect(createBlockSizer({ maxBytes: 300 }).next().bytes).to.equal(300);
  });

  it('gives a block of slow records room for the least that it holds', () => {
    const sizer = createBlockSizer();
    for (let index = 0; index < 40; index += 1) sizer.report({ rows: 2, bytes: 2_000, ms: 2_000, closedBy: 'rows' });
    const { rows, bytes } = sizer.next();
    expect(rows).to.equal(8);
    expect(bytes).to.be.within(8_000, 16_000);
    expect(sizer.state).to.include({ kind: 'chemical', rows, bytes });
  });

  it('keeps to the options', () => {
    expect(createBlockSizer({ initialRows: 2, maxRows: 3 }).next().rows).to.equal(3);
  });
});
