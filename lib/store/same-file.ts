import { type Stats, statSync } from 'node:fs';
import { DatabaseError } from '../errors.js';

/**
 * A check that the database file is still the one that stands at the path now: SQLite goes on writing to one that was
 * deleted or moved, in WAL mode without a word. The check throws `DatabaseError` DATABASE_UNAVAILABLE.
 */
export function requireSameFile(path: string): () => void {
  const opened = statSync(path);
  return () => {
    const now: Stats | undefined = statSync(path, { throwIfNoEntry: false });
    if (now?.ino === opened.ino && now.dev === opened.dev) return;
    throw new DatabaseError(
      'DATABASE_UNAVAILABLE',
      `${path} was deleted, moved or replaced while it was written to: what was committed went with it`,
    );
  };
}
