/** SQL for the database's own clock, which all processes share. */

/** So many milliseconds (one binding) from now, as the columns of time hold it. */
export function inFuture(kind: 'sqlite' | 'postgres'): string {
  return kind === 'postgres'
    ? "clock_timestamp() + CAST(? AS double precision) * interval '1 millisecond'"
    : "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', (CAST(? AS real) / 1000) || ' seconds')";
}

export function nowSql(kind: 'sqlite' | 'postgres'): string {
  return kind === 'postgres' ? 'clock_timestamp()' : "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
}
