/** Failures, with only smaller chunks doing well in between, that show a size to be at fault. */
const PROOF = 2;
/** Chunks after which more rows are tried again; longer each time that they fail. */
const PATIENCE = 8;
const MOST_PATIENCE = 250;
/** Up to this ratio between what fails and what does well nothing in between is tried. */
const CLOSE = 1.25;

/** The size above which commits always fail: a limit of the payload, or of the time of a statement. */
export class Refusals {
  /** Smallest chunk that failed, and largest that did well since the first did. */
  #failed = Number.POSITIVE_INFINITY;
  #well = 0;
  /** Failures that speak for a limit. */
  #count = 0;
  #limit = Number.POSITIVE_INFINITY;
  #patience = PATIENCE;
  #wait = 0;
  #failureMs = 0;

  get limit(): number {
    return this.#limit;
  }

  clear(): void {
    this.#forget();
    this.#patience = PATIENCE;
  }

  succeeded(rows: number, ms: number): void {
    if (rows >= this.#failed) {
      this.clear();
      return;
    }
    this.#well = Math.max(this.#well, rows);
    if (this.#limit === Number.POSITIVE_INFINITY) return;
    // A failure that takes as long as many chunks is risked after so many more of them.
    this.#wait -= Math.min(1, ms / this.#failureMs);
    if (this.#wait > 0) return;
    this.#wait = this.#patience;
    this.#limit = this.#failed > CLOSE * this.#well ? Math.sqrt(this.#failed * this.#well) : this.#failed;
  }

  /** `clean`: whether the chunks before it did well. */
  failed(rows: number, ms: number, clean: boolean): void {
    // Chunks as large did well: it was not the size.
    if (rows <= this.#well) this.#forget();
    if (this.#count === 0 || (clean && this.#well > 0)) this.#count += 1;
    this.#failed = Math.min(this.#failed, rows);
    this.#failureMs = Math.max(ms, 0.01);
    if (this.#count < PROOF) return;
    if (this.#count > PROOF) this.#patience = Math.min(MOST_PATIENCE, 2 * this.#patience);
    this.#wait = this.#patience;
    this.#limit = this.#well;
  }

  #forget(): void {
    this.#failed = Number.POSITIVE_INFINITY;
    this.#well = 0;
    this.#count = 0;
    this.#limit = Number.POSITIVE_INFINITY;
  }
}
