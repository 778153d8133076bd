import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { BatchManager } from '../../../lib/batching/manager.js';
import { openOperation } from '../../../lib/batching/operation.js';
import type { Outcome } from '../../../lib/batching/outcome.js';
import { MolstreamError } from '../../../lib/errors.js';
import type { Misdeed } from '../../support/unruly-worker.js';

const unruly = new URL('../../support/unruly-worker.js', import.meta.url);
const task = { operation: 'misbehave', dataSource: 'words', process: unruly };
const never = new AbortController().signal;

const failureOf = (work: Promise<unknown> | PromiseLike<unknown>): PromiseLike<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('an operation that is a module', () => {
  let manager: BatchManager;
  beforeEach(() => {
    manager = new BatchManager({ concurrency: 2, workers: 1, retryDelayMs: 1, retries: 1 });
  });
  afterEach(() => manager.close());

  const outcomesOf = async (misdeed: Misdeed): Promise<Outcome<string, string>[]> =>
    manager.process<string, string>(['a', misdeed, 'b'], task);

  for (const [misdeed, reason, errors] of [
    ['code', { message: 'the line is dead', code: 'ECONNRESET' }, { ECONNRESET: 1 }],
    ['name', { message: 'not so', name: 'Refusal' }, { Refusal: 1 }],
    ['frozen', { message: 'cold', name: 'Error' }, { Error: 1 }],
    ['with a function', { message: '[object Object]', code: 'E_CALL' }, { E_CALL: 1 }],
    ['function', { message: '() => 1' }, { Error: 1 }],
    ['timeout', { message: 'too late', name: 'TimeoutError' }, { 23: 1 }],
    ['exit', { message: 'worker exited with code: 3' }, { Error: 1 }],
    ['null', null, { UNKNOWN: 1 }],
  ] as const) {
    it(`may throw, and only the item that did it fails: ${misdeed}`, async () => {
      const [before, failed, after] = await outcomesOf(misdeed);
      expect(before).to.deep.include({ status: 'fulfilled', item: 'a', value: 'a' });
      expect(after).to.deep.include({ status: 'fulfilled', item: 'b', value: 'b' });
      const thrown = failed?.status === 'rejected' ? failed.reason : 'nothing';
      if (reason === null) expect(thrown).to.equal(null);
      else expect(thrown).to.be.instanceOf(Error).that.includes(reason);
      expect(manager.stats().overall).to.deep.include({ items: 3, successes: 2, errors });
    });
  }

  it('is tried again where its error is transient', async () => {
    await outcomesOf('code');
    expect(manager.stats().overall.retries).to.equal(1);
  });

  it('may be given what cannot be sent to it, and only that fails', async () => {
    const outcomes = await manager.process<unknown, unknown>([1, () => 2, 3], task);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
  });

  for (const [module, message] of [
    ['leaving-worker.js', 'worker exited with code: 4'],
    ['items.js', 'its default export is no function'],
  ] as const) {
    it(`fails as a whole when it cannot be loaded: ${module}`, async () => {
      const process = new URL(`../../support/${module}`, import.meta.url);
      const failure = await failureOf(manager.process([1, 2, 3], { ...task, process, initialBatchSize: 1 }));
      expect(failure)
        .to.be.instanceOf(MolstreamError)
        .with.property('message', `module ${process.href} failed: ${message}`);
    });
  }

  it('may be CommonJS that was compiled from an ES module', async () => {
    const process = new URL('../../support/compiled-worker.cjs', import.meta.url);
    const [outcome] = await manager.process<string, string>(['a'], { ...task, process });
    expect(outcome).to.deep.include({ status: 'fulfilled', value: 'a' });
  });

  it('goes on with other batches when one is aborted that has its only thread', async () => {
    const abort = new AbortController();
    const hanging = failureOf(manager.process(['hang'], { ...task, signal: abort.signal }));
    await sleep(300);
    const others = manager.process(['a', 'b'], { ...task, dataSource: 'others' });
    const waiting = others.then((outcomes) => outcomes.map(({ status }) => status));
    await sleep(5);
    abort.abort(new Error('enough'));
    expect(await hanging).to.have.property('message', 'enough');
    expect(await waiting).to.deep.equal(['fulfilled', 'fulfilled']);
  });

  it('is not tried again once it is closed, whatever is said to be transient', async () => {
    let asked = 0;
    const isTransient = (): boolean => {
      asked += 1;
      return true;
    };
    const others = new BatchManager({ workers: 1, retries: 5, retryDelayMs: 1, isTransient });
    const hanging = failureOf(others.process(['hang'], task));
    await sleep(300);
    await others.close();
    expect(await hanging)
      .to.be.instanceOf(MolstreamError)
      .with.property('code', 'INTERRUPTED');
    expect(asked).to.equal(0);
  });

  it('blames no item for being closed', async () => {
    const hanging = failureOf(manager.process(['hang', 'a', 'b'], { ...task, initialBatchSize: 1 }));
    await sleep(300);
    await manager.close();
    expect(await hanging)
      .to.be.instanceOf(MolstreamError)
      .with.property('code', 'INTERRUPTED');
    expect(manager.stats().overall.items).to.equal(0);
  });

  it('starts no thread once it is closed', async () => {
    const operation = openOperation<string, string>(unruly, 1);
    await operation.close();
    expect(await failureOf(Promise.resolve(operation.run(['a'], never))))
      .to.be.instanceOf(MolstreamError)
      .with.property('code', 'INTERRUPTED');
  });
});
