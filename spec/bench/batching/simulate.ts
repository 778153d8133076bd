/** Drives a sizer through a scenario on virtual time: one sink, chunks filled while the last one is committed. */
import { seededRandom } from '../../../lib/batching/random.js';
import type { BatchSizer, ClosedBy } from '../../../lib/types.js';
import { LATENCY_BOUND_MS, MAX_AGE_MS, MEMORY_LIMIT, memoryInUse, type Scenario, VIRTUAL_MS } from './scenario.js';

export interface Commit {
  /** Virtual milliseconds at which the transaction ended. */
  readonly at: number;
  readonly rows: number;
  readonly bytes: number;
  /** Of the transaction alone. */
  readonly ms: number;
  readonly failed: boolean;
  readonly late: boolean;
  readonly tooLarge: boolean;
  /** Rows a second to be expected of this size at this moment, noise, errors and waits aside. */
  readonly expectedRate: number;
}

export interface SimulationOptions {
  readonly seed: number;
  /** Whether the time that is reported includes the wait for a connection, as a plain timer around the call does. */
  readonly timesWait: boolean;
}

/** What a sizer's surroundings can know at the present virtual moment. */
export interface Surroundings {
  now(): number;
  rssBytes(): number;
}

export function simulate(
  scenario: Scenario,
  sizerIn: (surroundings: Surroundings) => BatchSizer,
  { seed, timesWait }: SimulationOptions,
): Commit[] {
  const random = seededRandom(seed);
  const commits: Commit[] = [];
  let now = 0;
  let taken = 0;
  let held = 0;
  const sizer = sizerIn({ now: () => now, rssBytes: () => memoryInUse(scenario, held, now) });
  while (now < VIRTUAL_MS) {
    const rowBytes = scenario.rowBytes?.(now) ?? 1_000;
    const { start, rows, closedBy } = gather(scenario, sizer, rowBytes, now, taken);
    const bytes = rows * rowBytes;
    const begin = start + (scenario.waitMs?.(random) ?? 0);
    const mean = scenario.meanMs(rows, bytes, begin);
    const failure = scenario.failure?.(begin, mean, random) ?? null;
    const before = mean + (scenario.deviationMs?.(rows, taken) ?? 0);
    const ms = failure?.ms ?? before * lognormal(random, scenario.noise ?? 0) + (scenario.extraMs?.(random) ?? 0);
    now = begin + ms;
    held = bytes;
    if (failure === null) taken += rows;
    sizer.report({
      rows,
      bytes,
      ms: timesWait ? now - start : ms,
      closedBy,
      ...(failure === null ? {} : { error: failure.error }),
    });
    commits.push({
      at: now,
      rows: failure === null ? rows : 0,
      bytes,
      ms,
      failed: failure !== null,
      late: ms > LATENCY_BOUND_MS,
      tooLarge: memoryInUse(scenario, bytes, begin) > MEMORY_LIMIT,
      expectedRate: Math.min((rows * 1000) / mean, scenario.sourceRate ?? Number.POSITIVE_INFINITY),
    });
  }
  return commits;
}

/** The chunk that is there when the sink is free: full, or aged. */
function gather(
  scenario: Scenario,
  sizer: BatchSizer,
  rowBytes: number,
  now: number,
  taken: number,
): { start: number; rows: number; closedBy: ClosedBy } {
  const size = sizer.next();
  const byBytes = Math.max(1, Math.floor(size.bytes / rowBytes));
  const wanted = Math.min(size.rows, byBytes);
  const full: ClosedBy = byBytes < size.rows ? 'bytes' : 'rows';
  const rate = (scenario.sourceRate ?? Number.POSITIVE_INFINITY) / 1000;
  if (rate === Number.POSITIVE_INFINITY) return { start: now, rows: wanted, closedBy: full };
  const firstAt = (taken + 1) / rate;
  const fullAt = (taken + wanted) / rate;
  const agedAt = Math.max(now, firstAt + MAX_AGE_MS);
  if (fullAt <= agedAt) return { start: Math.max(now, fullAt), rows: wanted, closedBy: full };
  return { start: agedAt, rows: Math.max(1, Math.floor(agedAt * rate) - taken), closedBy: 'age' };
}

/** Mean 1. */
function lognormal(random: () => number, deviation: number): number {
  if (deviation === 0) return 1;
  const sigma = Math.sqrt(Math.log(1 + deviation ** 2));
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.exp(sigma * normal - sigma ** 2 / 2);
}
