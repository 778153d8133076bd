/** Counts of records, of rejections by code and of warnings by code. */
import { type Counts, count } from '../counts.js';
import type { Counters } from '../types.js';

export interface Tally {
  readonly counters: Counters;
  readonly rejections: Counts;
  readonly warnings: Counts;
}

export function emptyTally(): Tally {
  return {
    counters: { read: 0, inserted: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0, moleculesNew: 0 },
    rejections: {},
    warnings: {},
  };
}

export function addTally(to: Tally, from: Tally): void {
  for (const name of Object.keys(from.counters) as (keyof Counters)[]) to.counters[name] += from.counters[name];
  for (const [code, n] of Object.entries(from.rejections)) count(to.rejections, code, n);
  for (const [code, n] of Object.entries(from.warnings)) count(to.warnings, code, n);
}

export function sumOf(tallies: Iterable<Tally>): Tally {
  const sum = emptyTally();
  for (const tally of tallies) addTally(sum, tally);
  return sum;
}
