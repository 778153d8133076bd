import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { expect } from 'chai';
import Highland from 'highland';
import type { Outcome } from '../../lib/batching/outcome.js';
import { createSizer } from '../../lib/batching/sizer.js';
import { MolstreamError } from '../../lib/errors.js';
import { StatisticsBook } from '../../lib/monitor/book.js';
import type { BatchCost, BatchSizer } from '../../lib/types.js';
import { processInBatches } from '../../transforms/process-in-batches.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const fixed = (rows: number) => createSizer('fixed', { initialRows: rows });

async function outcomesOf<Out>(items: number[], stage: NodeJS.ReadWriteStream): Promise<Outcome<number, Out>[]> {
  const outcomes: Outcome<number, Out>[] = [];
  const sink = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(outcome, _encoding, callback) {
      outcomes.push(outcome);
      callback();
    },
  });
  await pipeline(Readable.from(items), stage, sink);
  return outcomes;
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('processInBatches', () => {
  for (const [options, message] of [
    [{ concurrency: 0 }, 'concurrency: must be a whole number from 1, not 0'],
    [{ workers: 1.5 }, 'workers: must be a whole number from 1, not 1.5'],
    [{ maxAgeMs: 0 }, 'maxAgeMs: must be a whole number from 1, not 0'],
    [{ maxAgeMs: 2 ** 31 }, 'maxAgeMs: must be at most 2147483647, not 2147483648'],
    [{ retryDelayMs: 2 ** 31 }, 'retryDelayMs: must be at most 2147483647, not 2147483648'],
    [{ retries: -1 }, 'retries: must be a whole number from 0, not -1'],
    [{ retryDelayMs: -1 }, 'retryDelayMs: must be a whole number from 0, not -1'],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => processInBatches((items: readonly number[]) => items, options)).to.throw(message);
    });
  }

  it('gives an outcome for each item, in order, several batches at once', async () => {
    const sizes: number[] = [];
    const square = async (items: readonly number[]): Promise<number[]> => {
      sizes.push(items.length);
      await sleep(items[0] === 0 ? 20 : 1);
      return items.map((item) => item ** 2);
    };
    const outcomes = await outcomesOf(numbers(25), processInBatches(square, { concurrency: 3, sizer: fixed(10) }));
    expect(outcomes).to.deep.equal(numbers(25).map((item) => ({ status: 'fulfilled', item, value: item ** 2 })));
    expect(sizes).to.deep.equal([10, 10, 5]);
  });

  it('gives them as they come when order is not asked for', async () => {
    const work = async (items: readonly number[]): Promise<readonly number[]> => {
      await sleep(items.includes(0) ? 30 : 1);
      return items;
    };
    const stage = processInBatches(work, { concurrency: 2, sizer: fixed(1), ordered: false });
    const outcomes = await outcomesOf(numbers(4), stage);
    expect(outcomes.at(-1)!.item).to.equal(0);
    expect(outcomes.map(({ item }) => item).toSorted()).to.deep.equal(numbers(4));
  });

  it('passes through Highland', async () => {
    const stage = processInBatches((items: readonly number[]) => items.map(String), { sizer: fixed(3) });
    const outcomes = (await Highland(numbers(7)).through(stage).collect().toPromise(Promise)) as unknown as Outcome<
      number,
      string
    >[];
    expect(outcomes.map(({ item }) => item)).to.deep.equal(numbers(7));
  });

  it('reads no further than it can hold while nobody reads it', async () => {
    let read = 0;
    const source = Readable.from(
      (function* () {
        for (; read < 100_000; read += 1) yield read;
      })(),
    );
    const stage = source.pipe(
      processInBatches((items: readonly number[]) => items, { concurrency: 2, sizer: fixed(10) }),
    );
    await sleep(30);
    expect(read).to.be.below(200);
    source.destroy();
    stage.destroy();
  });

  it('ends each item as result or as error, never both, never neither', async () => {
    const book = new StatisticsBook(() => performance.now());
    const work = (items: readonly number[]): readonly number[] => {
      const bad = items.find((item) => item % 7 === 3);
      if (bad !== undefined) throw Object.assign(new Error(`no ${bad}`), { code: 'SEVEN' });
      return items;
    };
    const stage = processInBatches(work, { sizer: fixed(16), book, operation: 'check', dataSource: 'numbers' });
    const outcomes = await outcomesOf<number>(numbers(100), stage);
    expect(outcomes.map(({ item }) => item)).to.deep.equal(numbers(100));
    expect(outcomes.filter(({ status }) => status === 'rejected').map(({ item }) => item)).to.deep.equal(
      numbers(100).filter((item) => item % 7 === 3),
    );
    expect(book.snapshot().operations.check).to.deep.include({ items: 100, successes: 86, errors: { SEVEN: 14 } });
  });

  it('tries transient errors again', async () => {
    let attempts = 0;
    const flaky = (items: readonly number[]): readonly number[] => {
      attempts += 1;
      if (attempts < 3) throw { code: 'ECONNRESET' };
      return items;
    };
    const costs: BatchCost[] = [];
    const sizer: BatchSizer = { next: () => ({ rows: 5, bytes: 1e6 }), report: (cost) => costs.push(cost), state: {} };
    const outcomes = await outcomesOf(numbers(5), processInBatches(flaky, { sizer, retryDelayMs: 1 }));
    expect(outcomes.every(({ status }) => status === 'fulfilled')).to.equal(true);
    expect(attempts).to.equal(3);
    // Fewer at a time may fail less often.
    expect(costs.map(({ rows, error }) => ({ rows, error }))).to.deep.equal([{ rows: 5, error: 'ECONNRESET' }]);
  });

  it('fails when the work does not give one result an item', async () => {
    const failure = await failureOf(
      outcomesOf(
        numbers(5),
        processInBatches(() => [1], { sizer: fixed(5) }),
      ),
    );
    expect(failure).to.be.instanceOf(RangeError);
  });

  it('tells the sizer what closed each batch', async () => {
    const closed: string[] = [];
    const sizer: BatchSizer = {
      next: () => ({ rows: 10, bytes: 100 }),
      report: ({ rows, closedBy }) => closed.push(`${rows} ${closedBy}`),
      state: {},
    };
    const stage = processInBatches((items: readonly number[]) => items, {
      sizer,
      concurrency: 1,
      sizeOf: (item) => (item < 10 ? 1 : 50),
      maxAgeMs: 10,
    });
    async function* source(): AsyncGenerator<number> {
      yield* numbers(13);
      await sleep(50);
      yield 13;
    }
    await pipeline(
      source,
      stage,
      new Writable({ objectMode: true, write: (_item, _encoding, callback) => callback() }),
    );
    expect(closed).to.deep.equal(['10 rows', '2 bytes', '1 age', '1 end']);
  });

  it('ends with the reason of the signal, and aborts the work', async () => {
    const abort = new AbortController();
    let aborted = false;
    const work = async (items: readonly number[], signal: AbortSignal): Promise<readonly number[]> => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      setImmediate(() => abort.abort());
      await sleep(10_000, undefined, { signal });
      return items;
    };
    const stage = processInBatches(work, { sizer: fixed(1), signal: abort.signal });
    expect(await failureOf(outcomesOf(numbers(3), stage))).to.have.property('name', 'AbortError');
    expect(aborted).to.equal(true);
  });

  it('ends with an AbortError that has the reason of the signal as its cause', async () => {
    const reason = new Error('enough');
    const abort = new AbortController();
    const stage = processInBatches((items: readonly number[]) => items, { signal: abort.signal });
    abort.abort(reason);
    expect(await failureOf(outcomesOf(numbers(3), stage))).to.deep.include({ name: 'AbortError', cause: reason });
  });

  it('runs a module in worker threads', async () => {
    const url = new URL('../support/double-worker.js', import.meta.url);
    const stage = processInBatches<number, { value: number; threadId: number }>(url, { workers: 1, sizer: fixed(8) });
    const outcomes = await outcomesOf<{ value: number; threadId: number }>(numbers(20), stage);
    for (const outcome of outcomes) {
      if (outcome.item === 13) expect(outcome.status).to.equal('rejected');
      else expect(outcome).to.deep.include({ status: 'fulfilled', item: outcome.item });
      if (outcome.status === 'fulfilled') expect(outcome.value.threadId).not.to.equal(threadId);
    }
    expect(outcomes).to.have.length(20);
  });

  for (const [module, reason] of [
    ['broken-worker.js', 'this module is broken'],
    ['no-such-worker.js', 'Cannot find'],
  ] as const) {
    it(`fails when ${module} cannot be loaded`, async () => {
      const url = new URL(`../support/${module}`, import.meta.url);
      const stage = processInBatches(url, { concurrency: 2, sizer: fixed(2) });
      const failure = await failureOf(outcomesOf(numbers(20), stage));
      expect(failure)
        .to.be.instanceOf(MolstreamError)
        .with.property('message')
        .that.contains(url.href)
        .and.contains(reason);
    });
  }
});
