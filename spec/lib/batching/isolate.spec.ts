import { expect } from 'chai';
import { type IsolateOptions, isolate } from '../../../lib/batching/isolate.js';
import { codeOf, isTransient } from '../../../lib/batching/outcome.js';
import { DatabaseError } from '../../../lib/errors.js';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function options(changes: Partial<IsolateOptions> = {}) {
  const waits: number[] = [];
  const clock = {
    now: () => 0,
    after(ms: number, run: () => void) {
      waits.push(ms);
      queueMicrotask(run);
      return () => {};
    },
  };
  const signal = new AbortController().signal;
  const settings: IsolateOptions = {
    retries: 3,
    retryDelayMs: 100,
    isTransient,
    clock,
    random: () => 1,
    signal,
    ...changes,
  };
  return { settings, waits };
}

describe('isolate', () => {
  it('gives a result for each item', async () => {
    const { settings } = options();
    expect(await isolate([1, 2], (items) => items.map((item) => item * 10), settings)).to.deep.equal([
      { status: 'fulfilled', item: 1, value: 10 },
      { status: 'fulfilled', item: 2, value: 20 },
    ]);
  });

  for (const [n, bad] of [
    [1, [0]],
    [64, [17]],
    [64, [0, 63]],
    [100, numbers(50).map((index) => index * 2)],
    [37, numbers(37)],
  ] as const) {
    it(`finds ${bad.length} failing of ${n} items, within 2k(ceil(log2(n/k)) + 1) + 1 attempts`, async () => {
      const failing = new Set<number>(bad);
      let attempts = 0;
      const work = (items: readonly number[]): number[] => {
        attempts += 1;
        const refused = items.find((item) => failing.has(item));
        if (refused !== undefined) throw new Error(`refused ${refused}`);
        return items.map(String).map(Number);
      };
      const outcomes = await isolate(numbers(n), work, options().settings);
      expect(outcomes.map(({ item }) => item)).to.deep.equal(numbers(n));
      for (const outcome of outcomes) {
        expect(outcome.status).to.equal(failing.has(outcome.item) ? 'rejected' : 'fulfilled');
        if (outcome.status === 'rejected')
          expect(outcome.reason).to.have.property('message', `refused ${outcome.item}`);
      }
      expect(attempts).to.be.at.most(2 * bad.length * (Math.ceil(Math.log2(n / bad.length)) + 1) + 1);
    });
  }

  it('tries transient errors again, waiting twice as long each time', async () => {
    const { settings, waits } = options();
    let attempts = 0;
    const outcomes = await isolate(
      [1],
      async () => {
        attempts += 1;
        if (attempts < 4) throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
        return ['done'];
      },
      settings,
    );
    expect(outcomes).to.deep.equal([{ status: 'fulfilled', item: 1, value: 'done' }]);
    expect(waits).to.deep.equal([100, 200, 400]);
  });

  it('gives up after the retries, and tries other errors once', async () => {
    let attempts = 0;
    const failing = (error: unknown) => (): never => {
      attempts += 1;
      throw error;
    };
    const [gone] = await isolate([1], failing({ code: 'ETIMEDOUT' }), options({ retries: 2 }).settings);
    expect(gone).to.deep.equal({ status: 'rejected', item: 1, reason: { code: 'ETIMEDOUT' } });
    expect(attempts).to.equal(3);
    await isolate([1], failing(new Error('wrong')), options().settings);
    expect(attempts).to.equal(4);
  });

  it('tries a transient error again in the part of a batch that a bad item has split', async () => {
    let blips = 0;
    const work = (items: readonly number[]): readonly number[] => {
      if (items.includes(3)) throw new Error('bad');
      if (items.length === 1 && blips++ === 0) throw { code: 'ECONNRESET' };
      return items;
    };
    const outcomes = await isolate([0, 1, 2, 3], work, options().settings);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    expect(blips).to.equal(2);
  });

  it('spends the retries of a transient error that stays once, not in each part', async () => {
    let attempts = 0;
    const work = (): never => {
      attempts += 1;
      throw { code: 'ECONNRESET' };
    };
    await isolate(numbers(4), work, options({ retries: 3 }).settings);
    expect(attempts).to.equal(4 + 2 + 4);
  });

  it('waits no longer than a timer can', async () => {
    const { settings, waits } = options({ retries: 3, retryDelayMs: 2 ** 30 });
    const work = (): never => {
      throw { code: 'ECONNRESET' };
    };
    await isolate([1], work, settings);
    expect(waits).to.deep.equal([2 ** 30, 2 ** 31 - 1, 2 ** 31 - 1]);
  });

  for (const [given, complaint] of [
    [[1], '2 items gave 1 results'],
    [undefined, '2 items gave no array of results'],
  ] as const) {
    it(`rejects when the work gives ${JSON.stringify(given)} instead of one result an item`, async () => {
      let caught: unknown;
      await isolate([1, 2], () => given as readonly number[], options().settings).catch((error: unknown) => {
        caught = error;
      });
      expect(caught).to.be.instanceOf(RangeError).with.property('message').that.contains(complaint);
    });
  }

  it('rejects with the reason when it is aborted, also while it waits', async () => {
    const abort = new AbortController();
    const clock = {
      now: () => 0,
      after() {
        queueMicrotask(() => abort.abort(new Error('enough')));
        return () => {};
      },
    };
    let caught: unknown;
    const failing = (): never => {
      throw { code: 'ECONNRESET' };
    };
    await isolate([1, 2], failing, options({ clock, signal: abort.signal }).settings).catch((error: unknown) => {
      caught = error;
    });
    expect(caught).to.be.an('error').with.property('message', 'enough');
  });
});

describe('errors of an operation', () => {
  it('are counted by code, else by name', () => {
    expect(codeOf({ code: 'X1' })).to.equal('X1');
    expect(codeOf(new TypeError('no'))).to.equal('TypeError');
    expect(codeOf('text')).to.equal('UNKNOWN');
  });

  it('say themselves whether they are transient, else their code does', () => {
    expect(isTransient(new DatabaseError('DATABASE_UNAVAILABLE', 'away', { retryable: true }))).to.equal(true);
    expect(isTransient(new DatabaseError('DATABASE_REFUSED', 'no', { retryable: false }))).to.equal(false);
    expect(isTransient({ code: '40P01' })).to.equal(true);
    expect(isTransient(new Error('no'))).to.equal(false);
    expect(isTransient(null)).to.equal(false);
  });
});
