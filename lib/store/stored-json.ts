/** The value of a JSON column, which pg parses itself and SQLite gives as text; null where there is none. */
export function storedJson<T>(value: unknown): T | null {
  return (typeof value === 'string' ? JSON.parse(value) : (value ?? null)) as T | null;
}
