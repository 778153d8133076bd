/** The database as it was at one moment, for those who ask it many things that must agree. */
import { isConfirmedWhereKnown } from './confirmations.js';
import type { Store } from './open-store.js';
import { isSqlite, rollback, type Session, withSession } from './transaction.js';

export interface Snapshot {
  readonly session: Session;
  /** Names of the tables, as SQL has them. */
  readonly quoted: Store['tables']['quoted'];
  /** A condition of SQL: whether a run (a binding) has found the row of that id (an expression) unchanged. */
  isConfirmed(recordId: string): string;
}

/** What was committed when `read` asked first, whatever is committed meanwhile. Nothing is written. */
export async function inSnapshot<T>({ knex, tables }: Store, read: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  return withSession(knex, async (session) => {
    if (isSqlite(knex)) await session.execute('BEGIN');
    else {
      await session.execute('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      // Whoever writes may not sleep in a transaction; between these statements files are read.
      await session.execute('SET LOCAL idle_in_transaction_session_timeout = 0');
    }
    try {
      const isConfirmed = await isConfirmedWhereKnown(session, tables);
      return await read({ session, quoted: tables.quoted, isConfirmed });
    } finally {
      await rollback(session, null);
    }
  });
}
