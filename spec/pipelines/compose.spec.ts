import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import { compose } from '../../pipelines/compose.js';

const numbers = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const doubled = (): Transform =>
  new Transform({
    objectMode: true,
    transform: (item: number, _encoding, callback) => callback(null, item * 2),
  });

const closed = (stream: Readable): Promise<void> =>
  new Promise((resolve) => (stream.closed ? resolve() : stream.once('close', resolve)));

async function failure(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error('it did not fail'),
    (error: Error) => error,
  );
}

describe('compose', () => {
  it('chains core streams and Highland functions', async () => {
    const stream = compose(Readable.from(numbers(100)), doubled(), (items: Highland.Stream<number>) =>
      items.filter((item) => item % 3 === 0),
    );
    const out: number[] = [];
    for await (const item of stream) out.push(item as number);
    expect(out).to.deep.equal(
      numbers(100)
        .map((n) => n * 2)
        .filter((n) => n % 3 === 0),
    );
  });

  it('ends and settles under pipeline()', async () => {
    const out: number[] = [];
    const sink = new Writable({
      objectMode: true,
      write: (item: number, _encoding, callback) => {
        out.push(item);
        setImmediate(callback);
      },
    });
    await pipeline(compose(Readable.from(numbers(50)), doubled()), doubled(), sink);
    expect(out).to.deep.equal(numbers(50).map((n) => n * 4));
  });

  it('waits for a slow reader', async () => {
    let given = 0;
    const source = new Readable({
      objectMode: true,
      read() {
        this.push(given++);
      },
    });
    const stream = compose(source, doubled());
    for (let i = 0; i < 50; i += 1) await new Promise(setImmediate);
    expect(given).to.be.below(300);
    stream.destroy();
    await closed(source);
  });

  it('destroys source and stages when the reader leaves early', async () => {
    const source = Readable.from(numbers(10_000));
    const stage = doubled();
    for await (const item of compose(source, stage)) if (item === 20) break;
    await Promise.all([closed(source), closed(stage)]);
    expect(source.destroyed && stage.destroyed).to.equal(true);
  });

  it('passes on the error of the source', async () => {
    const source = new Readable({
      objectMode: true,
      read() {
        this.destroy(new Error('the source broke'));
      },
    });
    const stage = doubled();
    const error = await failure(compose(source, stage).toArray());
    expect(error.message).to.equal('the source broke');
    await closed(stage);
  });

  it('passes on the error of a stage and destroys the source', async () => {
    const source = Readable.from(numbers(10_000));
    const stage = new Transform({
      objectMode: true,
      transform: (item: number, _encoding, callback) =>
        item === 30 ? callback(new Error('the stage broke')) : callback(null, item),
    });
    const error = await failure(compose(source, stage).toArray());
    expect(error.message).to.equal('the stage broke');
    await closed(source);
  });

  it('passes on what a Highland function throws', async () => {
    const source = Readable.from(numbers(10_000));
    const broken = (items: Highland.Stream<number>): Highland.Stream<number> =>
      items.map((item) => {
        if (item === 30) throw new Error('the function broke');
        return item;
      });
    const error = await failure(compose(source, broken).toArray());
    expect(error.message).to.equal('the function broke');
    await closed(source);
  });

  it('closes what it was given when a function gives no stream, or throws', async () => {
    const broken = (): object => {
      throw new Error('the function broke');
    };
    async function* generator(items: AsyncIterable<number>): AsyncGenerator<number> {
      yield* items;
    }
    for (const [stage, message] of [
      [broken, /the function broke/],
      [generator, /^stages: must be core streams, or functions that give a stream of Highland, not /],
    ] as const) {
      const source = Readable.from(numbers(10));
      const before = doubled();
      expect(() => compose(source, before, stage)).to.throw(message);
      await Promise.all([closed(source), closed(before)]);
    }
  });

  it('ends with an error when the source is destroyed without one', async () => {
    const source = new Readable({ objectMode: true, read() {} });
    const stream = compose(source, doubled());
    setImmediate(() => source.destroy());
    const error = await failure(stream.toArray());
    expect(error.message).to.match(/premature|aborted/i);
  });
});
