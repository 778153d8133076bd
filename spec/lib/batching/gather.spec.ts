import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { pause } from '../../../lib/batching/clock.js';
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

  it('closes a batch that has aged while nothing comes', async () => {
    const clock = new FakeClock();
    async function* slow(): AsyncGenerator<number> {
      yield 1;
      await pause(clock, 150);
      yield 2;
    }
    const batches: unknown[] = [];
    const options = { sizer: createSizer('fixed', { initialRows: 3 }), maxAgeMs: 100, sizeOf: () => 1, clock };
    const gathering = (async () => {
      for await (const batch of gather(slow(), options)) batches.push(batch);
    })();
    for (const [ms, seen] of [
      [99, []],
      [1, [{ items: [1], closedBy: 'age' }]],
    ] as const) {
      await turn();
      clock.advance(ms);
      await turn();
      expect(batches).to.deep.equal(seen);
    }
    clock.advance(50);
    await gathering;
    expect(batches[1]).to.deep.equal({ items: [2], closedBy: 'end' });
    expect(clock.pending).to.equal(0);
  });

  it('gives nothing where it is aborted before', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    const options = { sizer: createSizer('fixed'), maxAgeMs: 100, sizeOf: () => 1, clock: new FakeClock(), signal };
    const error = await gather([1], options)
      .next()
      .catch((reason: unknown) => reason);
    expect(error).to.equal(signal.reason);
  });
});
