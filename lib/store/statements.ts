/** Rows of a user's table, as many to an INSERT as databases take well. */
import type { Row } from './transaction.js';

/** knex writes rows for SQLite as a compound SELECT, which has at most 500 terms. */
const MOST_ROWS = 400;
const MOST_BINDINGS = 30_000;
/** Of texts and bytes: PostgreSQL takes rows of 7 kB up to a fifth slower where a statement holds more of them. */
const MOST_BYTES = 1_000_000;
/** Where the server is so far away that the round trip of a statement costs more than that. */
const MOST_BYTES_FAR = 3_000_000;
const FAR_MS = 10;

/** Consecutive parts of the rows, one row at least in each. All rows have the same columns. */
export function* statementsOf(rows: readonly Row[], roundTripMs: number): Generator<readonly Row[]> {
  const mostBytes = roundTripMs > FAR_MS ? MOST_BYTES_FAR : MOST_BYTES;
  const columns = Math.max(1, Object.keys(rows[0] ?? {}).length);
  const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_BINDINGS / columns)));
  let start = 0;
  let bytes = 0;
  for (const [i, row] of rows.entries()) {
    const more = bytesOf(row);
    if (i > start && (i - start === most || bytes + more > mostBytes)) {
      yield rows.slice(start, i);
      start = i;
      bytes = 0;
    }
    bytes += more;
  }
  if (start < rows.length) yield rows.slice(start);
}

function bytesOf(row: Row): number {
  let bytes = 0;
  for (const value of Object.values(row)) {
    if (typeof value === 'string' || value instanceof Uint8Array) bytes += value.length;
  }
  return bytes;
}
