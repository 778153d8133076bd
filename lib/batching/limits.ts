import type { ResolvedSizerOptions } from './sizer-options.js';

/** What holds the size where it is. */
export type Bound = 'start' | 'knee' | 'latency' | 'memory' | 'rows' | 'rate' | 'errors';

/** Share of a chunk's time that its fixed cost may take: the knee of the rate. */
const EPSILON = 0.01;
/** Share that is accepted to keep late commits rare. */
const EPSILON_LATE = 0.04;
/** Standard deviations that a commit keeps below the latency bound. */
const MARGIN = 2.5;
/** Share of the latency bound that rows may always take. */
const LEAST_SHARE = 0.2;

/** What a commit costs, as far as it is known. */
export interface KnownCosts {
  readonly fixedMs: number;
  readonly rowMs: number;
  /** Standard deviation of a time, as a share of it. */
  readonly noise: number;
  readonly bytesPerRow: number;
  /** Rows above which more cost rate. */
  readonly rateLimit: number;
  /** Logarithm of how far commits are to keep below the latency bound beside the noise. */
  readonly lateness: number;
}

/** Rows at which the fixed cost is 1 % of a commit: more of them gain next to nothing. */
export function kneeOf({ fixedMs, rowMs }: Pick<KnownCosts, 'fixedMs' | 'rowMs'>, epsilon = EPSILON): number {
  return (fixedMs * (1 - epsilon)) / (rowMs * epsilon);
}

/** The bound that must not be passed first of all, and its rows, 1 or more. */
export function tightestLimit(costs: KnownCosts, options: ResolvedSizerOptions): { bound: Bound; rows: number } {
  const limits: { bound: Bound; rows: number }[] = [
    { bound: 'latency', rows: latencyLimit(costs, options.commitTargetMs) },
    { bound: 'memory', rows: options.maxBytes / Math.max(costs.bytesPerRow, 1e-9) },
    { bound: 'rows', rows: options.maxRows },
    { bound: 'rate', rows: costs.rateLimit },
  ];
  const { bound, rows } = limits.reduce((least, limit) => (limit.rows < least.rows ? limit : least));
  return { bound, rows: Math.max(1, rows) };
}

/** Rows whose commit keeps the bound, its noise included, and so far below that late ones stay rare. */
function latencyLimit({ fixedMs, rowMs, noise, lateness }: KnownCosts, commitTargetMs: number): number {
  const inTime = commitTargetMs / (1 + MARGIN * noise);
  const seldomLate = (inTime * Math.exp(-lateness) - fixedMs) / rowMs;
  const littleLost = kneeOf({ fixedMs, rowMs }, EPSILON_LATE);
  // Where the fixed cost alone passes the bound no size keeps it, and the smallest would only cost rate.
  const least = (LEAST_SHARE * inTime) / rowMs;
  return Math.max(least, Math.min((inTime - fixedMs) / rowMs, Math.max(seldomLate, littleLost)));
}
