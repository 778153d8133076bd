/** Figures of one algorithm in one scenario, against the best fixed size that keeps the same bounds. */
import {
  LATENCY_BOUND_MS,
  MAX_BYTES,
  MAX_ROWS,
  MEMORY_LIMIT,
  memoryInUse,
  type Scenario,
  VIRTUAL_MS,
} from './scenario.js';
import type { Commit } from './simulate.js';

export const WARM_UP_BATCHES = 12;
const LATE_SHARE_ALLOWED = 0.01;
const GOOD = 0.95;

export interface Figures {
  readonly name: string;
  /** Whether it is one of the alternatives that are compared. */
  readonly alternative: boolean;
  readonly rows_per_second: number;
  /** Share of the best fixed size's rate that is missing, warm-up included; below 0: faster than it. */
  readonly regret: number;
  /** The same from the end of the 12th batch on. */
  readonly regret_settled: number;
  /** Batches until the size gives 95 % of the best fixed size's rate; null: never. */
  readonly batches_to_95: number | null;
  readonly latency_violations: number;
  readonly memory_violations: number;
  readonly batches: number;
  /** For each step: batches after it until the rate is 95 % of the best again, and violations among them. */
  readonly recoveries: readonly { at: number; batches: number | null; violations: number }[];
}

export interface Trial {
  readonly name: string;
  readonly alternative?: boolean;
  readonly commits: readonly Commit[];
}

/** The fixed trial of the highest rate among those that keep the bounds. */
export function bestFixed(trials: readonly Trial[]): Trial {
  const least = Math.min(...trials.map(({ commits }) => lateShare(commits)));
  const allowed = Math.max(LATE_SHARE_ALLOWED, 1.1 * least);
  const kept = trials.filter(
    ({ commits }) => lateShare(commits) <= allowed && !commits.some(({ tooLarge }) => tooLarge),
  );
  return kept.reduce((best, trial) => (rate(trial.commits, 0) > rate(best.commits, 0) ? trial : best));
}

/** Whether it kept the bounds as a fixed size must, to count. */
export function keepsBounds({ latency_violations, memory_violations, batches }: Figures): boolean {
  return latency_violations <= LATE_SHARE_ALLOWED * batches && memory_violations === 0;
}

export function measure({ name, alternative = false, commits }: Trial, best: Trial, scenario: Scenario): Figures {
  const warm = commits[WARM_UP_BATCHES - 1]?.at ?? 0;
  const bestRows = best.commits[0]?.rows ?? 1;
  const reached = commits.findIndex((commit) => reaches(commit, bestRows, scenario));
  return {
    name,
    alternative,
    rows_per_second: rate(commits, 0),
    regret: 1 - rate(commits, 0) / rate(best.commits, 0),
    regret_settled: 1 - rate(commits, warm) / rate(best.commits, warm),
    batches_to_95: reached === -1 ? null : reached,
    latency_violations: commits.filter(({ late }) => late).length,
    memory_violations: commits.filter(({ tooLarge }) => tooLarge).length,
    batches: commits.length,
    recoveries: scenario.steps.map((step) => recovery(commits, step, scenario)),
  };
}

function recovery(commits: readonly Commit[], step: number, scenario: Scenario): Figures['recoveries'][number] {
  // The chunk that was in flight at the step began under the old costs.
  const after = commits.filter(({ at, ms }) => at - ms >= step);
  const found = after.findIndex((commit) => isGood(commit, scenario));
  const until = found === -1 ? after : after.slice(0, found);
  return {
    at: step,
    batches: found === -1 ? null : found,
    violations: until.filter(({ late, tooLarge }) => late || tooLarge).length,
  };
}

/** At 95 % of the rate that the best fixed size has at this moment. */
function reaches(commit: Commit, bestRows: number, scenario: Scenario): boolean {
  if (commit.failed || commit.tooLarge) return false;
  const at = commit.at - commit.ms;
  const bytes = bestRows * (scenario.rowBytes?.(at) ?? 1_000);
  const rate = Math.min((bestRows * 1000) / scenario.meanMs(bestRows, bytes, at), scenario.sourceRate ?? Infinity);
  return commit.expectedRate >= GOOD * rate;
}

/** Within the bounds, at 95 % of the highest rate that any size within them has at this moment. */
function isGood(commit: Commit, scenario: Scenario): boolean {
  if (commit.failed || commit.tooLarge) return false;
  return commit.expectedRate >= GOOD * bestRateAt(scenario, commit.at - commit.ms);
}

function bestRateAt(scenario: Scenario, at: number): number {
  const rowBytes = scenario.rowBytes?.(at) ?? 1_000;
  const most = Math.min(MAX_ROWS, Math.floor(MAX_BYTES / rowBytes));
  const steady = 1 + 2 * (scenario.noise ?? 0);
  let best = 0;
  for (let rows = 1; rows <= most; rows = Math.max(rows + 1, Math.floor(rows * 1.05))) {
    const ms = scenario.meanMs(rows, rows * rowBytes, at);
    if (ms * steady > LATENCY_BOUND_MS || memoryInUse(scenario, rows * rowBytes, at) > MEMORY_LIMIT) continue;
    best = Math.max(best, (rows * 1000) / ms);
  }
  return Math.min(best, scenario.sourceRate ?? Number.POSITIVE_INFINITY);
}

const lateShare = (commits: readonly Commit[]): number =>
  commits.filter(({ late }) => late).length / Math.max(1, commits.length);

/** Rows a second from a moment on, to the end of the last chunk that ended in time. */
function rate(commits: readonly Commit[], from: number): number {
  const counted = commits.filter(({ at }) => at > from);
  const end = counted.at(-1)?.at ?? VIRTUAL_MS;
  return (counted.reduce((sum, { rows }) => sum + rows, 0) * 1000) / Math.max(1, end - from);
}
