/** Why a database cannot be opened, for people. */
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseError, MolstreamError } from '../errors.js';
import { databaseCodeOf, databaseError, isServerError, serverMessage } from './failures.js';
import type { Target } from './target.js';

/** better-sqlite3 tells of a path that it cannot open, and Node of an address, in their own ways. */
export function openingError(error: unknown, target: Target): Error {
  if (error instanceof MolstreamError) return error;
  const databaseCode = databaseCodeOf(error);
  const place = { cause: error, databaseCode };
  if (databaseCode === 'SQLITE_NOTADB') {
    return new DatabaseError('DATABASE_REFUSED', `${target.displayName} is not a SQLite database`, place);
  }
  const why = target.kind === 'sqlite' ? folderComplaint(target.path, databaseCode) : null;
  if (why !== null || databaseCode === 'SQLITE_CANTOPEN' || !isServerError(error)) {
    const message = `${target.displayName} cannot be opened: ${why ?? serverMessage(error)}`;
    return new DatabaseError('DATABASE_UNAVAILABLE', message, place);
  }
  return databaseError(error, target.displayName);
}

/** What SQLite calls `unable to open database file`, or an attempt to write, where it may not write beside the file. */
function folderComplaint(path: string, databaseCode: string | undefined): string | null {
  const folder = dirname(path);
  const isRefused = databaseCode === 'SQLITE_READONLY_DIRECTORY';
  if (!isRefused && (databaseCode !== 'SQLITE_CANTOPEN' || isWritable(folder))) return null;
  const complaint = `the folder ${folder} cannot be written to`;
  if (!existsSync(path)) return complaint;
  return (
    `${complaint}, as SQLite has to even to read; ` +
    'copy the file, with its -wal file if there is one, to a folder that can be'
  );
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
