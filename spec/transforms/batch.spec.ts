import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import Highland from 'highland';
import { createSizer } from '../../lib/batching/sizer.js';
import type { BatchSizer, Chunk } from '../../lib/types.js';
import { batch } from '../../transforms/batch.js';
import { CountedNumbers } from '../support/counted-numbers.js';
import { FakeClock } from '../support/fake-clock.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const fixed = (rows: number): BatchSizer => createSizer('fixed', { initialRows: rows });

/** A sink that holds each chunk until `release` is called. */
function heldSink() {
  const held: { chunk: Chunk<number>; release: () => void }[] = [];
  const sink = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(chunk, _encoding, callback) {
      held.push({ chunk, release: () => callback() });
    },
  });
  return { sink, held };
}

async function settle(): Promise<void> {
  for (let index = 0; index < 10; index += 1) await turn();
}

describe('batch', () => {
  it('refuses an age that is none', () => {
    expect(() => batch({ sizer: fixed(1), maxAgeMs: 0 })).to.throw('maxAgeMs: must be a whole number from 1, not 0');
    expect(() => batch({ sizer: fixed(1), maxAgeMs: 2 ** 31 })).to.throw('maxAgeMs: must be at most 2147483647');
  });

  for (const [way, collect] of Object.entries({
    'for await': async (items: number[], sizer: BatchSizer) => {
      const chunks: Chunk<number>[] = [];
      for await (const chunk of Readable.from(items).pipe(batch<number>({ sizer }))) chunks.push(chunk);
      return chunks;
    },
    pipeline: async (items: number[], sizer: BatchSizer) => {
      const chunks: Chunk<number>[] = [];
      const sink = new Writable({
        objectMode: true,
        write(chunk, _encoding, callback) {
          chunks.push(chunk);
          setImmediate(callback);
        },
      });
      await pipeline(Readable.from(items), batch<number>({ sizer }), sink);
      return chunks;
    },
    Highland: (items: number[], sizer: BatchSizer) =>
      Highland(items)
        .through(batch<number>({ sizer }) as unknown as NodeJS.ReadWriteStream)
        .collect()
        .toPromise(Promise) as unknown as Promise<Chunk<number>[]>,
  })) {
    it(`keeps every item, in order, through ${way}`, async () => {
      const chunks = await collect(numbers(25), fixed(10));
      expect(chunks.map(({ items, closedBy }) => [items.length, closedBy])).to.deep.equal([
        [10, 'rows'],
        [10, 'rows'],
        [5, 'end'],
      ]);
      expect(chunks.flatMap(({ items }) => items)).to.deep.equal(numbers(25));
    });

    it(`ends without a chunk on no items, through ${way}`, async () => {
      expect(await collect([], fixed(10))).to.deep.equal([]);
    });
  }

  it('stops taking items while the sink is busy, and grows the open chunk to the size of that moment', async () => {
    const size = { rows: 3, bytes: 1e9 };
    const { sink, held } = heldSink();
    const source = new CountedNumbers();
    const done = pipeline(
      source,
      batch({ sizer: { next: () => size, report() {}, state: {} }, clock: new FakeClock() }),
      sink,
    );
    await settle();
    expect(held).to.have.length(1);
    expect(held[0]!.chunk.items).to.deep.equal([0, 1, 2]);
    expect(source.taken).to.be.below(40);
    size.rows = 7;
    held[0]!.release();
    await settle();
    expect(held[1]!.chunk.items).to.deep.equal([3, 4, 5, 6, 7, 8, 9]);
    source.destroy();
    await done.catch(() => undefined);
  });

  it('stops taking items while the reader of an iterator is busy', async () => {
    const source = new CountedNumbers();
    const chunks = source.pipe(batch<number>({ sizer: fixed(3), clock: new FakeClock() }))[Symbol.asyncIterator]();
    for (const items of [
      [0, 1, 2],
      [3, 4, 5],
    ]) {
      expect((await chunks.next()).value.items).to.deep.equal(items);
      await settle();
      expect(source.taken).to.be.below(40);
    }
    await chunks.return?.();
    source.destroy();
  });

  it('gives an idle sink what there is when it has aged, and a busy one nothing', async () => {
    const clock = new FakeClock();
    const { sink, held } = heldSink();
    const source = new PassThrough({ objectMode: true });
    const done = pipeline(source, batch({ sizer: fixed(100), maxAgeMs: 50, clock }), sink);
    source.write(1);
    await settle();
    expect(held).to.have.length(0);
    clock.advance(50);
    await settle();
    expect(held[0]!.chunk).to.deep.include({ items: [1], closedBy: 'age' });
    source.write(2);
    await settle();
    clock.advance(500);
    source.write(3);
    await settle();
    held[0]!.release();
    await settle();
    expect(held[1]!.chunk).to.deep.include({ items: [2, 3], closedBy: 'age' });
    held[1]!.release();
    source.write(4);
    await settle();
    clock.advance(50);
    await settle();
    expect(held[2]!.chunk).to.deep.include({ items: [4], closedBy: 'age' });
    source.end();
    held[2]!.release();
    await done;
    expect(clock.pending).to.equal(0);
  });

  it('calls back a write that waits when it is destroyed', async () => {
    const clock = new FakeClock();
    const stream = batch<number>({ sizer: fixed(1), clock });
    const outcomes: (Error | null | undefined)[] = [];
    stream.on('error', () => {});
    for (let index = 0; index < 4; index += 1) stream.write(index, (error) => outcomes.push(error));
    await settle();
    stream.destroy(new Error('enough'));
    await settle();
    expect(outcomes).to.have.length(4);
    expect(outcomes[3]).to.be.an('error').with.property('message', 'enough');
    expect(clock.pending).to.equal(0);
  });

  it('fails when an item cannot be weighed', async () => {
    const sizeOf = (): number => {
      throw new Error('no scales');
    };
    let caught: unknown;
    await pipeline(Readable.from([1]), batch({ sizer: fixed(1), sizeOf }), new PassThrough({ objectMode: true })).catch(
      (error: unknown) => {
        caught = error;
      },
    );
    expect(caught).to.be.an('error').with.property('message', 'no scales');
  });
});
