/** Commits the rows of a chunk into a user's own table. */
import type { Knex } from 'knex';
import { DatabaseError } from '../errors.js';
import { databaseError, serverMessage } from './failures.js';
import { halve } from './halve.js';
import type { Patience } from './patience.js';
import { statementsOf } from './statements.js';
import { CommitUnknown, inTransaction, type Row } from './transaction.js';

export interface TableContext<T> {
  readonly knex: Knex;
  readonly table: string;
  readonly patience: Patience;
  /** Null: the item has no row. */
  toRow(item: T): Row | null;
  /** Without it a row that the database refuses is an error. */
  readonly onRefused?: ((item: T, error: DatabaseError) => unknown) | undefined;
}

/** Returns the milliseconds of the transactions that were committed. */
export async function commitRows<T>(
  items: readonly T[],
  { knex, table, patience, toRow, onRefused }: TableContext<T>,
  signal: AbortSignal,
): Promise<number> {
  const rows = items.map((item) => toRow(item) ?? null);
  let ms = 0;
  try {
    await halve(items.length, {
      async attempt(start, end) {
        const present = rows.slice(start, end).filter((row) => row !== null);
        if (present.length === 0) return;
        const done = await patience.run(async () => {
          signal.throwIfAborted();
          const transaction = await inTransaction(knex, async (session, roundTripMs) => {
            for (const part of statementsOf(present, roundTripMs)) await session.insert(table, part);
            signal.throwIfAborted();
          }).catch((error: unknown) => {
            throw error instanceof CommitUnknown ? unsettled(table, error) : error;
          });
          return transaction.ms;
        }, signal);
        ms += done;
      },
      async refuse(index, error) {
        const refusal = new DatabaseError('DATABASE_REFUSED', `${table} refused a row: ${serverMessage(error)}`, {
          cause: error,
        });
        if (onRefused === undefined) throw refusal;
        await onRefused(items[index]!, refusal);
        rows[index] = null;
      },
    });
  } catch (error) {
    throw databaseError(error, table);
  }
  return ms;
}

/** Only a table with a checkpoint of its own could tell. */
function unsettled(table: string, cause: unknown): DatabaseError {
  return new DatabaseError(
    'DATABASE_UNAVAILABLE',
    `the connection was lost while a chunk was committed to ${table}: look whether its rows are there`,
    { cause },
  );
}
