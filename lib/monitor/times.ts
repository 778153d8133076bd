/** How long things took: of everything that was recorded only how often each time came, so that very many cost little. */

export interface TimeSummary {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Ratio between two neighbouring times that are told apart: a percentile is off by half of it at most. */
const RATIO = 1.005;
const STEP = Math.log(RATIO);
/** Milliseconds; shorter times count as this. */
const LEAST_MS = 1e-6;

export class Times {
  /** By the number of the step that a time is nearest to. */
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sumMs = 0;

  record(ms: number): void {
    const step = Math.round(Math.log(Math.max(LEAST_MS, ms)) / STEP);
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1);
    this.#count += 1;
    this.#sumMs += ms;
  }

  /** In seconds; all 0 before the first. */
  summary(): TimeSummary {
    if (this.#count === 0) return Object.freeze({ mean: 0, p50: 0, p95: 0, p99: 0 });
    const counts = [...this.#counts].sort(([one], [other]) => one - other);
    const percentile = (percent: number): number => {
      let left = Math.ceil((this.#count * percent) / 100);
      let nearest = 0;
      for (const [step, count] of counts) {
        nearest = step;
        left -= count;
        if (left <= 0) break;
      }
      return Math.exp(nearest * STEP) / 1_000;
    };
    const [p50, p95, p99] = [percentile(50), percentile(95), percentile(99)];
    return Object.freeze({ mean: this.#sumMs / this.#count / 1_000, p50, p95, p99 });
  }
}
