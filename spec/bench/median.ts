/** The value in the middle; of an even number, the upper of the two. NaN where there is none. */
export function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}
