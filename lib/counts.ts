/** How often each code came. */
export type Counts = Record<string, number>;

export function count(counts: Counts, code: string, by = 1): void {
  counts[code] = (counts[code] ?? 0) + by;
}
