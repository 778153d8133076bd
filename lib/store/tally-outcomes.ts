/** Counts what became of the items of a chunk, for each of its inputs. */
import { count } from '../counts.js';
import type { Input, Item } from '../types.js';
import type { Progress } from './progress.js';
import type { Outcome, RecordWrite, StoredRecord } from './resolve.js';
import { emptyTally, type Tally } from './tally.js';

interface Warned {
  /** JSON of a list of warnings, or null. */
  readonly warnings: string | null;
}

/**
 * `rows`: what each write was stored as. `inserted`: keys of the molecules that are new.
 * The warnings of an unchanged record are those of the row that it equals, so that they do not depend on whether it was
 * described again.
 */
export function tallyOutcomes(
  items: readonly Item[],
  outcomes: readonly (Outcome | null)[],
  rows: ReadonlyMap<RecordWrite, Warned>,
  inserted: ReadonlySet<string>,
  progress: readonly Progress[],
): Map<Input, Tally> {
  const tallies = new Map<Input, Tally>();
  for (const { input, skipped } of progress) {
    const tally = emptyTally();
    tally.counters.read = skipped;
    tally.counters.skipped = skipped;
    tallies.set(input, tally);
  }
  const counted = new Set<string>();
  for (const [index, outcome] of outcomes.entries()) {
    const item = items[index]!;
    if (outcome === null) continue;
    const tally = tallies.get(item.input)!;
    tally.counters.read += 1;
    tally.counters[outcome.state] += 1;
    if ('write' in outcome) {
      countWarnings(tally, rows.get(outcome.write)!);
      const key = outcome.write.item.structureKey;
      if (inserted.has(key) && !counted.has(key)) {
        counted.add(key);
        tally.counters.moleculesNew += 1;
      }
    } else if (outcome.state === 'unchanged') {
      countWarnings(tally, rowOf(outcome.as, rows));
    } else if (outcome.state === 'rejected') {
      count(tally.rejections, outcome.rejection.code);
      for (const warning of outcome.rejection.warnings) count(tally.warnings, warning.code);
    }
  }
  return tallies;
}

function rowOf(as: StoredRecord | RecordWrite, rows: ReadonlyMap<RecordWrite, Warned>): Warned {
  return 'recordId' in as ? as : rows.get(as)!;
}

function countWarnings(tally: Tally, { warnings }: Warned): void {
  if (warnings === null) return;
  for (const { code } of JSON.parse(warnings) as { code: string }[]) count(tally.warnings, code);
}
