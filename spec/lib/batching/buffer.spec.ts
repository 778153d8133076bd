import { expect } from 'chai';
import { ChunkBuffer } from '../../../lib/batching/buffer.js';
import type { BatchSizer } from '../../../lib/types.js';
import { FakeClock } from '../../support/fake-clock.js';

function bufferOf(size: { rows: number; bytes: number }) {
  const clock = new FakeClock();
  const sizer: BatchSizer = { next: () => size, report() {}, state: {} };
  const buffer = new ChunkBuffer<number>({ sizer, maxAgeMs: 100, sizeOf: (item) => item, now: () => clock.now() });
  return { buffer, clock, size };
}

describe('ChunkBuffer', () => {
  it('closes on rows', () => {
    const { buffer } = bufferOf({ rows: 2, bytes: 1000 });
    expect(buffer.add(1)).to.equal(true);
    expect(buffer.closable()).to.equal(null);
    expect(buffer.add(2)).to.equal(true);
    expect(buffer.closable()).to.equal('rows');
    expect(buffer.add(3)).to.equal(false);
    expect(buffer.close('rows')).to.deep.equal({ items: [1, 2], bytes: 3, closedBy: 'rows' });
    expect(buffer.rows).to.equal(0);
  });

  it('closes on bytes before an item that would pass the bound', () => {
    const { buffer } = bufferOf({ rows: 10, bytes: 100 });
    buffer.add(60);
    expect(buffer.closable()).to.equal(null);
    expect(buffer.add(41)).to.equal(false);
    expect(buffer.closable()).to.equal('bytes');
    expect(buffer.close('bytes').items).to.deep.equal([60]);
    expect(buffer.add(41)).to.equal(true);
    expect(buffer.closable()).to.equal(null);
    expect(buffer.add(59)).to.equal(true);
    expect(buffer.closable()).to.equal('bytes');
  });

  it('takes an item beyond the bound alone', () => {
    const { buffer } = bufferOf({ rows: 10, bytes: 100 });
    expect(buffer.add(500)).to.equal(true);
    expect(buffer.closable()).to.equal('bytes');
    expect(buffer.add(1)).to.equal(false);
  });

  it('ages from its first item', () => {
    const { buffer, clock } = bufferOf({ rows: 10, bytes: 100 });
    clock.advance(500);
    expect(buffer.agesInMs()).to.equal(null);
    buffer.add(1);
    clock.advance(60);
    expect(buffer.agesInMs()).to.equal(40);
    expect(buffer.closable()).to.equal(null);
    clock.advance(60);
    expect(buffer.agesInMs()).to.equal(0);
    expect(buffer.closable()).to.equal('age');
  });

  it('reads the size anew: a sizer that allows more opens a full chunk again', () => {
    const { buffer, size } = bufferOf({ rows: 1, bytes: 100 });
    buffer.add(1);
    expect(buffer.add(1)).to.equal(false);
    size.rows = 2;
    expect(buffer.closable()).to.equal(null);
    expect(buffer.add(1)).to.equal(true);
    expect(buffer.closable()).to.equal('rows');
  });
});
