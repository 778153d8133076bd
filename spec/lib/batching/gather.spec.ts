import { expect } from 'chai';
import { gather } from '../../../lib/batching/gather.js';
import { createSizer } from '../../../lib/batching/sizer.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('gather', () => {
  it('closes a batch before an item that it has no room for, and keeps that item', async () => {
    const sizer = createSizer('fixed', { initialRows: 3, maxBytes: 10 });
    const options = { sizer, maxAgeMs: 100, sizeOf: (item: number) => item, clock: new FakeClock() };
    const batches: unknown[] = [];
    for await (const batch of gather([4, 4, 4, 20, 1, 1, 1, 2], options)) batches.push(batch);
    expect(batches).to.deep.equal([
      { items: [4, 4], closedBy: 'bytes' },
      { items: [4], closedBy: 'bytes' },
      { items: [20], closedBy: 'bytes' },
      { items: [1, 1, 1], closedBy: 'rows' },
      { items: [2], closedBy: 'end' },
    ]);
  });
});
