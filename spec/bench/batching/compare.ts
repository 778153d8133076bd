import { limitByMemory } from '../../../lib/batching/monitor/limit.js';
import { ResourceMonitor } from '../../../lib/batching/monitor/monitor.js';
import { createSizer } from '../../../lib/batching/sizer.js';
import type { BatchSizer } from '../../../lib/types.js';
import { Aimd, ClampedRatio, HillClimb, P90Growth } from './alternatives.js';
import { bestFixed, type Figures, measure, type Trial } from './measure.js';
import { LATENCY_BOUND_MS, MAX_BYTES, MAX_ROWS, MEMORY_LIMIT, type Scenario } from './scenario.js';
import { type Surroundings, simulate } from './simulate.js';

const FIXED_SIZES = [
  10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000,
];

const BOUNDS = { maxRows: MAX_ROWS, maxBytes: MAX_BYTES, commitTargetMs: LATENCY_BOUND_MS, initialRows: 50 };

export const OURS = ['adaptive', 'chemical'] as const;

const ALTERNATIVES: Record<string, (surroundings: Surroundings) => BatchSizer> = {
  aimd: () => new Aimd(),
  'p90-growth': () => new P90Growth(),
  'hill-climb': () => new HillClimb(),
  'clamped-ratio': ({ rssBytes }) => new ClampedRatio(rssBytes),
};

/** A sizer as a pipeline has it: under the monitor of memory. */
export function ours(kind: (typeof OURS)[number], seed: number): (surroundings: Surroundings) => BatchSizer {
  return ({ now, rssBytes }) => {
    const usage = () => ({ rssBytes: rssBytes(), heapBytes: 0, cpuMs: 0, loopUtilization: 0 });
    const clock = { now, after: () => () => {} };
    const monitor = new ResourceMonitor({ limitBytes: MEMORY_LIMIT, usage, clock });
    return limitByMemory(createSizer(kind, { ...BOUNDS, seed }), monitor);
  };
}

export interface Comparison {
  readonly name: string;
  readonly best: string;
  readonly algorithms: Figures[];
}

export function compare(scenario: Scenario, seed: number): Comparison {
  const fixed = fixedTrials(scenario, seed);
  const best = bestFixed(fixed);
  const trials = [...ownTrials(scenario, seed), ...fixed, ...alternativeTrials(scenario, seed)];
  return { name: scenario.name, best: best.name, algorithms: trials.map((trial) => measure(trial, best, scenario)) };
}

/** Without the figures of the fixed sizes. */
export function compareWithoutFixed(scenario: Scenario, seed: number): Comparison {
  const best = bestFixed(fixedTrials(scenario, seed));
  const trials = [...ownTrials(scenario, seed), ...alternativeTrials(scenario, seed)];
  return { name: scenario.name, best: best.name, algorithms: trials.map((trial) => measure(trial, best, scenario)) };
}

function ownTrials(scenario: Scenario, seed: number): Trial[] {
  return OURS.map((kind) => ({
    name: kind,
    commits: simulate(scenario, ours(kind, seed), { seed, timesWait: false }),
  }));
}

function fixedTrials(scenario: Scenario, seed: number): Trial[] {
  return FIXED_SIZES.map((rows) => ({
    name: `fixed-${rows}`,
    commits: simulate(scenario, () => createSizer('fixed', { ...BOUNDS, initialRows: rows }), {
      seed,
      timesWait: false,
    }),
  }));
}

function alternativeTrials(scenario: Scenario, seed: number): Trial[] {
  return Object.entries(ALTERNATIVES).map(([name, make]) => ({
    name,
    alternative: true,
    commits: simulate(scenario, make, { seed, timesWait: true }),
  }));
}
