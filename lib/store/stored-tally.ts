/** Reads the counts of a row of `checkpoints`. */
import type { Counts } from '../counts.js';
import { COUNTER_COLUMNS } from './schema.js';
import { storedJson } from './stored-json.js';
import { emptyTally, type Tally } from './tally.js';
import type { Row } from './transaction.js';

export function storedTally(row: Row): Tally {
  const tally = emptyTally();
  const [read, inserted, updated, unchanged, skipped, rejected, moleculesNew] = COUNTER_COLUMNS.map((name) =>
    Number(row[name]),
  ) as [number, number, number, number, number, number, number];
  Object.assign(tally.counters, { read, inserted, updated, unchanged, skipped, rejected, moleculesNew });
  Object.assign(tally.warnings, storedCounts(row.warnings));
  Object.assign(tally.rejections, storedCounts(row.rejections));
  return tally;
}

export function storedCounts(value: unknown): Counts {
  return storedJson<Counts>(value) ?? {};
}
