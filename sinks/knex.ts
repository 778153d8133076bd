/**
 * Chunks into a database, one transaction a chunk. The sink owns no connection: who opened the ledger, or knex, closes
 * it. When the sink is destroyed, the chunk in flight is rolled back before `close`.
 */
import { Writable } from 'node:stream';
import type { Knex } from 'knex';
import { codeOf } from '../lib/batching/outcome.js';
import { type DatabaseError, messageOf } from '../lib/errors.js';
import { DEFAULTS } from '../lib/options.js';
import { recordsIn } from '../lib/records-in.js';
import { commitRows } from '../lib/store/commit-rows.js';
import type { CommitReport, Ledger } from '../lib/store/ledger-contract.js';
import { createPatience } from '../lib/store/patience.js';
import type { BatchSizer, Chunk, Input } from '../lib/types.js';

export interface LedgerSinkOptions {
  /** Where molecules, rejections and checkpoints go. */
  ledger: Ledger;
  /** Hash of what was read of the input up to the offset. It is kept to recognise the input when it is resumed. */
  prefixHash(input: Input, offset: number): string;
  /** Told what each commit cost. */
  sizer?: BatchSizer | undefined;
  /** Called after each commit. What it throws ends the stream. */
  onCommit?: ((report: CommitReport, chunk: Chunk) => void) | undefined;
}

export interface TableSinkOptions<T> {
  knex: Knex;
  /** As knex names it: `table`, or `schema.table`. */
  table: string;
  /** The row of an item, as an object of columns; null: the item has none. All rows have the same columns. */
  toRow(item: T): Record<string, unknown> | null;
  /** Told what each commit cost. */
  sizer?: BatchSizer | undefined;
  /** Called for each row that the database refuses, whose neighbours are stored. Default: it is an error of the stream. */
  onRefused?: ((item: T, error: DatabaseError) => void) | undefined;
  /** Called after each commit, with its milliseconds. */
  onCommit?: ((ms: number, chunk: Chunk<T>) => void) | undefined;
  /** Milliseconds to wait for a database that is away, 0 or more. Default 600,000. */
  databaseTimeoutMs?: number | undefined;
}

/** A Writable of chunks. `finish` comes after the last commit: all is durable. */
export function knexSink(options: LedgerSinkOptions): Writable;
export function knexSink<T>(options: TableSinkOptions<T>): Writable;
export function knexSink<T>(options: LedgerSinkOptions | TableSinkOptions<T>): Writable {
  if ('ledger' in options) {
    const { ledger, prefixHash, onCommit } = options;
    const commit: Commit<Chunk> = async (chunk, signal) => {
      const report = await ledger.commit(chunk, prefixHash, signal);
      return { ...report, committed: () => onCommit?.(report, chunk) };
    };
    return chunkWritable(options.sizer, commit, recordsIn);
  }
  const { onCommit, databaseTimeoutMs = DEFAULTS.databaseTimeoutMs, sizer, ...table } = options;
  const context = { ...table, patience: createPatience(databaseTimeoutMs) };
  const commit: Commit<Chunk<T>> = async (chunk, signal) => {
    const ms = await commitRows(chunk.items, context, signal);
    return { ms, committed: () => onCommit?.(ms, chunk) };
  };
  return chunkWritable(sizer, commit, (chunk) => chunk.items.length);
}

interface Committed {
  readonly ms: number;
  readonly attempts?: number;
  readonly setback?: string | null;
  committed(): void;
}
type Commit<C> = (chunk: C, signal: AbortSignal) => Promise<Committed>;

function chunkWritable<C extends Chunk<unknown>>(
  sizer: BatchSizer | undefined,
  commit: Commit<C>,
  countRecords: (chunk: C) => number,
): Writable {
  const abort = new AbortController();
  let inFlight: Promise<unknown> = Promise.resolve();

  const write = async (chunk: C): Promise<void> => {
    const { bytes, closedBy } = chunk;
    const size = { rows: chunk.items.length, records: countRecords(chunk), bytes, closedBy };
    const begun = performance.now();
    const { ms, attempts, setback, committed } = await commit(chunk, abort.signal).catch((error: unknown) => {
      sizer?.report({ ...size, ms: performance.now() - begun, error: messageOf(error), code: codeOf(error) });
      throw error;
    });
    sizer?.report({ ...size, ms, attempts: attempts ?? 1, ...(setback ? { setback } : {}) });
    committed();
  };

  return new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(chunk: C, _encoding, callback) {
      inFlight = write(chunk).then(() => callback(), callback);
    },
    destroy(error, callback) {
      abort.abort(error ?? new Error('the sink was destroyed'));
      inFlight.then(() => callback(error));
    },
  });
}
