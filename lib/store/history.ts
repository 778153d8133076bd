/** What earlier runs measured, so that runs can be compared, and so that a later one starts from what they learned. */
import type { Learned } from '../batching/costs.js';
import { store as aStore, checkValue, whole } from '../checks.js';
import type { BookSnapshot } from '../monitor/book.js';
import { databaseError } from './failures.js';
import type { Store } from './open-store.js';
import { type StoredStatus, statusOf } from './run-status.js';
import { inSnapshot } from './snapshot.js';
import { storedJson } from './stored-json.js';
import { isoTime } from './time.js';
import type { Row } from './transaction.js';

/** Of the latest execution of a run that committed anything. */
export interface RunStatistics extends BookSnapshot {
  /** Records that it accounted for. */
  readonly records: number;
  /** From the first input byte to the last commit. */
  readonly elapsedMs: number;
  readonly recordsPerSecond: number;
  readonly peakRssBytes: number;
  /** What the sizer of chunks learned, and of which kind of source; null: too little, or the sizer was a fixed one. */
  readonly learned: (Learned & { readonly profile: string }) | null;
}

export interface RunHistory {
  readonly runId: number;
  readonly status: StoredStatus;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Names of the sources, in alphabetical order. */
  readonly sources: readonly string[];
  /** Records of the whole run. */
  readonly read: number;
  /** Null where nothing was measured: the run has not ended, held no records, or is of a version that stored nothing. */
  readonly statistics: RunStatistics | null;
}

/** The last `runs` runs, the latest first. Default 20. Throws `DatabaseError`, `UsageError` BAD_OPTION. */
export async function readHistory(store: Store, { runs = 20 }: { runs?: number } = {}): Promise<RunHistory[]> {
  checkValue('store', store, aStore);
  checkValue('runs', runs, whole(0));
  try {
    return await inSnapshot(store, async ({ session, quoted: q }) => {
      // All columns: that of the statistics is missing where nobody has written since it was added.
      const found = await session.execute(`SELECT * FROM ${q.runs} ORDER BY run_id DESC LIMIT ?`, [runs]);
      const since = found.rows.at(-1)?.run_id ?? 0;
      const sources = await session.execute(
        `SELECT c.run_id, s.name, sum(c.read) AS read FROM ${q.checkpoints} c
         JOIN ${q.inputs} i ON i.input_id = c.input_id JOIN ${q.sources} s ON s.source_id = i.source_id
         WHERE c.run_id >= ? GROUP BY c.run_id, s.name ORDER BY s.name`,
        [since],
      );
      const owners = await session.execute(
        `SELECT DISTINCT run_id, owner FROM ${q.checkpoints} WHERE run_id >= ? AND owner IS NOT NULL`,
        [since],
      );
      const of = (run: Row, { rows }: { rows: Row[] }) =>
        rows.filter((row) => Number(row.run_id) === Number(run.run_id));
      return found.rows.map((run) => runHistory(run, of(run, sources), of(run, owners)));
    });
  } catch (error) {
    throw databaseError(error, store.displayName);
  }
}

/** What the last runs of this kind of source learned, the latest first. Throws `DatabaseError`, `UsageError` BAD_OPTION. */
export async function readLearned(store: Store, profile: string): Promise<Learned[]> {
  const history = await readHistory(store);
  return history.flatMap(({ statistics }) => (statistics?.learned?.profile === profile ? [statistics.learned] : []));
}

function runHistory(run: Row, sources: readonly Row[], owners: readonly Row[]): RunHistory {
  return {
    runId: Number(run.run_id),
    status: statusOf(run, owners),
    startedAt: isoTime(run.started_at),
    sources: sources.map((row) => String(row.name)),
    read: sources.reduce((sum, row) => sum + Number(row.read), 0),
    statistics: storedJson<RunStatistics>(run.statistics),
  };
}
