/**
 * One connection of the pool, with or without a transaction on it. `withSession` and `inTransaction` give it back on
 * every path: to the pool when it is in step with the server, else to be destroyed.
 */
import type Database from 'better-sqlite3';
import type { Knex } from 'knex';
import type pg from 'pg';
import { isBroken, isServerError } from './failures.js';

export type Row = Record<string, unknown>;
type Connection = (pg.Client | Database.Database) & { __knex__disposed?: unknown };

export class Session {
  readonly knex: Knex;
  readonly #connection: Connection;

  constructor(knex: Knex, connection: Connection) {
    this.knex = knex;
    this.#connection = connection;
  }

  /** `?` stands for a binding. `changes` is the number of rows written. */
  async execute(sql: string, bindings: readonly unknown[] = []): Promise<{ rows: Row[]; changes: number }> {
    const answer = await this.knex.raw(sql, bindings as Knex.RawBinding[]).connection(this.#connection);
    if (Array.isArray(answer)) return { rows: answer, changes: 0 };
    return { rows: answer.rows ?? [], changes: answer.rowCount ?? answer.changes ?? 0 };
  }

  /** One statement, into a table as knex names it. */
  async insert(table: string, rows: readonly Row[]): Promise<void> {
    await this.knex(table).insert(rows).connection(this.#connection);
  }

  /** For prepared statements. Only of a SQLite store. */
  get sqlite(): Database.Database {
    return this.#connection as Database.Database;
  }

  /** For COPY. Only of a PostgreSQL store. */
  get postgres(): pg.Client {
    return this.#connection as pg.Client;
  }

  /** Tells who listens to knex's `query` event of a statement that does not go through knex's own runner. */
  announce(sql: string): void {
    this.knex.client.emit('query', { sql, bindings: [] });
  }

  /** The pool will not hand this connection out again. */
  dispose(reason: unknown): void {
    this.#connection.__knex__disposed = reason;
    if ('end' in this.#connection) this.#connection.end(() => {});
  }
}

export async function withSession<T>(knex: Knex, work: (session: Session) => Promise<T>): Promise<T> {
  const connection: Connection = await knex.client.acquireConnection();
  const session = new Session(knex, connection);
  try {
    return await work(session);
  } catch (error) {
    if (isBroken(error) && !isSqlite(knex)) session.dispose(error);
    throw error;
  } finally {
    await knex.client.releaseConnection(connection);
  }
}

/** Thrown when it is not known whether COMMIT took effect: its answer was lost. */
export class CommitUnknown extends Error {
  /** SQLSTATE "transaction resolution unknown". */
  readonly code = '08007';
  constructor(cause: unknown) {
    super('the answer of COMMIT was lost', { cause });
  }
}

/**
 * Begins, works, commits; rolls back whatever fails. `ms` is the time from BEGIN to the answer of COMMIT; `roundTripMs`, for
 * the work, that to the answer of BEGIN.
 * Throws `CommitUnknown` when COMMIT was sent and no answer came; else the first error.
 */
export async function inTransaction<T>(
  knex: Knex,
  work: (session: Session, roundTripMs: number) => Promise<T>,
): Promise<{ value: T; ms: number }> {
  return withSession(knex, async (session) => {
    const begun = performance.now();
    await session.execute(isSqlite(knex) ? 'BEGIN IMMEDIATE' : 'BEGIN');
    let value: T;
    try {
      value = await work(session, performance.now() - begun);
    } catch (error) {
      await rollback(session, error);
      throw error;
    }
    try {
      await session.execute('COMMIT');
    } catch (error) {
      if (!isServerError(error) || isBroken(error)) {
        session.dispose(error);
        throw new CommitUnknown(error);
      }
      await rollback(session, error);
      throw error;
    }
    return { value, ms: performance.now() - begun };
  });
}

/** A connection that cannot roll back is destroyed, which does it; the error that came first is what callers see. */
export async function rollback(session: Session, reason: unknown): Promise<void> {
  // withSession destroys it.
  if (isBroken(reason) && !isSqlite(session.knex)) return;
  try {
    if (!isSqlite(session.knex) || session.sqlite.inTransaction) await session.execute('ROLLBACK');
  } catch (error) {
    session.dispose(error);
  }
}

export function isSqlite(knex: Knex): boolean {
  return knex.client.driverName === 'better-sqlite3';
}
