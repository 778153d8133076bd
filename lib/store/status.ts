/** What `molstream status` shows: the runs, their inputs, how far they are. */
import { store as aStore, checkValue, whole } from '../checks.js';
import type { Counts } from '../counts.js';
import type { Counters } from '../types.js';
import { databaseError } from './failures.js';
import type { Store } from './open-store.js';
import { describeOwner, isDead, parseOwner } from './owner.js';
import { type StoredStatus, statusOf } from './run-status.js';
import { inSnapshot } from './snapshot.js';
import { storedCounts, storedTally } from './stored-tally.js';
import { sumOf } from './tally.js';
import { isoTime } from './time.js';
import type { Row } from './transaction.js';

export interface InputStatus {
  readonly uri: string;
  readonly source: string;
  /** On disk; null for stdin. */
  readonly sizeBytes: number | null;
  readonly completed: boolean;
  /** Where reading goes on: bytes of the uncompressed input. */
  readonly nextOffset: number;
  readonly nextOrdinal: number;
  readonly counters: Counters;
  readonly rejections: Counts;
  readonly warnings: Counts;
  /** Who imports it at the moment, in words; null: nobody. */
  readonly heldBy: string | null;
  /** ISO 8601, of the last commit. */
  readonly updatedAt: string;
}

export interface RunStatus {
  readonly runId: number;
  readonly status: StoredStatus;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly options: Readonly<Record<string, unknown>>;
  readonly counters: Counters;
  readonly rejections: Counts;
  readonly warnings: Counts;
  /** From the start to the last commit, pauses included; null before the first. */
  readonly recordsPerSecond: number | null;
  readonly inputs: readonly InputStatus[];
}

export interface StoreStatus {
  readonly records: number;
  readonly molecules: number;
  /** What is rejected as the inputs stand, by code. */
  readonly rejections: Counts;
  /** The latest first. */
  readonly runs: readonly RunStatus[];
}

/** `runs`: how many to tell of. Default 10. Throws `DatabaseError`, `UsageError` BAD_OPTION. */
export async function readStatus(store: Store, { runs = 10 }: { runs?: number } = {}): Promise<StoreStatus> {
  checkValue('store', store, aStore);
  checkValue('runs', runs, whole(0));
  try {
    return await inSnapshot(store, async ({ session, quoted: q }) => {
      const single = async (sql: string) => Number((await session.execute(sql)).rows[0]?.n);
      const codes = await session.execute(
        `SELECT code, count(*) AS n FROM ${q.rejections} GROUP BY code ORDER BY code`,
      );
      const found = await session.execute(
        `SELECT run_id, status, started_at, finished_at, CAST(options AS text) AS options FROM ${q.runs}
         ORDER BY run_id DESC LIMIT ?`,
        [runs],
      );
      const statuses: RunStatus[] = [];
      for (const run of found.rows) {
        const { rows } = await session.execute(
          `SELECT c.*, i.uri, i.size_bytes, s.name AS source FROM ${q.checkpoints} c
           JOIN ${q.inputs} i ON i.input_id = c.input_id JOIN ${q.sources} s ON s.source_id = i.source_id
           WHERE c.run_id = ? ORDER BY c.input_id, c.part`,
          [run.run_id],
        );
        statuses.push(runStatus(run, rows));
      }
      return {
        records: await single(`SELECT count(*) AS n FROM ${q.records}`),
        molecules: await single(`SELECT count(*) AS n FROM ${q.molecules}`),
        rejections: Object.fromEntries(codes.rows.map((row) => [String(row.code), Number(row.n)])),
        runs: statuses,
      };
    });
  } catch (error) {
    throw databaseError(error, store.displayName);
  }
}

function runStatus(run: Row, checkpoints: readonly Row[]): RunStatus {
  const sum = sumOf(checkpoints.map(storedTally));
  const startedAt = isoTime(run.started_at);
  const inputs = checkpoints.map(inputStatus);
  const lastCommit = Math.max(...inputs.map((input) => Date.parse(input.updatedAt)));
  const seconds = (lastCommit - Date.parse(startedAt)) / 1_000;
  const { resume_key: _key, described_with: _described, ...options } = JSON.parse(String(run.options)) as Row;
  return {
    runId: Number(run.run_id),
    status: statusOf(run, checkpoints),
    startedAt,
    finishedAt: run.finished_at === null ? null : isoTime(run.finished_at),
    options,
    ...sum,
    recordsPerSecond: sum.counters.read > 0 && seconds > 0 ? sum.counters.read / seconds : null,
    inputs,
  };
}

function inputStatus(row: Row): InputStatus {
  const owner = row.owner === null ? null : parseOwner(String(row.owner));
  return {
    uri: String(row.uri),
    source: String(row.source),
    sizeBytes: row.size_bytes === null ? null : Number(row.size_bytes),
    completed: Boolean(row.completed),
    nextOffset: Number(row.next_offset),
    nextOrdinal: Number(row.next_ordinal),
    counters: storedTally(row).counters,
    rejections: storedCounts(row.rejections),
    warnings: storedCounts(row.warnings),
    heldBy: owner === null || isDead(owner) ? null : describeOwner(owner),
    updatedAt: isoTime(row.updated_at),
  };
}
