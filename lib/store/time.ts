/** SQL for the database's own clock, which all processes share, and its times as text. */

/** So many milliseconds (one binding) from now, as the columns of time hold it. */
export function inFuture(kind: 'sqlite' | 'postgres'): string {
  return kind === 'postgres'
    ? "clock_timestamp() + CAST(? AS double precision) * interval '1 millisecond'"
    : "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', (CAST(? AS real) / 1000) || ' seconds')";
}

export function nowSql(kind: 'sqlite' | 'postgres'): string {
  return kind === 'postgres' ? 'clock_timestamp()' : "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
}

/** ISO 8601. pg makes dates of times. */
export function isoTime(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
