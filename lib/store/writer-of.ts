import type { Store } from './open-store.js';
import { postgresWriter } from './postgres-writer.js';
import { sqliteWriter } from './sqlite-writer.js';
import type { Session } from './transaction.js';
import type { ChunkWriter, RowConstants } from './writer.js';

/** The writer for the store's kind of database. */
export function writerOf({ kind, tables }: Store, session: Session, constants: RowConstants): ChunkWriter {
  return (kind === 'sqlite' ? sqliteWriter : postgresWriter)(session, tables, constants);
}
