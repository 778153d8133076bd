/** Every scenario many times, each with its own noise and its own constants: what our sizers do at worst. */
import { type Comparison, compareWithoutFixed, OURS } from './compare.js';
import { type Figures, keepsBounds, WARM_UP_BATCHES } from './measure.js';
import { scenarios, varied } from './scenario.js';

/** Constants are multiplied by something between a third and three. */
const SPREAD = 3;
const REGRET_ALLOWED = 0.1;
const SETTLED_ALLOWED = 0.05;
const RECOVERY_ALLOWED = 10;
const VIOLATIONS_ALLOWED = 2;
const LEAD_ALLOWED = 0.02;

export interface Extremes {
  readonly p95: number;
  readonly worst: number;
  /** Seed of the worst. */
  readonly seed: number;
}

export interface Robustness {
  readonly scenario: string;
  readonly name: (typeof OURS)[number];
  readonly regret: Extremes;
  readonly regret_settled: Extremes;
  /** As many as there are, where 95 % was never reached. */
  readonly batches_to_95: Extremes;
  readonly recovery_batches: Extremes;
  readonly recovery_violations: Extremes;
  /** Share of commits over the latency bound. */
  readonly late: Extremes;
  /** What the best alternative within the bounds had more, as a share of our rate. */
  readonly lead: Extremes;
  /** The alternative whose mean lead over all runs is largest; one that breaks the bounds in a run has no lead there. */
  readonly best_alternative: { readonly name: string; readonly mean_lead: number };
  /** Runs in which one of the figures was not what it is to be. */
  readonly misses: number;
}

/** `seeds` of them from `first` on. Seed 1 has the published constants. */
export function robustness(first: number, seeds: number, onScenario: (figures: Robustness[]) => void): void {
  for (const [index] of scenarios().entries()) {
    const runs = Array.from({ length: seeds }, (_, at) => {
      const seed = first + at;
      return compareWithoutFixed(scenarios(seed === 1 ? undefined : varied(seed, SPREAD))[index]!, seed);
    });
    onScenario(OURS.map((name) => summaryOf(name, first, runs)));
  }
}

function summaryOf(name: (typeof OURS)[number], first: number, runs: readonly Comparison[]): Robustness {
  const own = runs.map(({ algorithms }) => algorithms.find((algorithm) => algorithm.name === name)!);
  const leads = runs.map(({ algorithms }, run) =>
    algorithms
      .filter((algorithm) => algorithm.alternative)
      .map((other) => ({
        name: other.name,
        lead: keepsBounds(other) ? other.rows_per_second / own[run]!.rows_per_second - 1 : 0,
      })),
  );
  const extremes = (values: readonly number[]): Extremes => extremesFrom(first, values);
  const lead = leads.map((ones) => Math.max(...ones.map((one) => one.lead)));
  const figures = own.map((one, run) => ({ ...essenceOf(one), lead: lead[run]! }));
  return {
    scenario: runs[0]!.name,
    name,
    regret: extremes(figures.map(({ regret }) => regret)),
    regret_settled: extremes(figures.map(({ settled }) => settled)),
    batches_to_95: extremes(figures.map(({ to95 }) => to95)),
    recovery_batches: extremes(figures.map(({ recovery }) => recovery)),
    recovery_violations: extremes(figures.map(({ violations }) => violations)),
    late: extremes(figures.map(({ late }) => late)),
    lead: extremes(lead),
    best_alternative: bestOf(leads),
    misses: figures.filter(isMiss).length,
  };
}

type Essence = ReturnType<typeof essenceOf> & { lead: number };

function essenceOf(figures: Figures) {
  return {
    regret: figures.regret,
    settled: figures.regret_settled,
    to95: figures.batches_to_95 ?? figures.batches,
    recovery: Math.max(0, ...figures.recoveries.map(({ batches }) => batches ?? figures.batches)),
    violations: Math.max(0, ...figures.recoveries.map(({ violations }) => violations)),
    late: figures.latency_violations / figures.batches,
  };
}

function isMiss({ regret, settled, to95, recovery, violations, lead }: Essence): boolean {
  return (
    regret > REGRET_ALLOWED ||
    settled > SETTLED_ALLOWED ||
    to95 > WARM_UP_BATCHES ||
    recovery > RECOVERY_ALLOWED ||
    violations > VIOLATIONS_ALLOWED ||
    lead > LEAD_ALLOWED
  );
}

function bestOf(leads: readonly (readonly { name: string; lead: number }[])[]): Robustness['best_alternative'] {
  const names = leads[0]!.map(({ name }) => name);
  const means = names.map((name, at) => ({
    name,
    mean_lead: leads.reduce((sum, run) => sum + run[at]!.lead, 0) / leads.length,
  }));
  return means.reduce((best, one) => (one.mean_lead > best.mean_lead ? one : best));
}

function extremesFrom(first: number, values: readonly number[]): Extremes {
  const sorted = values.toSorted((one, other) => one - other);
  const worst = sorted.at(-1)!;
  return { p95: sorted[Math.ceil(0.95 * sorted.length) - 1]!, worst, seed: first + values.indexOf(worst) };
}

const COLUMNS = ['scenario', 'misses', 'regret', 'settled', 'to 95 %', 'recovered', 'violations', 'late', 'lead'];

export function headOfRobustness(): string {
  return COLUMNS.map((column, at) => (at === 0 ? column.padEnd(28) : column.padStart(20))).join('');
}

/** p95 / worst (seed of the worst). */
export function lineOfRobustness(figures: Robustness): string {
  const percent = ({ p95, worst, seed }: Extremes): string =>
    `${(p95 * 100).toFixed(1)} / ${(worst * 100).toFixed(1)} % (${seed})`;
  const count = ({ p95, worst, seed }: Extremes): string => `${p95} / ${worst} (${seed})`;
  const cells = [
    String(figures.misses),
    percent(figures.regret),
    percent(figures.regret_settled),
    count(figures.batches_to_95),
    count(figures.recovery_batches),
    count(figures.recovery_violations),
    percent(figures.late),
    percent(figures.lead),
  ];
  const { name, mean_lead } = figures.best_alternative;
  return `${`${figures.scenario} ${figures.name}`.padEnd(28)}${cells.map((cell) => cell.padStart(20)).join('')}  mean ${name} ${(mean_lead * 100).toFixed(1)} %`;
}
