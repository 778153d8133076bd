/**
 * Which rows of `records` a run has found unchanged, kept beside the rows: to mark the rows themselves would write all of
 * them anew, bytes of their records and all. Ids that follow one another share one row here: most of a file that comes
 * again in the order of its keys, which is that of the ids in a chunk; few where the keys are hashes and the chunks others.
 */
import { DRY_RUN } from './dry-overlay.js';
import { elementsOf } from './json-list.js';
import type { StoredRecord } from './resolve.js';
import type { Tables } from './tables.js';
import { isSqlite, type Session } from './transaction.js';

/** Most ids of a range: so a range that holds an id begins at most so far before it. */
export const MOST_IDS = 1_000;

/**
 * A condition of SQL: whether a run (a binding, the first) has confirmed the row of that id (an expression). The range that
 * begins nearest before it is looked at first: ranges of one id, as another order brings them, may be hundreds.
 */
export function isConfirmed({ confirmations }: Tables['quoted'], recordId: string): string {
  return `(SELECT f.run_id FROM ${confirmations} f WHERE f.run_id = ? AND f.first_record_id > ${recordId} - ${MOST_IDS}
    AND f.first_record_id <= ${recordId} AND f.last_record_id >= ${recordId}
    ORDER BY f.first_record_id DESC LIMIT 1) IS NOT NULL`;
}

/** The same for tables that an earlier version made and none has written to since: these may have no confirmations. */
export async function isConfirmedWhereKnown(
  session: Session,
  { confirmations, quoted }: Tables,
): Promise<(recordId: string) => string> {
  const { rows } = isSqlite(session.knex)
    ? await session.execute('SELECT 1 FROM sqlite_master WHERE name = ? COLLATE NOCASE', [confirmations])
    : await session.execute('SELECT 1 WHERE to_regclass(?) IS NOT NULL', [quoted.confirmations]);
  return rows.length > 0 ? (recordId) => isConfirmed(quoted, recordId) : () => 'CAST(? AS bigint) IS NULL';
}

/** To be called in the transaction that counts the records. */
export async function confirm(
  session: Session,
  { quoted: q }: Tables,
  runId: number,
  recordIds: readonly number[],
): Promise<void> {
  if (recordIds.length === 0) return;
  const sqlite = isSqlite(session.knex);
  const ranges = sqlite
    ? "SELECT ?, json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?) WHERE true"
    : 'SELECT ?, (value ->> 0)::bigint, (value ->> 1)::bigint FROM json_array_elements(?::json)';
  await session.execute(
    `INSERT INTO ${q.confirmations} AS f (run_id, first_record_id, last_record_id) ${ranges}
     ON CONFLICT (run_id, first_record_id) DO UPDATE
     SET last_record_id = ${sqlite ? 'max' : 'greatest'}(f.last_record_id, excluded.last_record_id)`,
    [runId, JSON.stringify(rangesOf(recordIds))],
  );
}

/**
 * Of the runs of these inputs, what nobody asks for any more: what a run has confirmed matters to itself, and to `verify`
 * while it is the latest of an input. To be called in the transaction that begins the next run.
 */
export async function forgetConfirmed(
  session: Session,
  { quoted: q }: Tables,
  inputIds: readonly number[],
): Promise<void> {
  await session.execute(
    `DELETE FROM ${q.confirmations} WHERE run_id IN
       (SELECT run_id FROM ${q.checkpoints} WHERE input_id IN ${elementsOf(session.knex, 'bigint')})
     AND run_id NOT IN (SELECT max(run_id) FROM ${q.checkpoints} GROUP BY input_id)`,
    [JSON.stringify(inputIds)],
  );
}

/**
 * The same rows, those that the run has confirmed as rows of this run. Whether they are matters only where a record is
 * another than its row: `suspects` are those.
 */
export async function asOfThisRun(
  session: Session,
  { quoted: q }: Tables,
  runId: number,
  suspects: readonly StoredRecord[],
): Promise<Map<number, StoredRecord>> {
  const others = new Map(suspects.flatMap((row) => (row.runId === runId ? [] : [[row.recordId, row] as const])));
  if (others.size === 0 || runId === DRY_RUN) return new Map();
  const { rows } = await session.execute(
    `SELECT value FROM ${elementsOf(session.knex, 'bigint')} AS asked WHERE ${isConfirmed(q, 'value')}`,
    [JSON.stringify([...others.keys()]), runId],
  );
  return new Map(rows.map(({ value }) => [Number(value), { ...others.get(Number(value))!, runId }]));
}

/** First and last of the ids that follow one another without a gap. */
export function rangesOf(ids: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  let open: [number, number] | undefined;
  for (const id of [...ids].sort((a, b) => a - b)) {
    if (open !== undefined && id <= open[1] + 1 && id < open[0] + MOST_IDS) open[1] = Math.max(open[1], id);
    else {
      open = [id, id];
      ranges.push(open);
    }
  }
  return ranges;
}
