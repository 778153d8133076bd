/**
 * Chunks into a database, one transaction a chunk. The sink owns no connection: who opened the ledger, or knex, closes
 * it. When the sink is destroyed, the chunk in flight is rolled back before `close`.
 */
import { Writable } from 'node:stream';
import type { Knex } from 'knex';
import { codeOf } from '../lib/batching/outcome.js';
import { sizer as aSizer, checkOptions, func, having, MOST_MS, text, whole } from '../lib/checks.js';
import { type DatabaseError, messageOf, UsageError } from '../lib/errors.js';
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
  /** Called after each commit, and awaited before the next. What it throws, or rejects with, ends the stream. */
  onCommit?: ((report: CommitReport, chunk: Chunk) => unknown) | undefined;
}

export interface TableSinkOptions<T> {
  knex: Knex;
  /** As knex names it: `table`, or `schema.table`. */
  table: string;
  /** The row of an item, as an object of columns; null: the item has none. All rows have the same columns. */
  toRow(item: T): Record<string, unknown> | null;
  /** Told what each commit cost. */
  sizer?: BatchSizer | undefined;
  /**
   * Called for each row that the database refuses, and awaited; its neighbours are stored. What it throws, or rejects
   * with, ends the stream. Default: a refused row does.
   */
  onRefused?: ((item: T, error: DatabaseError) => unknown) | undefined;
  /** Called after each commit, with its milliseconds, and awaited. What it throws, or rejects with, ends the stream. */
  onCommit?: ((ms: number, chunk: Chunk<T>) => unknown) | undefined;
  /** Milliseconds to wait for a database that is away, 0 or more. Default 600,000. */
  databaseTimeoutMs?: number | undefined;
}

const LEDGER = {
  ledger: having('a ledger such as openLedger gives', 'commit'),
  prefixHash: func,
  sizer: aSizer,
  onCommit: func,
};
const TABLE = {
  knex: having('an instance of knex', 'raw', 'transaction'),
  table: text,
  toRow: func,
  sizer: aSizer,
  onRefused: func,
  onCommit: func,
  databaseTimeoutMs: whole(0, MOST_MS),
};

/**
 * A Writable of chunks, as `batch` gives them. `finish` comes after the last commit: all is durable. Throws `UsageError`
 * BAD_OPTION; fails with it for what is no chunk, and with `DatabaseError`.
 */
export function knexSink(options: LedgerSinkOptions): Writable;
export function knexSink<T>(options: TableSinkOptions<T>): Writable;
export function knexSink<T>(options: LedgerSinkOptions | TableSinkOptions<T>): Writable {
  if (isForLedger(options)) {
    checkOptions(options, LEDGER, ['ledger', 'prefixHash']);
    const { ledger, prefixHash, onCommit } = options;
    const commit: Commit<Chunk> = async (chunk, signal) => {
      const report = await ledger.commit(chunk, prefixHash, signal);
      return { ...report, committed: () => onCommit?.(report, chunk) };
    };
    return chunkWritable(options.sizer, commit, recordsIn);
  }
  checkOptions(options, TABLE, ['knex', 'table', 'toRow']);
  const { onCommit, databaseTimeoutMs = DEFAULTS.databaseTimeoutMs, sizer, ...table } = options;
  const context = { ...table, patience: createPatience(databaseTimeoutMs) };
  const commit: Commit<Chunk<T>> = async (chunk, signal) => {
    const ms = await commitRows(chunk.items, context, signal);
    return { ms, committed: () => onCommit?.(ms, chunk) };
  };
  return chunkWritable(sizer, commit, (chunk) => chunk.items.length);
}

const isForLedger = <T>(options: LedgerSinkOptions | TableSinkOptions<T>): options is LedgerSinkOptions =>
  typeof options === 'object' && options !== null && 'ledger' in options;

interface Committed {
  readonly ms: number;
  readonly attempts?: number;
  readonly setback?: string | null;
  committed(): unknown;
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
    if (!Array.isArray(chunk.items)) {
      throw new UsageError('BAD_OPTION', 'knexSink: takes chunks of items: put batch() before it');
    }
    const { bytes, closedBy } = chunk;
    const size = { rows: chunk.items.length, records: countRecords(chunk), bytes, closedBy };
    const begun = performance.now();
    const { ms, attempts, setback, committed } = await commit(chunk, abort.signal).catch((error: unknown) => {
      sizer?.report({ ...size, ms: performance.now() - begun, error: messageOf(error), code: codeOf(error) });
      throw error;
    });
    sizer?.report({ ...size, ms, attempts: attempts ?? 1, ...(setback ? { setback } : {}) });
    await committed();
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
