import { expect } from 'chai';
import { type ImportOptions, resolveOptions } from '../../lib/options.js';
import { Pace } from '../../pipelines/pace.js';

const paceOf = (options: Partial<ImportOptions>): Pace =>
  new Pace(resolveOptions({ inputs: ['a.smi'], ...options }), []);

/** Rows of a chunk once commits have taken a millisecond a row for a while. */
function settledRows(options: Partial<ImportOptions>): number {
  const { sizer } = paceOf(options);
  for (let chunks = 0; chunks < 100; chunks += 1) {
    const { rows } = sizer.next();
    sizer.report({ rows, bytes: rows * 100, ms: rows, closedBy: 'rows' });
  }
  return sizer.next().rows;
}

describe('the pace of an import', () => {
  it('keeps to the bounds that it is given', () => {
    expect(paceOf({ maxBatchRows: 3 }).sizer.next().rows).to.equal(3);
    expect(paceOf({ maxBatchBytes: 12_345 }).sizer.next().bytes).to.equal(12_345);
    expect(paceOf({ batchSize: 20_000, maxBatchBytes: 12_345 }).sizer.next()).to.deep.equal({
      rows: 20_000,
      bytes: 12_345,
    });
    expect(paceOf({ memoryLimit: 2 ** 40 }).monitor.read().limitBytes).to.equal(2 ** 40);
  });

  it('keeps commits as short as it is told to', () => {
    expect(settledRows({ commitTargetMs: 20 })).to.be.at.most(20);
    expect(settledRows({ commitTargetMs: 500 })).to.be.within(40, 500);
    expect(settledRows({ commitTargetMs: 500, batchSize: 3_000 })).to.equal(3_000);
  });
});
