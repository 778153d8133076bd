/** Common ways to size batches, written for the comparison only. Their time is that of the whole call. */
import type { BatchCost, BatchSizer } from '../../../lib/types.js';
import { LATENCY_BOUND_MS, MAX_BYTES, MAX_ROWS, MEMORY_LIMIT } from './scenario.js';

const START = 50;
const clamp = (rows: number): number => Math.max(1, Math.min(MAX_ROWS, rows));

abstract class Alternative implements BatchSizer {
  protected rows = START;

  next(): { rows: number; bytes: number } {
    return { rows: Math.round(this.rows), bytes: MAX_BYTES };
  }

  abstract report(cost: BatchCost): void;

  get state(): Readonly<Record<string, unknown>> {
    return this.next();
  }
}

/** One row more while commits are in time, a tenth less when one is late or fails. */
export class Aimd extends Alternative {
  report({ ms, error }: BatchCost): void {
    this.rows = clamp(error !== undefined || ms > LATENCY_BOUND_MS ? this.rows * 0.9 : this.rows + 1);
  }
}

/** rows x target / p90 of the last 20 times, growing by half at most. */
export class P90Growth extends Alternative {
  #times: number[] = [];

  report({ ms }: BatchCost): void {
    this.#times = [...this.#times, ms].slice(-20);
    const sorted = this.#times.toSorted((left, right) => left - right);
    const p90 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.9))]!;
    this.rows = clamp(Math.min(this.rows * 1.5, (this.rows * LATENCY_BOUND_MS) / p90));
  }
}

/** A fifth up or down, turning round when the rate fell or a commit was late. */
export class HillClimb extends Alternative {
  #direction = 1;
  #rate = 0;

  report({ rows, ms, error }: BatchCost): void {
    const rate = error === undefined ? rows / ms : 0;
    if (rate < this.#rate) this.#direction = -this.#direction;
    if (ms > LATENCY_BOUND_MS) this.#direction = -1;
    this.#rate = rate;
    this.rows = clamp(this.rows * (this.#direction > 0 ? 1.2 : 1 / 1.2));
  }
}

/** 0.6 time + 0.3 memory + 0.1 error, each target / measured, clamped to 0.8-1.2, mean of the last three. */
export class ClampedRatio extends Alternative {
  #factors: number[] = [];
  #errorRate = 0;
  readonly #rssBytes: () => number;

  constructor(rssBytes: () => number) {
    super();
    this.#rssBytes = rssBytes;
  }

  report({ ms, error }: BatchCost): void {
    this.#errorRate = 0.9 * this.#errorRate + (error === undefined ? 0 : 0.1);
    const time = LATENCY_BOUND_MS / ms;
    const memory = (0.75 * MEMORY_LIMIT) / this.#rssBytes();
    const errors = 0.05 / Math.max(this.#errorRate, 0.01);
    const factor = Math.min(1.2, Math.max(0.8, 0.6 * time + 0.3 * memory + 0.1 * errors));
    this.#factors = [...this.#factors, factor].slice(-3);
    const mean = this.#factors.reduce((sum, one) => sum + one, 0) / this.#factors.length;
    this.rows = clamp(this.rows * mean);
  }
}
