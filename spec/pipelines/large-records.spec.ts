import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DescribePool } from '../../lib/chemistry/pool.js';
import type { RawRecord } from '../../lib/types.js';
import { ImportFailed } from '../../pipelines/import-failed.js';
import { importMolecules } from '../../pipelines/import-molecules.js';
import { LargeRecords } from '../../pipelines/large-records.js';
import { entry, inputOf } from '../support/records.js';

function recordOf(ordinal: number, bytes: number): RawRecord {
  const place = { input, ordinal, byteOffset: ordinal * bytes, endOffset: (ordinal + 1) * bytes };
  const identity = { contentHash: '', externalId: null, recordKey: '' };
  const raw = Buffer.alloc(bytes);
  return { kind: 'record', ...place, raw, ...identity, layout: input.layout, fields: null, warnings: [] };
}

const input = inputOf();

describe('large records on their way', () => {
  it('wait until those before them are committed', async () => {
    const large = new LargeRecords();
    expect(large.admit(recordOf(0, 9_000_000))).to.equal(undefined);
    expect(large.admit(recordOf(1_000_000, 100))).to.equal(undefined);
    let admitted = false;
    const second = large.admit(recordOf(1, 9_000_000))?.then(() => {
      admitted = true;
    });
    large.release(input, 8_999_999);
    await new Promise(setImmediate);
    expect(admitted).to.equal(false);
    large.release(inputOf(), 9_000_000);
    await new Promise(setImmediate);
    expect(admitted).to.equal(false);
    expect(large.release(input, 9_000_000)).to.equal(true);
    await second;
    expect(large.release(input, 9_000_000)).to.equal(false);
  });

  it('go together while they are small enough', () => {
    const large = new LargeRecords();
    for (let i = 0; i < 8; i += 1) expect(large.admit(recordOf(i, 2_000_000))).to.equal(undefined);
    expect(large.admit(recordOf(8, 2_000_000))).to.be.instanceOf(Promise);
  });

  it('make chunks close with what they hold', () => {
    const large = new LargeRecords();
    const sizer = large.hasten({ next: () => ({ rows: 500, bytes: 7 }), report: () => {}, state: {} });
    expect(sizer.next()).to.deep.equal({ rows: 500, bytes: 7 });
    large.admit(recordOf(0, 2_000_000));
    expect(sizer.next()).to.deep.equal({ rows: 1, bytes: 7 });
    large.release(input, 2_000_000);
    expect(sizer.next().rows).to.equal(500);
  });
});

describe('an import of large records', function () {
  this.timeout(120_000);
  const RECORDS = 3;
  let folder: string;
  let path: string;
  let pool: CountingPool;

  /** Counts what was given to the workers. */
  class CountingPool extends DescribePool {
    begun = 0;

    override describe(...args: Parameters<DescribePool['describe']>): ReturnType<DescribePool['describe']> {
      this.begun += args[0].filter(({ raw }) => raw.byteLength > 1_000_000).length;
      return super.describe(...args);
    }
  }

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'molstream-large-'));
    path = join(folder, 'large.sdf');
    const log = `${'a line of a log\n'.repeat(9_000_000 / 16)}\n`;
    const file = openSync(path, 'w');
    for (let i = 0; i < RECORDS; i += 1) {
      writeSync(file, `${entry(`large ${i}`)}> <LOG>\n${log}$$$$\n${entry(`small ${i}`)}$$$$\n`);
    }
    closeSync(file);
    pool = new CountingPool({ workers: 2 });
  });
  after(async () => {
    await pool.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  it('holds one at a time, from the workers to the commit', async () => {
    let committed = 0;
    let most = 0;
    const summary = await importMolecules(
      { inputs: [path], to: join(folder, 'a.sqlite'), id: 'ID', batchSize: 1_000, maxBatchAgeMs: 60_000 },
      {
        pool,
        onProgress: ({ read }) => {
          most = Math.max(most, pool.begun - committed);
          // Every other record is large, from the first on.
          committed = Math.ceil(read / 2);
        },
      },
    );
    expect(summary).to.include({ read: 2 * RECORDS, inserted: 2 * RECORDS, status: 'completed' });
    expect(most).to.equal(1);
  });

  it('ends with the error of a commit though the next one waits', async () => {
    const error = await importMolecules(
      { inputs: [path], to: join(folder, 'b.sqlite'), id: 'ID' },
      {
        pool,
        onProgress: () => {
          throw new Error('enough');
        },
      },
    ).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error).to.be.instanceOf(ImportFailed);
    expect(error?.message).to.equal('enough');
  });
});
