import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import type { ImportOptions } from '../../lib/options.js';
import type { ImportHooks } from '../../pipelines/execution.js';
import { ImportFailed } from '../../pipelines/import-failed.js';
import { importMolecules } from '../../pipelines/import-molecules.js';
import { withDatabase } from '../support/database-rows.js';

const RECORDS = 200;

describe('an orderly stop while another connection writes to the SQLite file', function () {
  this.timeout(60_000);
  let folder: string;
  let to: string;
  let isHeld: boolean;
  let release = (): void => {};
  beforeEach(() => {
    isHeld = false;
    folder = mkdtempSync(join(tmpdir(), 'molstream-busy-'));
    to = join(folder, 'm.sqlite');
    writeFileSync(
      join(folder, 'a.smi'),
      Array.from({ length: RECORDS }, (_, i) => `${'C'.repeat(1 + (i % 50))} n${i}\n`).join(''),
    );
  });
  afterEach(() => {
    release();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Once, and much longer than SQLite itself waits. */
  const hold = (ms = 1_200): void => {
    if (isHeld) return;
    isHeld = true;
    const other = new Database(to);
    other.exec('BEGIN IMMEDIATE');
    const timer = setTimeout(() => release(), ms);
    release = () => {
      clearTimeout(timer);
      other.close();
      release = () => {};
    };
  };
  const run = (options: Partial<ImportOptions>, hooks: ImportHooks = {}) =>
    importMolecules(
      { inputs: [join(folder, 'a.smi')], to, descriptors: 'none', fingerprint: 'none', workers: 1, ...options },
      hooks,
    );
  const expectInterrupted = async (read: number): Promise<void> => {
    await withDatabase(to, async (database) => {
      const [row] = await database('runs');
      expect(row).to.include({ status: 'interrupted', read });
      expect(row.statistics).to.be.a('string');
      expect(await database('checkpoints').whereNotNull('owner')).to.deep.equal([]);
    });
    expect(await run({})).to.include({ run_id: 1, status: 'completed', read: RECORDS });
  };

  it('waits for it where a limit ends the run', async () => {
    const summary = await run({ limit: 5 }, { onProgress: () => hold() });
    expect(summary).to.include({ status: 'interrupted', read: 5 });
    await expectInterrupted(5);
  });

  it('gives up on it when it is told to, and goes on from there', async () => {
    const error: unknown = await run(
      { batchSize: 50, databaseTimeoutMs: 200 },
      { onProgress: () => hold(60_000) },
    ).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'DATABASE_UNAVAILABLE' });
    release();
    expect(await run({})).to.include({ status: 'completed', read: RECORDS });
  });

  it('waits for it with the chunk in flight where a signal does', async () => {
    const controller = new AbortController();
    const onProgress = (): void => {
      hold();
      controller.abort();
    };
    const error: unknown = await run({ batchSize: 10 }, { signal: controller.signal, onProgress }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(ImportFailed);
    const { code, summary } = error as ImportFailed;
    expect({ code, status: summary.status }).to.deep.equal({ code: 'INTERRUPTED', status: 'interrupted' });
    await expectInterrupted(summary.read);
  });
});
