/**
 * Proves that an import lost nothing and invented nothing: reads the inputs again, and compares record by record with
 * what is stored at one moment, also while an import goes on. Writes nothing; what it must remember it
 * keeps in a temporary SQLite database of its own.
 */
import Database from 'better-sqlite3';
import { store as aStore, checkValue, whole } from '../checks.js';
import type { Input, SplitItem } from '../types.js';
import { type Claimed, type Difference, Differences, type InputReport } from './differences.js';
import { databaseError } from './failures.js';
import type { Store } from './open-store.js';
import { inSnapshot, type Snapshot } from './snapshot.js';
import { compareInput } from './verify-input.js';

export interface VerifyReport {
  /** The first of them, at most `maxDifferences`. */
  readonly differences: readonly Difference[];
  readonly differenceCount: number;
  /** Molecules that no record has, left by records that were updated. Not a difference. */
  readonly orphans: number;
  readonly inputs: readonly InputReport[];
}

export interface VerifyInput {
  readonly input: Input;
  /** All records of the input, in order, as `splitRecords` gives them. */
  readonly records: AsyncIterable<SplitItem>;
}

/** `maxDifferences`: default 100. Throws `DatabaseError`, `UsageError` BAD_OPTION, or what reading the inputs throws. */
export async function verifyInputs(
  store: Store,
  inputs: readonly VerifyInput[],
  { maxDifferences = 100 }: { maxDifferences?: number } = {},
): Promise<VerifyReport> {
  checkValue('store', store, aStore);
  checkValue('maxDifferences', maxDifferences, whole(0));
  const differences = new Differences(maxDifferences);
  const memory = new Database('');
  try {
    const claimed = createClaimed(memory);
    return await inSnapshot(store, async (snapshot) => {
      const reports: InputReport[] = [];
      for (const { input, records } of inputs) {
        reports.push(await compareInput(snapshot, input, records, claimed, differences));
      }
      const accompanied = await accompaniedInputs(snapshot, reports);
      for (const [index, { input }] of inputs.entries()) {
        const report = reports[index]!;
        await findStrayRows(snapshot, input, report, accompanied.has(report.inputId), claimed, differences);
      }
      return {
        differences: differences.kept,
        differenceCount: differences.count,
        orphans: await countOrphans(snapshot),
        inputs: reports,
      };
    });
  } catch (error) {
    throw databaseError(error, store.displayName);
  } finally {
    memory.close();
  }
}

function createClaimed(memory: Database.Database): Claimed {
  memory.exec(
    'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; CREATE TABLE claimed (record_id INTEGER PRIMARY KEY)',
  );
  const put = memory.prepare('INSERT OR IGNORE INTO claimed VALUES (?)');
  const get = memory.prepare('SELECT 1 FROM claimed WHERE record_id = ?');
  return {
    add: (recordId) => {
      put.run(recordId);
    },
    has: (recordId) => get.get(recordId) !== undefined,
  };
}

const PAGE = 5_000;

/**
 * Ids of the inputs whose latest run also read another input of their source that was not compared with them: a row that
 * it confirmed may be of a record that moved there, since a confirmed row stays that of the input that brought it.
 */
async function accompaniedInputs(
  { session, quoted: q }: Snapshot,
  reports: readonly InputReport[],
): Promise<ReadonlySet<number | null>> {
  const compared = new Map<number, Set<number>>();
  for (const { inputId, runId } of reports) {
    if (inputId === null || runId === null) continue;
    compared.set(runId, (compared.get(runId) ?? new Set()).add(inputId));
  }
  const accompanied = new Set<number>();
  for (const [runId, inputIds] of compared) {
    const { rows } = await session.execute(
      `SELECT i.input_id, i.source_id FROM ${q.checkpoints} c JOIN ${q.inputs} i ON i.input_id = c.input_id
       WHERE c.run_id = ?`,
      [runId],
    );
    const others = rows.filter((row) => !inputIds.has(Number(row.input_id)));
    const sources = new Set(others.map((row) => Number(row.source_id)));
    for (const row of rows) {
      const inputId = Number(row.input_id);
      if (inputIds.has(inputId) && sources.has(Number(row.source_id))) accompanied.add(inputId);
    }
  }
  return accompanied;
}

/**
 * Rows that the input's latest run wrote or confirmed and that no record accounts for. Rows of earlier runs stay; where it
 * `isAccompanied`, those that the run confirmed as well.
 */
async function findStrayRows(
  snapshot: Snapshot,
  input: Input,
  { inputId, runId }: InputReport,
  isAccompanied: boolean,
  claimed: Claimed,
  differences: Differences,
): Promise<void> {
  if (inputId === null || runId === null) return;
  const { session, quoted } = snapshot;
  const [isOfRun, bindings] = isAccompanied
    ? ['run_id = ?', [runId]]
    : [`(run_id = ? OR ${snapshot.isConfirmed('record_id')})`, [runId, runId]];
  for (let after = 0; ; ) {
    const { rows } = await session.execute(
      `SELECT record_id, ordinal, record_key FROM ${quoted.records}
       WHERE input_id = ? AND ${isOfRun} AND record_id > ?
       ORDER BY record_id LIMIT ${PAGE}`,
      [inputId, ...bindings, after],
    );
    for (const row of rows) {
      after = Number(row.record_id);
      if (claimed.has(after)) continue;
      const ordinal = Number(row.ordinal);
      differences.add('ROW_WITHOUT_RECORD', input, ordinal, `the stored row of key ${row.record_key} has no record`);
    }
    if (rows.length < PAGE) return;
  }
}

async function countOrphans({ session, quoted: q }: Snapshot): Promise<number> {
  const { rows } = await session.execute(
    `SELECT count(*) AS n FROM ${q.molecules} m
     WHERE NOT EXISTS (SELECT 1 FROM ${q.records} r WHERE r.structure_key = m.structure_key)`,
  );
  return Number(rows[0]?.n);
}
