import { expect } from 'chai';
import { DescribePool, type DescribePoolOptions } from '../../../lib/chemistry/pool.js';
import type { BatchCost, BatchSizer, Molecule, RawRecord, Rejection } from '../../../lib/types.js';
import { ALL } from '../../support/parsed-records.js';
import { rawRecords } from '../../support/raw-records.js';

const HOSTILE = new URL('../../support/hostile-worker.js', import.meta.url);
const CHAIN = 'C'.repeat(640);

describe('the pool of workers', function () {
  this.timeout(120_000);

  async function withPool<T>(options: DescribePoolOptions, use: (pool: DescribePool) => Promise<T>): Promise<T> {
    const pool = new DescribePool({ workers: 2, ...options });
    try {
      return await use(pool);
    } finally {
      await pool.destroy();
    }
  }

  /** `n` records of distinct alkanes, but for those that are given by their place. */
  function records(n: number, others: Readonly<Record<number, string>> = {}): RawRecord[] {
    return rawRecords(
      'smiles',
      Array.from({ length: n }, (_, i) => others[i] ?? `${'C'.repeat(1 + (i % 40))} ${i}`),
    );
  }

  /** For each record, its code or the number of its carbons; fails unless each stands in its place, once. */
  function outcome(given: readonly RawRecord[], items: readonly (Molecule | Rejection)[]): (string | number)[] {
    expect(items.map(({ ordinal }) => ordinal)).to.deep.equal(given.map(({ ordinal }) => ordinal));
    items.forEach((item, i) => {
      expect(item.raw).to.equal(given[i]!.raw);
      expect(item.recordKey).to.equal(given[i]!.recordKey);
    });
    return items.map((item) => (item.kind === 'rejection' ? `${item.stage} ${item.code}` : item.heavyAtoms));
  }
  const plain = (n: number): (string | number)[] => Array.from({ length: n }, (_, i) => 1 + (i % 40));

  it('names the option that it cannot work with', () => {
    expect(() => new DescribePool({ workers: 0 })).to.throw('workers: must be a whole number from 1, not 0');
    expect(() => new DescribePool({ workers: 257 })).to.throw('workers: must be at most 256, not 257');
    expect(() => new DescribePool({ recordTimeoutMs: 1.5 })).to.throw('recordTimeoutMs: must be');
    expect(() => new DescribePool({ recordTimeoutMs: 2 ** 31 })).to.throw(
      'recordTimeoutMs: must be at most 2147483647',
    );
  });

  it('describes blocks side by side, each in order', async () => {
    await withPool({}, async (pool) => {
      const blocks = [records(50), records(7), records(31, { 3: 'C(C x', 5: ' ' })];
      const results = await Promise.all(blocks.map((block) => pool.describe(block, ALL)));
      expect(outcome(blocks[0]!, results[0]!)).to.deep.equal(plain(50));
      expect(outcome(blocks[1]!, results[1]!)).to.deep.equal(plain(7));
      expect(outcome(blocks[2]!, results[2]!)).to.deep.equal(
        plain(31).with(3, 'describe SMILES_SYNTAX').with(5, 'read NO_STRUCTURE'),
      );
      expect(await pool.describe([], ALL)).to.deep.equal([]);
    });
  });

  it('hands over all that was asked for, and no more', async () => {
    await withPool({ workers: 1 }, async (pool) => {
      const [all] = await pool.describe(rawRecords('smiles', ['CCO ethanol']), ALL);
      expect(all).to.include({
        kind: 'molecule',
        name: 'ethanol',
        formula: 'C2H6O',
        inchikey: 'LFQSCWFLJHTTHZ-UHFFFAOYSA-N',
      });
      expect((all as Molecule).descriptors).to.have.length(43);
      expect((all as Molecule).morganFp).to.have.length(256);
      const [none] = await pool.describe(rawRecords('smiles', ['CCO']), {
        ...ALL,
        descriptors: 'none',
        fingerprint: 'none',
      });
      expect(none).to.include({ descriptors: null, morganFp: null, inchikey: 'LFQSCWFLJHTTHZ-UHFFFAOYSA-N' });
    });
  });

  for (const [act, code] of [
    ['spin', 'RECORD_TIMEOUT'],
    ['exit', 'WORKER_CRASHED'],
  ] as const) {
    it(`rejects the record that makes its worker ${act}, and describes its neighbours once`, async () => {
      await withPool({ workerFile: HOSTILE, recordTimeoutMs: act === 'spin' ? 1_500 : 60_000 }, async (pool) => {
        const blocks = [records(20, { 4: `CC ${act}`, 11: `CCC ${act}` }), records(20), records(20), records(20)];
        const results = await Promise.all(blocks.map((block) => pool.describe(block, ALL)));
        expect(outcome(blocks[0]!, results[0]!)).to.deep.equal(
          plain(20).with(4, `describe ${code}`).with(11, `describe ${code}`),
        );
        for (const i of [1, 2, 3]) expect(outcome(blocks[i]!, results[i]!)).to.deep.equal(plain(20));
      });
    });
  }

  it('tells the sizer of every record once, of those that end their worker by their code', async () => {
    await withPool({ workerFile: HOSTILE, recordTimeoutMs: 1_500 }, async (pool) => {
      const told: BatchCost[] = [];
      const sizer: BatchSizer = {
        next: () => ({ rows: 20, bytes: 1_000_000 }),
        report: (cost) => told.push(cost),
        state: {},
      };
      const block = records(20, { 4: 'CC exit', 11: 'CCC spin', 15: 'C(C' });
      await pool.describe(block, ALL, { sizer });
      expect(told.reduce((sum, { rows }) => sum + rows, 0)).to.equal(20);
      const failed = told.filter(({ error }) => error !== undefined);
      expect(failed.map(({ rows, error }) => [rows, error])).to.have.deep.members([
        [1, 'WORKER_CRASHED'],
        [1, 'RECORD_TIMEOUT'],
      ]);
      expect(told.flatMap(({ rejected }) => Object.entries(rejected ?? {}))).to.deep.equal([['SMILES_SYNTAX', 1]]);
      for (const { bytes, ms } of told) expect(Math.min(bytes, ms)).to.be.greaterThan(0);
    });
  });

  it('rejects the record for which the heap of a worker does not suffice', async () => {
    await withPool({ workerFile: HOSTILE, workers: 1 }, async (pool) => {
      const block = records(5, { 2: 'CC exhaust' });
      const items = await pool.describe(block, ALL);
      expect(outcome(block, items)).to.deep.equal(plain(5).with(2, 'describe WORKER_CRASHED'));
      expect((items[2] as Rejection).message).to.match(/^describing it ended the worker: .*memory/);
    });
  });

  it('rejects a molecule that traps in RDKit, and goes on with the same worker', async () => {
    await withPool({ workerFile: HOSTILE, workers: 1 }, async (pool) => {
      const block = records(10, { 0: CHAIN, 6: CHAIN });
      const items = await pool.describe(block, ALL);
      expect(outcome(block, items)).to.deep.equal(
        plain(10).with(0, 'describe WORKER_CRASHED').with(6, 'describe WORKER_CRASHED'),
      );
    });
  });

  it('ends a worker that hangs, also when nobody waits for its answer any more', async () => {
    await withPool({ workerFile: HOSTILE, workers: 1, recordTimeoutMs: 1_000 }, async (pool) => {
      const reason = await pool.describe(records(1, { 0: 'CC spin' }), ALL, { signal: AbortSignal.timeout(300) }).then(
        () => null,
        (error: Error) => error.name,
      );
      expect(reason).to.equal('TimeoutError');
      const block = records(3);
      expect(outcome(block, await pool.describe(block, ALL))).to.deep.equal(plain(3));
    });
  });

  it('gives every record its own time', async () => {
    await withPool({ workerFile: HOSTILE, workers: 1, recordTimeoutMs: 1_500 }, async (pool) => {
      const block = rawRecords(
        'smiles',
        Array.from({ length: 25 }, () => 'CC dawdle'),
      );
      expect(outcome(block, await pool.describe(block, ALL))).to.deep.equal(Array(25).fill(2));
    });
  });

  it('says so when the fault is not the records', async () => {
    const message = async (workerFile: URL): Promise<string> =>
      withPool({ workerFile }, async (pool) => {
        try {
          await pool.describe(records(3, { 1: 'CC fail' }), ALL);
        } catch (error) {
          expect(error).to.have.property('code', 'INTERNAL');
          return (error as Error).message;
        }
        throw new Error('nothing was thrown');
      });
    expect(await message(HOSTILE)).to.equal('describing failed: a fault of the program');
    expect(await message(new URL('../../support/failing-worker.js', import.meta.url))).to.equal(
      'describing failed: RDKit cannot be loaded',
    );
    expect(await message(new URL('../../support/broken-worker.js', import.meta.url))).to.match(
      /^(a worker failed|workers end)/,
    );
  });

  it('stops waiting when it is aborted, and ends workers that are busy', async () => {
    await withPool({ workerFile: HOSTILE, workers: 1 }, async (pool) => {
      const abort = new AbortController();
      const waiting = pool.describe(records(1, { 0: 'C spin' }), ALL, { signal: abort.signal });
      abort.abort(new Error('enough'));
      await waiting.then(
        () => expect.fail('it resolved'),
        (error: Error) => expect(error.message).to.equal('enough'),
      );
    });
  });

  it('refuses work once it is destroyed', async () => {
    const pool = new DescribePool({ workers: 1 });
    await pool.destroy();
    await pool.describe(records(1), ALL).then(
      () => expect.fail('it resolved'),
      (error: Error) => expect(error.message).to.include('destroyed'),
    );
  });
});
