import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'chai';
import { type BlockOptions, BlockTransform } from '../../transforms/blocks.js';
import { CountedNumbers } from '../support/counted-numbers.js';

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

function blocks(options: Partial<BlockOptions<number, number>> = {}): BlockTransform<number, number> {
  return new BlockTransform<number, number>({
    concurrency: 3,
    size: () => ({ rows: 7, bytes: 1_000 }),
    sizeOf: () => 1,
    maxAgeMs: 20,
    run: async (items) => items.map((item) => item * 10),
    ...options,
  });
}

async function through(input: Iterable<number>, stage: BlockTransform<number, number>): Promise<number[]> {
  const out: number[] = [];
  await pipeline(
    Readable.from(input),
    stage,
    new Writable({
      objectMode: true,
      write: (item: number, _encoding, callback) => {
        out.push(item);
        setImmediate(callback);
      },
    }),
  );
  return out;
}

describe('BlockTransform', () => {
  it('gives one result an item, in order, though later blocks end first', async () => {
    const stage = blocks({
      run: async (items) => {
        await wait(items[0]! % 2 === 0 ? 5 : 0);
        return items.map((item) => item * 10);
      },
    });
    expect(await through(numbers(100), stage)).to.deep.equal(numbers(100).map((n) => n * 10));
  });

  it('gives results as they come when order does not matter', async () => {
    let first = true;
    const stage = blocks({
      ordered: false,
      run: async (items) => {
        const slow = first;
        first = false;
        if (slow) await wait(30);
        return [...items];
      },
    });
    const out = await through(numbers(28), stage);
    expect(out.slice(-7)).to.deep.equal(numbers(7));
    expect([...out].sort((a, b) => a - b)).to.deep.equal(numbers(28));
  });

  it('lets items that it does not take pass in their place', async () => {
    const seen: number[] = [];
    const stage = blocks({
      takes: (item) => item % 3 === 0,
      run: async (items) => {
        seen.push(...items);
        return items.map((item) => item + 1_000);
      },
    });
    const out = await through(numbers(50), stage);
    expect(out).to.deep.equal(numbers(50).map((n) => (n % 3 === 0 ? n + 1_000 : n)));
    expect(seen).to.deep.equal(numbers(50).filter((n) => n % 3 === 0));
  });

  it('passes everything when it takes nothing, and never calls run', async () => {
    const stage = blocks({
      takes: () => false,
      run: async () => {
        throw new Error('called');
      },
    });
    expect(await through(numbers(30), stage)).to.deep.equal(numbers(30));
  });

  it('holds back nothing that passes, and ends also where nothing came', async () => {
    const stage = blocks({ takes: () => false });
    stage.write(1);
    expect(await stage.take(1).toArray()).to.deep.equal([1]);
    expect(await through([], blocks())).to.deep.equal([]);
    const waiting = blocks({ takes: () => false, sizeOf: () => 0, maxAgeMs: 60_000 });
    for (const n of numbers(10_000)) waiting.write(n);
    expect(await waiting.take(10_000).toArray()).to.have.length(10_000);
  });

  it('tells run what closed its block', async () => {
    const seen: string[] = [];
    const run: BlockOptions<number, number>['run'] = async (items, _signal, closedBy) => {
      seen.push(closedBy);
      return items;
    };
    await through(numbers(8), blocks({ run }));
    await through(numbers(2), blocks({ run, size: () => ({ rows: 100, bytes: 2 }) }));
    const stage = blocks({ run });
    stage.write(1);
    await stage.take(1).toArray();
    expect(seen).to.deep.equal(['rows', 'end', 'bytes', 'age']);
  });

  it('leaves out items whose result is undefined', async () => {
    const stage = blocks({ run: async (items) => items.map((item) => (item % 2 ? item : undefined)) });
    expect(await through(numbers(20), stage)).to.deep.equal(numbers(20).filter((n) => n % 2));
  });

  it('closes a block on rows, bytes, or age', async () => {
    const sizes: number[] = [];
    const run = async (items: readonly number[]): Promise<number[]> => {
      sizes.push(items.length);
      return [...items];
    };
    await through(numbers(14), blocks({ run }));
    await through(numbers(6), blocks({ run, size: () => ({ rows: 100, bytes: 6 }), sizeOf: () => 3 }));
    expect(sizes).to.deep.equal([7, 7, 2, 2, 2]);

    const stage = blocks({ run });
    stage.write(1);
    const [first] = await Promise.all([stage[Symbol.asyncIterator]().next()]);
    expect(first.value).to.equal(1);
    stage.destroy();
  });

  it('runs no more blocks at once than it may, and holds no more than it may', async () => {
    let running = 0;
    let most = 0;
    const stage = blocks({
      concurrency: 2,
      maxPending: 4,
      run: async (items) => {
        most = Math.max(most, ++running);
        await wait(1);
        running -= 1;
        return [...items];
      },
    });
    let written = 0;
    const feed = async (): Promise<void> => {
      for (const n of numbers(1_000)) {
        if (!stage.write(n)) await new Promise((resolve) => stage.once('drain', resolve));
        written += 1;
      }
      stage.end();
    };
    const feeding = feed();
    await wait(60);
    // Nobody reads: four blocks of 7 wait, and the two buffers of the stream itself are full.
    const bound = 4 * 7 + stage.writableHighWaterMark + stage.readableHighWaterMark + 1;
    expect(written).to.be.within(3 * 7, bound);
    const out: number[] = [];
    for await (const item of stage) out.push(item as number);
    await feeding;
    expect(out).to.deep.equal(numbers(1_000));
    expect(most).to.equal(2);
  });

  it('gives a reader no more than it asks for', async () => {
    const source = new CountedNumbers();
    const results = source.pipe(blocks())[Symbol.asyncIterator]();
    expect((await results.next()).value).to.equal(0);
    await wait(30);
    expect(source.taken).to.be.below(6 * 7);
    await results.return?.();
    source.destroy();
  });

  it('takes nothing in while the blocks that it holds exceed the bytes that they may have', async () => {
    const stage = blocks({ maxPending: 100, maxPendingBytes: 15 });
    let written = 0;
    const feed = async (): Promise<void> => {
      for (const n of numbers(500)) {
        if (!stage.write(n)) await new Promise((resolve) => stage.once('drain', resolve));
        written += 1;
      }
      stage.end();
    };
    const feeding = feed();
    await wait(60);
    // Three blocks of 7 bytes are the first to exceed it.
    expect(written).to.be.at.most(3 * 7 + stage.writableHighWaterMark + stage.readableHighWaterMark + 1);
    const out: number[] = [];
    for await (const item of stage) out.push(item as number);
    await feeding;
    expect(out).to.deep.equal(numbers(500).map((n) => n * 10));
  });

  it('works under pipe() with a reader in flowing mode', async () => {
    const stage = blocks();
    const out: number[] = [];
    stage.on('data', (item: number) => out.push(item));
    Readable.from(numbers(200)).pipe(stage);
    await new Promise((resolve) => stage.once('end', resolve));
    expect(out).to.have.length(200);
  });

  it('loses nothing to a reader that asks for more while it gets an item', async () => {
    const stage = blocks({ size: () => ({ rows: 2, bytes: 1_000 }) });
    const out: number[] = [];
    stage.on('data', (item: number) => {
      out.push(item);
      stage.read(0);
    });
    Readable.from(numbers(200)).pipe(stage);
    await new Promise((resolve) => stage.once('end', resolve));
    expect(out).to.deep.equal(numbers(200).map((n) => n * 10));
  });

  it('is destroyed with the error of run', async () => {
    const stage = blocks({ run: () => Promise.reject(new Error('no such thing')) });
    const error = await through(numbers(10), stage).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.message).to.equal('no such thing');
  });

  for (const name of ['size', 'sizeOf', 'takes'] as const) {
    it(`is destroyed with the error of ${name}`, async () => {
      const failing = (): never => {
        throw new Error(`${name} failed`);
      };
      const error = await through(numbers(10), blocks({ [name]: failing })).then(
        () => null,
        (reason: Error) => reason,
      );
      expect(error?.message).to.equal(`${name} failed`);
    });
  }

  it('refuses a run that loses items', async () => {
    const stage = blocks({ run: async () => [] });
    const error = await through(numbers(7), stage).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error).to.be.instanceOf(RangeError);
  });

  it('aborts and awaits what is in flight when it is destroyed, and gives nothing of it', async () => {
    let begun = 0;
    let ended = 0;
    const given: number[] = [];
    const stage = blocks({
      concurrency: 2,
      maxPending: 4,
      run: (items, signal) =>
        new Promise((resolve) => {
          begun += 1;
          signal.addEventListener('abort', () => {
            setTimeout(() => {
              ended += 1;
              resolve([...items]);
            }, 5);
          });
        }),
    });
    stage.on('data', (item: number) => given.push(item));
    for (const n of numbers(28)) stage.write(n);
    stage.destroy();
    await new Promise((resolve) => stage.once('close', resolve));
    expect([begun, ended]).to.deep.equal([2, 2]);
    expect(given).to.deep.equal([]);
  });

  it('calls back once what it holds when it is destroyed while it is full, or while it ends', async () => {
    for (const ending of [false, true]) {
      const stage = blocks({
        concurrency: 1,
        maxPending: ending ? 2 : 1,
        size: () => ({ rows: 1, bytes: 1_000 }),
        run: (items, signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve([...items]));
          }),
      });
      stage.on('error', () => {});
      const called: (string | undefined)[] = [];
      const held = (error?: Error | null): void => {
        called.push(error?.message);
      };
      if (ending) {
        stage.write(1);
        stage.end(held);
      } else {
        stage.write(1, held);
      }
      await wait(5);
      expect(called).to.deep.equal([]);
      stage.destroy(new Error('no more'));
      await new Promise((resolve) => stage.once('close', resolve));
      expect(called).to.deep.equal(['no more']);
    }
  });
});
