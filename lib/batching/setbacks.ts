import { Refusals } from './refusals.js';

/** SQLSTATEs of deadlocks and timeouts, for which waiting longer or doing less is the cure. */
export const URGENT_STATES: readonly string[] = ['40P01', '40001', '55P03', '57014'];
const URGENT = new RegExp(['deadlock', 'timed?[- _]?out', ...URGENT_STATES].join('|'), 'i');
const RATE_SHARE = 0.2;
const MOST_RATE = 0.3;
/** Chunks without an error before growth goes on. */
const CLEAN = 3;
/** What an error leaves of the size; of what it was before the first, this much is left at least. */
const STEP = 0.8;
const FLOOR = 0.25;
const URGENT_STEP = 0.5;

interface Attempt {
  readonly rows: number;
  readonly ms: number;
}

/** Failed commits: how far they shrink the size, and when it may grow again. */
export class Setbacks {
  #rate = 0;
  #clean = CLEAN;
  #before = 0;
  readonly #refusals = new Refusals();

  /** Share of commits that fail, recent ones most. */
  get rate(): number {
    return this.#rate;
  }

  /** Whether errors are rare and some time past. */
  get mayGrow(): boolean {
    return this.#rate <= MOST_RATE && this.#clean >= CLEAN;
  }

  /** Rows before errors, or a stray time, shrank the size: where to go back to. 0: nowhere. */
  get before(): number {
    return this.#before;
  }

  /** Rows that do well where larger chunks always fail; infinite where the size is not known to matter. */
  get limit(): number {
    return this.#refusals.limit;
  }

  succeeded({ rows, ms }: Attempt): void {
    this.#rate *= 1 - RATE_SHARE;
    this.#clean += 1;
    this.#refusals.succeeded(rows, ms);
  }

  /** Remembers the size that is about to be left. */
  leave(rows: number): void {
    if (this.#before === 0) this.#before = rows;
  }

  /** The size is back. */
  forget(): void {
    this.#before = 0;
  }

  /** Costs are others now. */
  startAfresh(): void {
    this.forget();
    this.#refusals.clear();
  }

  /** Rows to go on with from `rows`, the size in use, after a chunk failed. */
  failed(rows: number, chunk: Attempt, error: string): number {
    this.leave(rows);
    this.#refusals.failed(chunk.rows, chunk.ms, this.#clean >= CLEAN);
    this.#before = Math.min(this.#before, this.limit);
    this.#rate = this.#rate * (1 - RATE_SHARE) + RATE_SHARE;
    this.#clean = 0;
    if (URGENT.test(error)) return Math.max(1, rows * URGENT_STEP);
    return Math.max(1, Math.min(rows, Math.max(this.#before * FLOOR, rows * STEP)));
  }
}
