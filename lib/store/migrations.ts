/** Makes the tables, or brings them up to date, however many processes do so at once. */
import type { Knex } from 'knex';
import { DatabaseError } from '../errors.js';
import { MIGRATIONS } from './schema.js';
import { TABLE_NAMES, type TableName, type Tables } from './tables.js';
import { inTransaction, isSqlite, type Session, withSession } from './transaction.js';

/** Any number that other programs are unlikely to lock. */
const ADVISORY_LOCK = 7_318_349_112_004;

export interface Place {
  readonly tables: Tables;
  /** Null in SQLite. */
  readonly schema: string | null;
  readonly displayName: string;
}

/** Names of the migrations that were applied; null where there are no tables of ours. Writes nothing. */
export async function appliedMigrations(knex: Knex, place: Place): Promise<string[] | null> {
  return withSession(knex, (session) => readApplied(session, place));
}

/** Throws `DatabaseError` TABLES_NOT_OURS, DATABASE_REFUSED (the tables are of a newer version), or what the database threw. */
export async function migrate(knex: Knex, place: Place): Promise<void> {
  const before = await appliedMigrations(knex, place);
  if (before !== null && before.length === MIGRATIONS.length) return;
  // Cannot be set inside a transaction. Nothing was changed in the file before it was known to be ours, or empty.
  if (isSqlite(knex)) await withSession(knex, (session) => session.execute('PRAGMA journal_mode = WAL'));
  await inTransaction(knex, async (session) => {
    if (place.schema !== null) {
      await session.execute('SELECT pg_advisory_xact_lock(?)', [ADVISORY_LOCK]);
      const { rows } = await session.execute('SELECT 1 FROM pg_namespace WHERE nspname = ?', [place.schema]);
      if (rows.length === 0) await session.execute(`CREATE SCHEMA "${place.schema}"`);
    }
    const applied = await readApplied(session, place);
    const name = place.tables.quoted.molstream_migrations;
    if (applied === null) {
      const now = place.schema === null ? "(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))" : 'now()';
      await session.execute(
        `CREATE TABLE ${name} (migration text PRIMARY KEY, applied_at text NOT NULL DEFAULT ${now})`,
      );
    }
    const kind = place.schema === null ? 'sqlite' : 'postgres';
    for (const migration of MIGRATIONS.slice(applied?.length ?? 0)) {
      for (const statement of migration.statements(place.tables, kind)) await session.execute(statement);
      await session.execute(`INSERT INTO ${name} (migration) VALUES (?)`, [migration.name]);
    }
  });
}

async function readApplied(session: Session, place: Place): Promise<string[] | null> {
  const present = await existing(session, place);
  const applied = present.has('molstream_migrations') ? await readNames(session, place) : null;
  if (applied === null && present.size > 0) {
    const names = [...present].map((name) => bare(place.tables[name])).join(', ');
    throw new DatabaseError(
      'TABLES_NOT_OURS',
      `${place.displayName} has tables of the names ${names} that molstream did not make: name another --schema (PostgreSQL) or --table-prefix`,
    );
  }
  if (applied === null) return null;
  const known = MIGRATIONS.map((migration) => migration.name);
  if (applied.some((name, index) => name !== known[index])) {
    const last = applied.at(-1);
    throw new DatabaseError(
      'DATABASE_REFUSED',
      `${place.displayName} was made by a newer molstream (it has the migration ${last}): update molstream`,
    );
  }
  return applied;
}

/** Null where the table of migrations is somebody else's. */
async function readNames(session: Session, place: Place): Promise<string[] | null> {
  const columns = await columnsOf(session, place);
  if (!columns.includes('migration') || !columns.includes('applied_at')) return null;
  const { rows } = await session.execute(
    `SELECT migration FROM ${place.tables.quoted.molstream_migrations} ORDER BY migration`,
  );
  return rows.map((row) => String(row.migration));
}

async function columnsOf(session: Session, place: Place): Promise<string[]> {
  const table = bare(place.tables.molstream_migrations);
  const { rows } =
    place.schema === null
      ? await session.execute('SELECT name FROM pragma_table_info(?)', [table])
      : await session.execute(
          `SELECT a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
           JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped`,
          [place.schema, table],
        );
  return rows.map((row) => String(row.name));
}

/** Those of our tables of whose names there are tables or views. */
async function existing(session: Session, place: Place): Promise<Set<TableName>> {
  const { rows } =
    place.schema === null
      ? await session.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
      : await session.execute(
          `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = ? AND c.relkind IN ('r', 'v', 'm', 'f', 'p')`,
          [place.schema],
        );
  // SQLite takes names that differ by case for one.
  const same = (name: string) => (place.schema === null ? name.toLowerCase() : name);
  const ours = new Map(TABLE_NAMES.map((name) => [same(bare(place.tables[name])), name]));
  return new Set(rows.flatMap((row) => ours.get(same(String(row.name))) ?? []));
}

function bare(name: string): string {
  return name.split('.').at(-1)!;
}
