/** What the latest run of an input left in the database. */
import type { Input, RawRecord, Rejection, Unchanged } from '../types.js';
import { plainText } from './plain-text.js';
import type { Snapshot } from './snapshot.js';
import { storedTally } from './stored-tally.js';
import type { Tally } from './tally.js';
import type { Row } from './transaction.js';

export type ReadRecord = RawRecord | Rejection | Unchanged;
export interface LatestRun {
  readonly inputId: number;
  readonly sourceId: number;
  readonly runId: number;
  readonly nextOrdinal: number;
  readonly completed: boolean;
  readonly tally: Tally;
  /** What the rows that it wrote or confirmed were described with; null for a run of a version that did not say. */
  readonly describedWith: string | null;
  /** Earlier runs that committed after this one began: they may have written to rows that it had confirmed. */
  readonly rivals: ReadonlySet<number>;
}

/** Null where nothing of the input was imported. */
export async function latestRun({ session, quoted: q }: Snapshot, input: Input): Promise<LatestRun | null> {
  const { rows } = await session.execute(
    `SELECT c.*, i.source_id, CAST(r.options AS text) AS options FROM ${q.checkpoints} c
     JOIN ${q.runs} r ON r.run_id = c.run_id JOIN ${q.inputs} i ON i.input_id = c.input_id
     JOIN ${q.sources} s ON s.source_id = i.source_id WHERE i.uri = ? AND s.name = ? ORDER BY c.run_id DESC LIMIT 1`,
    [input.uri, input.source],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const rivals = await session.execute(
    `SELECT DISTINCT run_id FROM ${q.checkpoints} WHERE run_id < ? AND updated_at >
       (SELECT started_at FROM ${q.runs} WHERE run_id = ?)`,
    [row.run_id, row.run_id],
  );
  return {
    inputId: Number(row.input_id),
    sourceId: Number(row.source_id),
    runId: Number(row.run_id),
    nextOrdinal: Number(row.next_ordinal),
    completed: Boolean(row.completed),
    tally: storedTally(row),
    describedWith: (JSON.parse(String(row.options)) as { described_with?: string }).described_with ?? null,
    rivals: new Set(rivals.rows.map(({ run_id }) => Number(run_id))),
  };
}

/** What is stored of some records. */
export type Stored = Awaited<ReturnType<typeof storedOf>>;
type ValueOf<M> = M extends Map<unknown, infer V> ? V : never;
export type StoredRow = ValueOf<Stored['rows']>;
export type StoredRejection = ValueOf<Stored['rejections']>;

/** The rows of these keys, by key, those that the run has confirmed as its own; and the rejections, by ordinal. */
export async function storedOf(snapshot: Snapshot, run: LatestRun, block: readonly ReadRecord[]) {
  const { session, quoted: q } = snapshot;
  const keys = [...new Set(block.map((record) => plainText(record.recordKey)))];
  const records = await session.execute(
    `SELECT record_id, record_key, content_hash, described_with, input_id, ordinal, run_id, raw,
       CASE WHEN raw IS NULL THEN (SELECT o.options ->> 'raw' FROM ${q.runs} o WHERE o.run_id = r.run_id) END AS kept,
       CASE WHEN run_id < ? AND ${snapshot.isConfirmed('record_id')} THEN 1 ELSE 0 END AS is_confirmed,
       CASE WHEN EXISTS (SELECT 1 FROM ${q.molecules} m WHERE m.structure_key = r.structure_key) THEN 1 ELSE 0 END
         AS has_molecule
       FROM ${q.records} r WHERE source_id = ? AND record_key IN (${keys.map(() => '?').join(', ')})`,
    [run.runId, run.runId, run.sourceId, ...keys],
  );
  const runOf = (row: Row): number => {
    const runId = Number(row.run_id);
    return row.is_confirmed === 1 && !run.rivals.has(runId) ? run.runId : runId;
  };
  const rejections = await session.execute(
    `SELECT ordinal, content_hash, described_with, code, run_id, raw FROM ${q.rejections}
       WHERE input_id = ? AND ordinal >= ? AND ordinal <= ?`,
    [run.inputId, block[0]?.ordinal, block.at(-1)?.ordinal],
  );
  return {
    rows: new Map(
      records.rows.map((row) => [
        String(row.record_key),
        {
          recordId: Number(row.record_id),
          contentHash: String(row.content_hash),
          describedWith: String(row.described_with),
          runId: runOf(row),
          inputId: Number(row.input_id),
          ordinal: Number(row.ordinal),
          raw: row.raw,
          /** There are no bytes, though the run that wrote the row kept those of its records. */
          isRawLost: row.raw === null && row.kept === 'all',
          hasMolecule: row.has_molecule === 1,
        },
      ]),
    ),
    rejections: new Map(
      rejections.rows.map((row) => [
        Number(row.ordinal),
        {
          contentHash: String(row.content_hash),
          describedWith: String(row.described_with),
          code: String(row.code),
          runId: Number(row.run_id),
          raw: row.raw,
        },
      ]),
    ),
  };
}
