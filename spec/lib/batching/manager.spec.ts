import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { BatchManager } from '../../../lib/batching/manager.js';
import { ResourceMonitor } from '../../../lib/batching/monitor/monitor.js';
import type { Outcome } from '../../../lib/batching/outcome.js';
import { systemClock } from '../../../lib/clock.js';
import { MolstreamError } from '../../../lib/errors.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const task = {
  operation: 'double',
  dataSource: 'numbers',
  process: (items: readonly number[]) => items.map((n) => n * 2),
};

function valuesOf(outcomes: readonly Outcome<number, unknown>[]): unknown[] {
  return outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason));
}

describe('BatchManager', () => {
  it('refuses options that are none', () => {
    expect(() => new BatchManager({ concurrency: 0 })).to.throw('concurrency: must be a whole number from 1, not 0');
    expect(() => new BatchManager().process([], { ...task, initialBatchSize: 0 })).to.throw(
      'initialBatchSize: must be',
    );
  });

  it('gives all outcomes to who awaits, in order', async () => {
    const manager = new BatchManager({ concurrency: 3 });
    const outcomes = await manager.process(numbers(500), { ...task, initialBatchSize: 7 });
    expect(valuesOf(outcomes)).to.deep.equal(numbers(500).map((n) => n * 2));
    expect(manager.stats().overall).to.include({ items: 500, successes: 500, retries: 0 });
    expect(manager.stats().overall.batchItems.smallest).to.be.at.most(7);
  });

  it('gives one outcome after the other to who iterates, and reads on only as they are taken', async () => {
    const concurrency = 2;
    const manager = new BatchManager({ concurrency });
    let read = 0;
    async function* source(): AsyncGenerator<number> {
      for (; read < 10_000; read += 1) yield read;
    }
    const batches: number[] = [];
    const process = (items: readonly number[]): readonly number[] => {
      batches.push(items.length);
      return items;
    };
    const taken: number[] = [];
    for await (const outcome of manager.process(source(), { ...task, process, initialBatchSize: 5 })) {
      taken.push(outcome.item);
      if (taken.length === 20) break;
    }
    expect(taken).to.deep.equal(numbers(20));
    const ends = batches.map((_, i) => batches.slice(0, i + 1).reduce((sum, rows) => sum + rows));
    const begun = 1 + ends.findIndex((end) => end >= 20);
    expect(batches.length - begun).to.be.below(concurrency);
    expect(read).to.be.at.most(ends.at(-1)! + 1);
  });

  for (const ordered of [true, false]) {
    it(`gives outcomes to a source that waits for them, ${ordered ? 'in order' : 'as they come'}`, async () => {
      const manager = new BatchManager({ concurrency: 3, maxAgeMs: 1 });
      let answer = (): void => {};
      async function* dialogue(): AsyncGenerator<number> {
        for (const n of numbers(4)) {
          const answered = new Promise<void>((resolve) => {
            answer = resolve;
          });
          yield n;
          await answered;
        }
      }
      const taken: number[] = [];
      for await (const { item } of manager.process(dialogue(), { ...task, ordered })) {
        taken.push(item);
        answer();
      }
      expect(taken).to.deep.equal(numbers(4));
    });
  }

  it('can be left while the source says nothing', async () => {
    async function* silent(): AsyncGenerator<number> {
      yield 1;
      await new Promise<never>(() => {});
    }
    const taken: number[] = [];
    for await (const { item } of new BatchManager({ concurrency: 2, maxAgeMs: 1 }).process(silent(), task)) {
      taken.push(item);
      break;
    }
    expect(taken).to.deep.equal([1]);
  });

  it('fails with the source although it fails while the reader is busy', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      await sleep(10);
      throw new Error('no more');
    }
    const taken: number[] = [];
    let caught: unknown;
    try {
      for await (const { item } of new BatchManager({ concurrency: 2, maxAgeMs: 1 }).process(failing(), task)) {
        taken.push(item);
        await sleep(20);
      }
    } catch (error) {
      caught = error;
    }
    expect(taken).to.deep.equal([1]);
    expect(caught).to.have.property('message', 'no more');
  });

  it('begins one more batch while the reader is busy, and closes the source that it leaves', async () => {
    let closed = false;
    let read = 0;
    async function* source(): AsyncGenerator<number> {
      try {
        for (; read < 1_000; read += 1) {
          await sleep(1);
          yield read;
        }
      } finally {
        closed = true;
      }
    }
    const concurrency = 2;
    const batches: number[] = [];
    const process = (items: readonly number[]): readonly number[] => {
      batches.push(items.length);
      return items;
    };
    const manager = new BatchManager({ concurrency, maxAgeMs: 10_000 });
    for await (const _ of manager.process(source(), { ...task, process, initialBatchSize: 3 })) {
      while (batches.length < concurrency) await sleep(1);
      await sleep(20);
      break;
    }
    expect(batches).to.have.length(concurrency);
    expect(read).to.be.at.most(batches[0]! + batches[1]! + 1);
    expect(closed).to.equal(true);
  });

  it('is iterated or awaited, once', async () => {
    const processing = new BatchManager().process([1], task);
    await processing;
    await processing;
    expect(() => processing[Symbol.asyncIterator]()).to.throw(TypeError, 'once');
  });

  it('runs batches side by side, under one limit for all', async () => {
    const manager = new BatchManager({ concurrency: 3 });
    let running = 0;
    let most = 0;
    const slow = async (items: readonly number[]): Promise<readonly number[]> => {
      running += 1;
      most = Math.max(most, running);
      await sleep(2);
      running -= 1;
      return items;
    };
    await Promise.all(
      ['a', 'b', 'c'].map((dataSource) =>
        manager.process(numbers(60), { operation: 'slow', dataSource, process: slow, initialBatchSize: 3 }),
      ),
    );
    expect(most).to.equal(3);
    const { overall, operations, dataSources, sizers } = manager.stats();
    expect(overall.items).to.equal(180);
    expect(Object.keys(operations)).to.deep.equal(['slow']);
    expect(dataSources.b!.items).to.equal(60);
    expect(Object.keys(sizers)).to.deep.equal(['slow a', 'slow b', 'slow c']);
  });

  it('may give outcomes as they come', async () => {
    const manager = new BatchManager({ concurrency: 2 });
    const process = async (items: readonly number[]): Promise<readonly number[]> => {
      await sleep(items.includes(0) ? 30 : 1);
      return items;
    };
    const outcomes = await manager.process([0, 1], { ...task, process, initialBatchSize: 1, ordered: false });
    expect(outcomes.map(({ item }) => item)).to.deep.equal([1, 0]);
  });

  it('isolates failing items, and counts them by code', async () => {
    const manager = new BatchManager();
    const process = (items: readonly number[]): readonly number[] => {
      if (items.includes(13)) throw Object.assign(new Error('unlucky'), { code: 'E13' });
      return items;
    };
    const outcomes = await manager.process(numbers(30), { ...task, process });
    expect(outcomes.filter(({ status }) => status === 'rejected').map(({ item }) => item)).to.deep.equal([13]);
    expect(manager.stats().operations.double).to.deep.include({ items: 30, successes: 29, errors: { E13: 1 } });
  });

  for (const code of ['toString', '__proto__']) {
    it(`counts errors by code whatever it is called: ${code}`, async () => {
      const manager = new BatchManager();
      const process = (items: readonly number[]): readonly number[] => {
        if (items.includes(1)) throw { code };
        return items;
      };
      await manager.process([0, 1, 2], { ...task, process });
      const { successes, errors } = manager.stats().overall;
      expect(successes).to.equal(2);
      expect(Object.entries(errors)).to.deep.equal([[code, 1]]);
    });
  }

  it('learns the size of each operation and source for itself', async () => {
    const manager = new BatchManager();
    await manager.process(numbers(400), { ...task, initialBatchSize: 4 });
    await manager.process(numbers(1), { ...task, dataSource: 'others', initialBatchSize: 4 });
    const { sizers } = manager.stats();
    expect(sizers['double numbers']!.rows).to.be.above(4);
    expect(sizers['double others']!.rows).to.equal(4);
  });

  it('takes no operation and source for another', async () => {
    const manager = new BatchManager();
    await manager.process(numbers(400), { ...task, operation: 'a b', dataSource: 'c', initialBatchSize: 4 });
    const sizes: number[] = [];
    const process = (items: readonly number[]): readonly number[] => {
      sizes.push(items.length);
      return items;
    };
    await manager.process(numbers(9), { operation: 'a', dataSource: 'b c', initialBatchSize: 3, process });
    expect(sizes[0]).to.equal(3);
  });

  it('shows the breaker of its monitor', async () => {
    const usage = () => ({ rssBytes: 99, heapBytes: 1, cpuMs: 0, loopUtilization: 0 });
    const monitor = new ResourceMonitor({ limitBytes: 100, usage, clock: systemClock });
    expect(new BatchManager({ monitor }).stats().resources).to.include({ breaker: 'open', rssBytes: 99 });
    expect(new BatchManager().stats().resources).to.equal(null);
  });

  it('works on what there is when it has aged', async () => {
    const manager = new BatchManager({ maxAgeMs: 5 });
    async function* source(): AsyncGenerator<number> {
      yield 1;
      await sleep(60);
      yield 2;
    }
    const arrivals: number[] = [];
    for await (const { item } of manager.process(source(), { ...task, initialBatchSize: 100 })) arrivals.push(item);
    expect(arrivals).to.deep.equal([1, 2]);
    expect(manager.stats().overall.batches).to.equal(2);
  });

  it('ends when it is aborted, also while the source says nothing', async () => {
    const abort = new AbortController();
    async function* silent(): AsyncGenerator<number> {
      yield 1;
      await new Promise<never>(() => {});
    }
    const waiting = new BatchManager().process(silent(), { ...task, signal: abort.signal }).then(
      () => null,
      (error: unknown) => error,
    );
    await sleep(5);
    abort.abort(new Error('enough'));
    expect(await waiting)
      .to.be.an('error')
      .with.property('message', 'enough');
  });

  it('ends when it is aborted before its turn has come', async () => {
    const manager = new BatchManager({ concurrency: 1 });
    let end = (): void => {};
    const long = (items: readonly number[]) =>
      new Promise<readonly number[]>((resolve) => {
        end = () => resolve(items);
      });
    const first = manager.process([1], { ...task, process: long });
    const done = first.then(valuesOf);
    await sleep(5);
    const abort = new AbortController();
    const aborted = manager.process([2], { ...task, signal: abort.signal }).then(
      () => null,
      (error: unknown) => error,
    );
    await sleep(5);
    abort.abort(new Error('enough'));
    expect(await aborted).to.have.property('message', 'enough');
    end();
    expect(await done).to.deep.equal([1]);
  });

  it('does not warn of what it has passed on', async () => {
    const warned: unknown[] = [];
    const warn = (warning: unknown): number => warned.push(warning);
    process.on('warning', warn);
    async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new Error('no more');
    }
    const failure = await new BatchManager().process(broken(), task).then(
      () => null,
      (error: unknown) => error,
    );
    await sleep(5);
    process.off('warning', warn);
    expect(failure).to.have.property('message', 'no more');
    expect(warned).to.deep.equal([]);
  });

  it('warns of what a source throws that it leaves while it asks for an item', async () => {
    const abort = new AbortController();
    let answer = (_: IteratorResult<number>): void => {};
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
        return: async () => {
          throw new Error('the cursor cannot be closed');
        },
      }),
    };
    const waiting = new BatchManager().process(source, { ...task, signal: abort.signal }).then(
      () => null,
      (error: unknown) => error,
    );
    await sleep(5);
    abort.abort(new Error('enough'));
    expect(await waiting).to.have.property('message', 'enough');
    const warned = once(process, 'warning');
    answer({ done: false, value: 1 });
    expect((await warned)[0]).to.have.property('message', 'the cursor cannot be closed');
  });

  it('passes on what the source throws, when the work at hand is done', async () => {
    let worked = 0;
    function* broken(): Generator<number> {
      yield 1;
      throw new Error('no more');
    }
    const process = async (items: readonly number[]): Promise<readonly number[]> => {
      await sleep(5);
      worked += items.length;
      return items;
    };
    const failure = await new BatchManager().process(broken(), { ...task, process, initialBatchSize: 1 }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).to.be.an('error').with.property('message', 'no more');
    expect(worked).to.equal(1);
  });

  it('runs a module in worker threads, and ends them', async () => {
    const manager = new BatchManager({ workers: 1 });
    const outcomes = await manager.process<number, { value: number; threadId: number }>([1, 13, 2], {
      operation: 'double',
      dataSource: 'numbers',
      process: new URL('../../support/double-worker.js', import.meta.url),
    });
    const values = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.value : null));
    expect(values).to.deep.equal([2, null, 4]);
    await manager.close();
  });

  it('keeps the worker of a module while a slow source has nothing for it', async () => {
    const manager = new BatchManager({ workers: 1, concurrency: 1, maxAgeMs: 1 });
    const threads = new Set<number>();
    async function* slow(): AsyncGenerator<number> {
      for (const n of [1, 2, 3]) {
        yield n;
        await sleep(20);
      }
    }
    const process = new URL('../../support/double-worker.js', import.meta.url);
    const outcomes = manager.process<number, { threadId: number }>(slow(), { ...task, process });
    for await (const outcome of outcomes) if (outcome.status === 'fulfilled') threads.add(outcome.value.threadId);
    expect(manager.stats().overall.batches).to.equal(3);
    expect(threads.size).to.equal(1);
    await manager.close();
  });

  it('rejects all that is asked of a module that cannot be loaded', async () => {
    const manager = new BatchManager({ workers: 2 });
    const process = new URL('../../support/broken-worker.js', import.meta.url);
    for (const _ of [1, 2]) {
      const failure = await manager.process(numbers(20), { ...task, process, initialBatchSize: 3 }).then(
        () => null,
        (error: unknown) => error,
      );
      expect(failure).to.be.instanceOf(MolstreamError).with.property('message').that.contains(process.href);
    }
    expect(manager.stats().overall.items).to.equal(0);
    await manager.close();
  });
});
