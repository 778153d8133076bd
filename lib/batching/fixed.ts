import type { BatchSizer } from '../types.js';

/** The same size always, whatever it costs. */
export class FixedSizer implements BatchSizer {
  readonly #size: { rows: number; bytes: number };

  constructor(rows: number, bytes: number) {
    this.#size = Object.freeze({ rows, bytes });
  }

  next(): { rows: number; bytes: number } {
    return this.#size;
  }

  report(): void {}

  get state(): Readonly<Record<string, unknown>> {
    return { kind: 'fixed', ...this.#size, bound: 'fixed', reason: 'the size was given' };
  }
}
