import { expect } from 'chai';
import { Limiter } from '../../../lib/batching/limiter.js';

describe('a limiter', () => {
  it('lets go of who is aborted while it waits for its turn, and of nobody else', async () => {
    const limiter = new Limiter(1);
    let end = (): void => {};
    const first = limiter.run(() => new Promise<void>((resolve) => (end = resolve)));
    const abort = new AbortController();
    const order: string[] = [];
    const second = limiter.run(async () => order.push('second'), abort.signal).catch((error: Error) => error.message);
    const third = limiter.run(async () => order.push('third'), abort.signal).catch((error: Error) => error.message);
    const fourth = limiter.run(async () => order.push('fourth'));
    abort.abort(new Error('enough'));
    expect(await Promise.all([second, third])).to.deep.equal(['enough', 'enough']);
    expect(await limiter.run(async () => 5, abort.signal).catch((error: Error) => error.message)).to.equal('enough');
    end();
    await Promise.all([first, fourth]);
    expect(order).to.deep.equal(['fourth']);
    expect(await limiter.run(async () => 'free')).to.equal('free');
  });
});
