/**
 * Commits a chunk whatever happens: waits for a database that is away, finds out what became of a COMMIT whose answer was
 * lost, and halves a chunk that the database refuses until the bad rows stand alone.
 */
import { DatabaseError } from '../errors.js';
import type { Item, Rejection } from '../types.js';
import { type ChunkContext, type ChunkResult, fenced, writeChunk } from './chunk-transaction.js';
import { databaseCodeOf, databaseError, serverMessage, setbackOf } from './failures.js';
import { halve } from './halve.js';
import { type Progress, progressOf } from './progress.js';
import { rejectionOf } from './resolve.js';
import { addTally, emptyTally, type Tally } from './tally.js';
import { CommitUnknown, inTransaction, withSession } from './transaction.js';

export interface Committed {
  /** Milliseconds of the transactions that were committed, each from BEGIN to the answer of COMMIT. */
  ms: number;
  /** Transactions that were begun. */
  attempts: number;
  tally: Tally;
  rejectedRows: Rejection[];
  /** The first deadlock or timeout that a later attempt got over. */
  setback: string | null;
}

/** Throws `DatabaseError`, `StoppedError` FENCED, or the reason of `signal`; what was committed before stays so. */
export async function commitChunk(
  chunk: readonly Item[],
  context: ChunkContext,
  signal: AbortSignal | undefined,
): Promise<Committed> {
  const items = [...chunk];
  const committed: Committed = { ms: 0, attempts: 0, tally: emptyTally(), rejectedRows: [], setback: null };
  try {
    await halve(items.length, {
      attempt: (start, end) => commitItems(items.slice(start, end), context, committed, signal),
      refuse: (index, error) => {
        items[index] = refused(items[index]!, error, context);
      },
    });
  } catch (error) {
    throw databaseError(error, context.store.displayName);
  }
  return committed;
}

function refused(item: Item, error: unknown, { store }: ChunkContext): Rejection {
  if (item.kind === 'molecule') return rejectionOf(item, 'sink', 'ROW_REFUSED', serverMessage(error));
  const what = item.kind === 'end' ? 'end' : `record ${item.ordinal}`;
  throw new DatabaseError(
    'DATABASE_REFUSED',
    `${store.displayName} refused to store the ${what} of ${item.input.uri}: ${serverMessage(error)}`,
    { input: item.input.uri, ordinal: item.ordinal, cause: error, databaseCode: databaseCodeOf(error) },
  );
}

/** One transaction, again and again while the database is away. */
async function commitItems(
  items: readonly Item[],
  context: ChunkContext,
  committed: Committed,
  signal: AbortSignal | undefined,
): Promise<void> {
  const progress = progressOf(items, (input) => {
    const { nextOffset, nextOrdinal, completed } = context.checkpoint(input);
    return { nextOffset, nextOrdinal, completed };
  });
  const { patience, knex } = context.store;
  let isAgain = false;
  const attempt = async (): Promise<Attempt> => {
    signal?.throwIfAborted();
    // Who waits for long is alive all the same.
    if (isAgain) await context.renewLease();
    isAgain = true;
    committed.attempts += 1;
    const begun = performance.now();
    let result: ChunkResult | undefined;
    try {
      const { ms } = await inTransaction(knex, async (session) => {
        result = await writeChunk(session, items, progress, context);
        signal?.throwIfAborted();
      });
      return { result: result!, ms, unknown: null };
    } catch (error) {
      committed.setback ??= setbackOf(error);
      if (!(error instanceof CommitUnknown) || result === undefined) throw error;
      return { result, ms: performance.now() - begun, unknown: error };
    }
  };

  let lostSince: number | null = null;
  for (;;) {
    const { result, ms, unknown } = await patience.run(attempt, signal);
    if (unknown === null || (await wasCommitted(progress[0]!, context, signal))) {
      finish(result, ms);
      return;
    }
    lostSince ??= performance.now();
    if (performance.now() - lostSince > patience.timeoutMs) throw unknown;
  }

  function finish(result: ChunkResult, ms: number): void {
    committed.ms += ms;
    committed.rejectedRows.push(...result.rejections);
    for (const move of progress) {
      const tally = result.tallies.get(move.input)!;
      context.checkpoint(move.input).advance(move, tally, result.prefixHashes.get(move.input) ?? null);
      addTally(committed.tally, tally);
    }
  }
}

interface Attempt {
  readonly result: ChunkResult;
  readonly ms: number;
  /** COMMIT was sent, and its answer lost. */
  readonly unknown: CommitUnknown | null;
}

/** Asks the checkpoint, on a new connection; waits for the server to have decided. */
async function wasCommitted(
  { input, from, to }: Progress,
  context: ChunkContext,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { store } = context;
  const checkpoint = context.checkpoint(input);
  const row = await store.patience.run(async () => {
    const { rows } = await withSession(store.knex, (session) =>
      session.execute(
        `SELECT epoch, next_offset, next_ordinal, completed FROM ${store.tables.quoted.checkpoints}
         WHERE run_id = ? AND input_id = ? AND part = 0${store.kind === 'postgres' ? ' FOR UPDATE' : ''}`,
        [context.rules.runId, checkpoint.inputId],
      ),
    );
    return rows[0];
  }, signal);
  if (row === undefined || Number(row.epoch) !== checkpoint.epoch) throw fenced(input);
  const isAt = (position: typeof to) =>
    Number(row.next_offset) === position.nextOffset &&
    Number(row.next_ordinal) === position.nextOrdinal &&
    Boolean(row.completed) === position.completed;
  if (isAt(to)) return true;
  if (isAt(from)) return false;
  throw fenced(input);
}
