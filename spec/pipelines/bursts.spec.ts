import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { burstsOf, oneByOne } from '../../pipelines/bursts.js';

/** Items that are at hand as soon as one is asked for, `atHand` at a time. */
function source(items: readonly object[], atHand: number): Readable {
  let next = 0;
  return new Readable({
    objectMode: true,
    highWaterMark: 0,
    read() {
      if (next === items.length) this.push(null);
      else if (next % atHand === 0) setImmediate(() => this.push(items[next++]));
      else this.push(items[next++]);
    },
  });
}

const items = Array.from({ length: 300 }, (_, id) => ({ id }));

describe('bursts', () => {
  it('hold what is at hand, in order, and no more than some dozen', async () => {
    const sizes: number[] = [];
    const seen: object[] = [];
    for await (const burst of burstsOf(source(items, 100))) {
      sizes.push(burst.length);
      seen.push(...burst);
    }
    expect(seen).to.deep.equal(items);
    expect(Math.max(...sizes)).to.equal(64);
    expect(sizes.length).to.be.below(10);
  });

  it('end with the error of their stream, after what came before it', async () => {
    const broken = new Readable({ objectMode: true, highWaterMark: 0, read() {} });
    const seen: object[] = [];
    setImmediate(() => {
      broken.push(items[0]);
      setImmediate(() => broken.destroy(new Error('the disk is gone')));
    });
    let message = '';
    try {
      for await (const burst of burstsOf(broken)) seen.push(...burst);
    } catch (error) {
      message = (error as Error).message;
    }
    expect([seen.length, message]).to.deep.equal([1, 'the disk is gone']);
  });

  it('become a stream of their items, also where some are empty', async () => {
    const seen = await oneByOne(burstsFrom([items.slice(0, 70), [], items.slice(70)])).toArray();
    expect(seen).to.deep.equal(items);
  });

  it('are asked for when what was there is read', async () => {
    let asked = 0;
    async function* counted(): AsyncGenerator<object[]> {
      for (let at = 0; at < items.length; at += 10) {
        asked += 1;
        yield items.slice(at, at + 10);
      }
    }
    const stream = oneByOne(counted());
    const iterator = stream[Symbol.asyncIterator]();
    for (let i = 0; i < 12; i += 1) await iterator.next();
    for (let i = 0; i < 10; i += 1) await turn();
    expect(asked).to.equal(2);
    await iterator.return?.();
  });

  it('pass an error on, and end where their stream is destroyed', async () => {
    async function* failing(): AsyncGenerator<object[]> {
      yield items.slice(0, 3);
      throw new Error('no more');
    }
    const seen: object[] = [];
    let message = '';
    try {
      for await (const item of oneByOne(failing())) seen.push(item);
    } catch (error) {
      message = (error as Error).message;
    }
    expect([seen.length, message]).to.deep.equal([3, 'no more']);

    let isOver = false;
    async function* endless(): AsyncGenerator<object[]> {
      try {
        for (;;) yield items;
      } finally {
        isOver = true;
      }
    }
    for await (const item of oneByOne(endless())) if (item === items[80]) break;
    expect(isOver).to.equal(true);
  });
});

async function* burstsFrom(bursts: object[][]): AsyncGenerator<object[]> {
  yield* bursts;
}
