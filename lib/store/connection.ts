/**
 * knex for a target, with the settings of each connection. The pool owns the connections; `Store.close` ends it.
 */
import { randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { Knex } from 'knex';
import knexFactory from 'knex';
import type pg from 'pg';
import type { Target } from './target.js';

export interface ConnectionSettings {
  /** Most connections at a time. */
  poolMax: number;
  /** Milliseconds after which PostgreSQL ends a transaction that its client has left standing. */
  idleInTransactionMs: number;
  /** How this process's sessions are called in PostgreSQL, so that whoever takes over can end them. */
  sessionName: string;
  /** Bytes of a SQLite file's pages kept in memory. */
  cacheBytes: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
const LOCK_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 120_000;
/** Short, because waiting blocks the process; the work is tried again all the same. */
const SQLITE_BUSY_MS = 250;

export function newSessionName(): string {
  return `molstream ${randomBytes(8).toString('hex')}`;
}

/** Connects to nothing yet. */
export function createKnex(target: Target, settings: ConnectionSettings): Knex {
  return knexFactory({
    ...(target.kind === 'sqlite' ? sqliteConfig(target.path, settings) : postgresConfig(target.url, settings)),
    // knex would print what its callers get as errors anyway.
    log: { warn() {}, error() {}, deprecate() {}, debug() {} },
  });
}

function sqliteConfig(path: string, { cacheBytes }: ConnectionSettings): Knex.Config {
  return {
    client: 'better-sqlite3',
    connection: { filename: path },
    useNullAsDefault: true,
    pool: {
      // The driver is synchronous and SQLite has one writer: a second connection would only wait for the first.
      min: 0,
      max: 1,
      afterCreate(connection: Database.Database, done: (error: Error | null) => void) {
        try {
          connection.pragma(`busy_timeout = ${SQLITE_BUSY_MS}`);
          connection.pragma('synchronous = FULL');
          connection.pragma('foreign_keys = ON');
          connection.pragma(`cache_size = -${Math.ceil(cacheBytes / 1024)}`);
          done(null);
        } catch (error) {
          connection.close();
          done(error as Error);
        }
      },
    },
  };
}

function postgresConfig(url: string, settings: ConnectionSettings): Knex.Config {
  return {
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: settings.sessionName,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // The server's own timeouts come first; this one is for a connection that has gone silent.
      query_timeout: STATEMENT_TIMEOUT_MS + 10_000,
    } as Knex.PgConnectionConfig,
    pool: {
      min: 0,
      max: settings.poolMax,
      afterCreate(connection: pg.Client, done: (error: Error | null) => void) {
        connection.query(
          [
            `SET application_name = '${settings.sessionName}'`,
            `SET lock_timeout = ${LOCK_TIMEOUT_MS}`,
            `SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`,
            `SET idle_in_transaction_session_timeout = ${settings.idleInTransactionMs}`,
            `SET tcp_keepalives_idle = 10`,
            `SET tcp_keepalives_interval = 5`,
            `SET tcp_keepalives_count = 4`,
            'SET client_min_messages = warning',
            // Long values cost a fraction of the default's time with lz4; servers may be built without it.
            `SELECT set_config(name, 'lz4', false) FROM pg_settings
             WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)`,
          ].join('; '),
          (error) => {
            // The pool forgets it, and its socket would keep the process from ending.
            if (error) connection.end(() => {});
            done(error ?? null);
          },
        );
      },
    },
  };
}
