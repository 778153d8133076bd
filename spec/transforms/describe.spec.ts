import { execFile } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { createBlockSizer } from '../../lib/batching/block-sizer.js';
import { DescribePool } from '../../lib/chemistry/pool.js';
import { locateInputs } from '../../lib/sources/inputs.js';
import { openInput } from '../../lib/sources/open-input.js';
import type { BatchSizer, Item, RawRecord, SplitItem } from '../../lib/types.js';
import { describe as describeRecords } from '../../transforms/describe.js';
import { splitRecords } from '../../transforms/split-records.js';
import { rawRecords } from '../support/raw-records.js';

describe('describe()', function () {
  this.timeout(120_000);
  let pool: DescribePool;
  before(() => {
    pool = new DescribePool({ workers: 2 });
  });
  after(() => pool.destroy());

  async function through(items: Iterable<SplitItem>, stage = describeRecords({ pool })): Promise<Item[]> {
    const out: Item[] = [];
    await pipeline(Readable.from(items), stage, async (source: AsyncIterable<Item>) => {
      for await (const item of source) out.push(item);
    });
    return out;
  }

  it('works alone between the splitter and a reader', async () => {
    const kinds = new Map<string, number>();
    for (const input of await locateInputs(['spec/fixtures/sample.sdf'])) {
      await pipeline(
        openInput(input),
        splitRecords({ input }),
        describeRecords(),
        async (source: AsyncIterable<Item>) => {
          let next = 0;
          for await (const item of source) {
            expect(item.ordinal).to.equal(next++);
            kinds.set(item.kind, (kinds.get(item.kind) ?? 0) + 1);
          }
        },
      );
    }
    expect(kinds.get('end')).to.equal(1);
    expect(kinds.get('rejection')).to.be.greaterThan(5);
    expect(kinds.get('molecule')).to.be.greaterThan(300);
  });

  it('keeps the order of all items, and lets those pass that are no records', async () => {
    const items = rawRecords(
      'smiles',
      Array.from({ length: 300 }, (_, i) => 'C'.repeat(1 + ((i * 7) % 60))),
    ).map((record, i): SplitItem => {
      if (i % 10 === 3) return { ...record, kind: 'unchanged' };
      if (i % 10 === 7) return { ...record, kind: 'rejection', stage: 'read', code: 'TRUNCATED', message: 'cut' };
      return record;
    });
    const last = items.at(-1) as RawRecord;
    items.push({ kind: 'end', input: last.input, ordinal: 300, byteOffset: last.endOffset, endOffset: last.endOffset });
    const out = await through(items);
    expect(out.map(({ ordinal }) => ordinal)).to.deep.equal(items.map(({ ordinal }) => ordinal));
    out.forEach((item, i) => {
      if (items[i]!.kind === 'record') expect(item.kind).to.equal('molecule');
      else expect(item).to.equal(items[i]);
    });
  });

  it('does what its options say', async () => {
    const records = rawRecords('smiles', ['CC(=O)[O-].[Na+]']);
    const stage = describeRecords({ pool, standardize: 'parent', descriptors: 'none', fingerprint: 'none' });
    const [item] = await through(records, stage);
    expect(item).to.include({ kind: 'molecule', canonicalSmiles: 'CC(=O)O', descriptors: null, morganFp: null });
    expect(item).to.have.property('warnings').with.length(2);
  });

  it('does not hold back a trickle of records', async () => {
    const stage = describeRecords({ pool });
    const [record, next] = rawRecords('smiles', ['C', 'CC']);
    stage.write(record);
    const [first] = (await stage.take(1).toArray()) as Item[];
    expect(first).to.include({ kind: 'molecule', ordinal: 0 });
    stage.write(next);
    stage.end();
    stage.destroy();
  });

  it('leaves a pool that it was given alone, also when it is destroyed', async () => {
    const records = rawRecords(
      'smiles',
      Array.from({ length: 500 }, () => 'CCO'),
    );
    const stage = describeRecords({ pool });
    Readable.from(records).pipe(stage);
    for await (const item of stage) {
      expect(item).to.have.property('kind', 'molecule');
      break;
    }
    expect(stage.destroyed).to.equal(true);
    expect(await through(records)).to.have.length(500);
  });

  it('reports what blocks cost to the sizer that it is given', async () => {
    const costs: number[] = [];
    const stage = describeRecords({
      pool,
      sizer: { next: () => ({ rows: 5, bytes: 1e6 }), report: (cost) => costs.push(cost.rows), state: {} },
    });
    await through(
      rawRecords(
        'smiles',
        Array.from({ length: 23 }, () => 'C'),
      ),
      stage,
    );
    expect(costs.sort()).to.deep.equal([3, 5, 5, 5, 5]);
  });

  it('fills its blocks although most of the records are known', async () => {
    const rows: number[] = [];
    const stage = describeRecords({
      pool,
      sizer: { next: () => ({ rows: 20, bytes: 1e6 }), report: (cost) => rows.push(cost.rows), state: {} },
    });
    const line = `${'C'.repeat(30)} ${'x'.repeat(10_000)}`;
    const items = rawRecords('smiles', Array(400).fill(line)).map(
      (record, i): SplitItem => (i % 10 === 0 ? record : { ...record, kind: 'unchanged' }),
    );
    await through(items, stage);
    expect(rows).to.deep.equal([20, 20]);
  });

  it('fills the blocks of short records', async () => {
    const sizer = createBlockSizer();
    let blocks = 0;
    const counting: BatchSizer = {
      next: () => sizer.next(),
      report(cost) {
        blocks += 1;
        sizer.report(cost);
      },
      state: {},
    };
    const lines = Array.from({ length: 4_000 }, (_, i) => `${'C'.repeat(1 + (i % 9))} ${i}`);
    expect(await through(rawRecords('smiles', lines), describeRecords({ pool, sizer: counting }))).to.have.length(
      4_000,
    );
    expect(blocks).to.be.below(4_000 / 8);
  });

  it('starts no worker when there is nothing to describe', async () => {
    const [record] = rawRecords('smiles', ['C']) as [RawRecord];
    const idle = new DescribePool({ workers: 2, workerFile: new URL('./is-not-there.js', import.meta.url) });
    const out = await through([{ ...record, kind: 'unchanged' }], describeRecords({ pool: idle }));
    expect(out).to.have.length(1);
    await idle.destroy();
  });

  for (const [how, output] of [
    ['end', '200\n'],
    ['fail', 'the reader failed\n20\n'],
  ] as const) {
    it(`lets the process end by itself after ${how === 'end' ? 'the end' : 'an error'}`, async () => {
      const script = fileURLToPath(new URL('../support/exiting.js', import.meta.url));
      const { stdout } = await promisify(execFile)(process.execPath, [script, how], { timeout: 60_000 });
      expect(stdout).to.equal(output);
    });
  }

  it('fails with the stream when the workers cannot work', async () => {
    const broken = new DescribePool({
      workers: 1,
      workerFile: new URL('../support/failing-worker.js', import.meta.url),
    });
    await through(rawRecords('smiles', ['C']), describeRecords({ pool: broken })).then(
      () => expect.fail('it ended well'),
      (error: unknown) => expect(error).to.have.property('code', 'INTERNAL'),
    );
    await broken.destroy();
  });
});
