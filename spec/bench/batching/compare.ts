import { createSizer } from '../../../lib/batching/sizer.js';
import type { BatchSizer } from '../../../lib/types.js';
import { Aimd, ClampedRatio, HillClimb, P90Growth } from './alternatives.js';
import { bestFixed, type Figures, measure, type Trial } from './measure.js';
import { LATENCY_BOUND_MS, MAX_BYTES, MAX_ROWS, type Scenario } from './scenario.js';
import { simulate } from './simulate.js';

export const FIXED_SIZES = [
  10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000, 5_000, 7_000, 10_000,
];

const BOUNDS = { maxRows: MAX_ROWS, maxBytes: MAX_BYTES, commitTargetMs: LATENCY_BOUND_MS, initialRows: 50 };

const OURS = ['adaptive', 'chemical'] as const;

const ALTERNATIVES: Record<string, () => BatchSizer> = {
  aimd: () => new Aimd(),
  'p90-growth': () => new P90Growth(),
  'hill-climb': () => new HillClimb(),
  'clamped-ratio': () => new ClampedRatio(),
};

export interface Comparison {
  readonly name: string;
  readonly best: string;
  readonly algorithms: Figures[];
}

export function compare(scenario: Scenario, seed: number): Comparison {
  const ours: Trial[] = OURS.map((kind) => ({
    name: kind,
    commits: simulate(scenario, createSizer(kind, { ...BOUNDS, seed }), { seed, timesWait: false }),
  }));
  const fixed: Trial[] = FIXED_SIZES.map((rows) => ({
    name: `fixed-${rows}`,
    commits: simulate(scenario, createSizer('fixed', { ...BOUNDS, initialRows: rows }), { seed, timesWait: false }),
  }));
  const alternatives: Trial[] = Object.entries(ALTERNATIVES).map(([name, make]) => ({
    name,
    commits: simulate(scenario, make(), { seed, timesWait: true }),
  }));
  const best = bestFixed(fixed);
  const algorithms = [...ours, ...fixed, ...alternatives].map((trial) => measure(trial, best, scenario));
  return { name: scenario.name, best: best.name, algorithms };
}
