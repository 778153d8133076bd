import { mock } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { createPatience, GRACE_MS } from '../../../lib/store/patience.js';

const LONG = 600_000;
const away = (message = 'away') => Object.assign(new Error(message), { code: 'ECONNREFUSED' });

describe('patience once the import is stopped', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'] }));
  afterEach(() => mock.timers.reset());

  /** In steps, so that what waits for a timer can set the next. */
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      mock.timers.tick(Math.min(50, left));
      await turn();
    }
  }

  /** What a promise has come to so far. */
  function watch<T>(promise: Promise<T>): { outcome: T | Error | 'pending' } {
    const watched: { outcome: T | Error | 'pending' } = { outcome: 'pending' };
    promise.then(
      (value) => {
        watched.outcome = value;
      },
      (error: Error) => {
        watched.outcome = error;
      },
    );
    return watched;
  }

  it('tries on for the grace, and then gives up with the last failure', async () => {
    const stop = new AbortController();
    const patience = createPatience(LONG, { stop: stop.signal });
    let tries = 0;
    const watched = watch(
      patience.run(async () => {
        tries += 1;
        throw away(`away ${tries}`);
      }),
    );
    await pass(2 * GRACE_MS);
    expect(watched.outcome).to.equal('pending');
    stop.abort();
    const before = tries;
    await pass(GRACE_MS - 50);
    expect(watched.outcome).to.equal('pending');
    expect(tries).to.be.greaterThan(before);
    await pass(50);
    expect(watched.outcome).to.be.instanceOf(Error).and.have.property('message', `away ${tries}`);
    const last = tries;
    await pass(GRACE_MS);
    expect(tries).to.equal(last);
  });

  it('has the grace also where it was stopped before', async () => {
    const patience = createPatience(LONG, { stop: AbortSignal.abort() });
    const watched = watch(patience.run(() => Promise.reject(away())));
    await pass(GRACE_MS - 50);
    expect(watched.outcome).to.equal('pending');
    await pass(50);
    expect(watched.outcome).to.have.property('message', 'away');
  });

  it('waits for what is being tried when the grace ends, and does not try it again', async () => {
    const patience = createPatience(LONG, { stop: AbortSignal.abort() });
    const run = (second: Promise<string>) => {
      let tries = 0;
      const outcome = patience.run(() => {
        tries += 1;
        return tries === 1 ? Promise.reject(away()) : second;
      });
      return { watched: watch(outcome), tries: () => tries };
    };
    const ends: [(value: string) => void, (error: Error) => void][] = [];
    const secondTry = () => new Promise<string>((resolve, reject) => ends.push([resolve, reject]));
    const well = run(secondTry());
    const badly = run(secondTry());
    await pass(2 * GRACE_MS);
    expect([well.watched.outcome, badly.watched.outcome]).to.deep.equal(['pending', 'pending']);
    ends[0]![0]('done');
    ends[1]![1](away('away still'));
    await pass(GRACE_MS);
    expect([well.watched.outcome, well.tries()]).to.deep.equal(['done', 2]);
    expect(badly.watched.outcome).to.have.property('message', 'away still');
    expect(badly.tries()).to.equal(2);
  });
});
