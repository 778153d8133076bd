/**
 * The database, open. Whoever opens it closes it with `close()`, which ends every connection; an `openStore` that
 * fails has closed them itself.
 */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Knex } from 'knex';
import { checkOptions, MOST_MS, signal, truth, whole } from '../checks.js';
import { DatabaseError } from '../errors.js';
import { checkPlace, DEFAULTS } from '../options.js';
import { createKnex, newSessionName } from './connection.js';
import { isServerError, kindOf } from './failures.js';
import { appliedMigrations, migrate, type Place } from './migrations.js';
import { openingError } from './opening-error.js';
import { createPatience, type Patience } from './patience.js';
import { requireSameFile } from './same-file.js';
import { type Tables, tableNames } from './tables.js';
import { parseTarget, type Target } from './target.js';
import { withSession } from './transaction.js';

export interface StoreOptions {
  /** PostgreSQL schema of the tables. Default `molstream`. */
  schema?: string;
  /** What the tables' names start with. Default: nothing. */
  tablePrefix?: string;
  /** Milliseconds to wait for a database that goes away while it is used; 0: fail at once. Default 600,000. */
  databaseTimeoutMs?: number;
  /** Create what is missing, and migrate. Default true; false: a missing database is an error, nothing is written. */
  create?: boolean;
  /** 5 s after it aborts, nothing that the database failed is tried again: the last failure is the answer. */
  stop?: AbortSignal | undefined;
  /** Most connections to PostgreSQL at a time, 2 or more. Default 4. */
  poolMax?: number;
  /** Bytes of a SQLite file's pages kept in memory, which grow with the file up to this, 1 or more. Default 64,000,000. */
  cacheBytes?: number;
  /** Milliseconds that a claim on an input lasts without a sign of life of its owner. Default 30,000. */
  leaseMs?: number;
}

export interface Store {
  readonly kind: 'sqlite' | 'postgres';
  /** File name, or URL without password. */
  readonly displayName: string;
  readonly knex: Knex;
  readonly tables: Tables;
  readonly leaseMs: number;
  /** What this process's PostgreSQL sessions are called. */
  readonly sessionName: string;
  readonly patience: Patience;
  /** Throws `DatabaseError` DATABASE_UNAVAILABLE where what is committed goes to a file that nobody will find. */
  requirePresent(): void;
  close(): Promise<void>;
}

const START_UP_TIMEOUT_MS = 15_000;

const CHECKS = {
  databaseTimeoutMs: whole(0, MOST_MS),
  create: truth,
  stop: signal,
  poolMax: whole(2),
  cacheBytes: whole(1),
  leaseMs: whole(1, MOST_MS),
};

/**
 * Throws `UsageError` BAD_OPTION, `DatabaseError` DATABASE_UNAVAILABLE, DATABASE_REFUSED, DATABASE_FULL or
 * TABLES_NOT_OURS.
 */
export async function openStore(to: string, options: StoreOptions = {}): Promise<Store> {
  checkOptions(options, CHECKS);
  const {
    databaseTimeoutMs = DEFAULTS.databaseTimeoutMs,
    create = true,
    poolMax = 4,
    leaseMs = 30_000,
    cacheBytes = 64_000_000,
    stop,
  } = options;
  checkPlace(to, options.schema ?? DEFAULTS.schema, options.tablePrefix ?? DEFAULTS.tablePrefix);
  const target = parseTarget(to);
  requirePath(target, create);
  const schema = target.kind === 'postgres' ? (options.schema ?? DEFAULTS.schema) : null;
  const place: Place = {
    schema,
    tables: tableNames(schema, options.tablePrefix ?? DEFAULTS.tablePrefix),
    displayName: target.displayName,
  };
  const sessionName = newSessionName();
  const knex = createKnex(target, { poolMax, idleInTransactionMs: leaseMs, sessionName, cacheBytes });
  try {
    await createPatience(Math.min(databaseTimeoutMs, START_UP_TIMEOUT_MS), { isRetryable: isPassing, stop }).run(() =>
      prepare(knex, place, create),
    );
  } catch (error) {
    await knex.destroy();
    throw openingError(error, target);
  }
  return {
    kind: target.kind,
    displayName: target.displayName,
    knex,
    tables: place.tables,
    leaseMs,
    sessionName,
    patience: createPatience(databaseTimeoutMs, { stop }),
    requirePresent: target.kind === 'sqlite' ? requireSameFile(target.path) : () => {},
    close: () => knex.destroy(),
  };
}

/** `openStore` with `create: false`, but null where there is no such database or no tables of ours in it. */
export async function openExistingStore(to: string, options: Omit<StoreOptions, 'create'> = {}): Promise<Store | null> {
  try {
    return await openStore(to, { ...options, create: false });
  } catch (error) {
    if (error instanceof MissingDatabase) return null;
    throw error;
  }
}

class MissingDatabase extends DatabaseError {
  constructor(displayName: string, what: string) {
    super('DATABASE_UNAVAILABLE', `${displayName}: ${what}`);
  }
}

async function prepare(knex: Knex, place: Place, create: boolean): Promise<void> {
  if (create) {
    await migrate(knex, place);
    if (place.schema !== null) await requireWritable(knex, place);
    return;
  }
  if ((await appliedMigrations(knex, place)) === null) {
    throw new MissingDatabase(place.displayName, 'there are no tables of molstream in it');
  }
}

const READ_ONLY_TRANSACTION = '25006';

/** A replica, perhaps one that is about to become the server: told after a moment, not when an import has waited long. */
async function requireWritable(knex: Knex, { displayName }: Place): Promise<void> {
  const { rows } = await withSession(knex, (session) => session.execute('SHOW transaction_read_only'));
  if (rows[0]?.transaction_read_only !== 'on') return;
  throw new DatabaseError('DATABASE_UNAVAILABLE', `${displayName} is read-only: name a server that can be written to`, {
    databaseCode: READ_ONLY_TRANSACTION,
  });
}

/**
 * Two processes that start at once may meet in a lock, and a server that is starting says so: both pass. That nobody
 * listens at the address is told at once.
 */
function isPassing(error: unknown): boolean {
  return kindOf(error) === 'transient' && isServerError(error);
}

function requirePath(target: Target, create: boolean): void {
  if (target.kind !== 'sqlite' || existsSync(target.path)) return;
  if (!create) throw new MissingDatabase(target.displayName, 'there is no such database');
  if (!existsSync(dirname(target.path))) {
    throw new DatabaseError(
      'DATABASE_UNAVAILABLE',
      `${target.path}: the folder ${dirname(target.path)} does not exist`,
    );
  }
}
