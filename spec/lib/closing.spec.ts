import { expect } from 'chai';
import { closing } from '../../lib/closing.js';
import { MolstreamError, StoppedError } from '../../lib/errors.js';

const fail = async (error: Error): Promise<never> => {
  throw error;
};
const faultOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('closing', () => {
  const first = new StoppedError('TOO_MANY_REJECTS', 'too many', { input: '/data/a.sdf', ordinal: 7 });
  const second = new Error('the disk is gone');

  it('closes after the work, and gives what it gave', async () => {
    const order: string[] = [];
    const work = (async () => {
      await null;
      order.push('work');
      return 1;
    })();
    expect(await closing(work, async () => void order.push('close'))).to.equal(1);
    expect(order).to.deep.equal(['work', 'close']);
  });

  it('closes after a fault, and passes it on', async () => {
    let closed = 0;
    expect(
      await faultOf(
        closing(fail(second), async () => {
          closed += 1;
        }),
      ),
    ).to.equal(second);
    expect(closed).to.equal(1);
  });

  it('tells a fault of the closing where the work had none', async () => {
    expect(await faultOf(closing(Promise.resolve(1), () => fail(second)))).to.equal(second);
  });

  it('tells both faults, as what the first one is', async () => {
    const error = await faultOf(closing(fail(first), () => fail(second)));
    expect(error).to.be.instanceOf(MolstreamError).and.include({
      code: 'TOO_MANY_REJECTS',
      input: '/data/a.sdf',
      ordinal: 7,
      message: 'too many; then: the disk is gone',
    });
    expect(((error as Error).cause as AggregateError).errors).to.deep.equal([first, second]);
  });
});
