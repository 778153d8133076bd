/** Sizes are compared in steps of this ratio. */
const STEP = 1.25;
/** Weight that what was seen keeps when the next chunk comes. */
const FORGETTING = 0.99;
/** Chunks after which a step that was not tried since is too old to be compared with. */
const MOST_AGE = 24;
/** Rate that has to be lost before it counts. */
const LEAST_LOSS = 0.01;
const SURE = 2;
/** Standard deviations from what was usual at the same size; two times in a row mean that costs have changed. */
const STRANGE = 3;
const STRANGE_IN_A_ROW = 2;
/** Chunks after which a cap is tried again; longer each time that it held. */
const PATIENCE = 2;
const MOST_PATIENCE = 250;
const MOST_LIFTS = 3;

/** Standard deviation of a time a row, as a share of it, before two of a size were seen. */
const NOISE_AT_FIRST = 0.08;
const NOISE_SHARE = 0.06;
/** Before so many times were compared, a size has to have been seen twice. */
const FEW = 8;
const TWICE = 1.5;
/** Most that one time adds to the estimate. */
const MOST_DEVIATION = 1.5;

interface Step {
  weight: number;
  /** Mean milliseconds a row. */
  cost: number;
  rows: number;
  /** Chunks since it was tried. */
  age: number;
}

/**
 * Finds the size above which more rows cost rate, from the time a row at the sizes that were tried lately. How far times
 * differ at one size, and by how much their means may differ by chance, it learns from them alone: no model has to fit.
 */
export class RateCap {
  readonly #steps = new Map<number, Step>();
  #limit = Number.POSITIVE_INFINITY;
  #patience = PATIENCE;
  #wait = 0;
  #variance = NOISE_AT_FIRST ** 2;
  /** Deviations that it was learned from. */
  #deviations = 0;
  /** Whether the cap was found just now. */
  #unverified = false;
  /** Times in a row that were strange. */
  #strange = 0;
  /** Times in a row that the cap was lifted. */
  #lifts = 0;

  /** Most rows that are worth while, as far as it is known. */
  get limit(): number {
    return this.#limit;
  }

  /** `late`: over the latency bound, where one time is enough. Returns whether a cap was found. */
  observe(rows: number, ms: number, late = false): boolean {
    for (const step of this.#steps.values()) {
      step.weight *= FORGETTING;
      step.age += 1;
    }
    const cost = ms / rows;
    const here = this.#learn(rows, cost);
    this.#relax();
    if (!late && here.weight < TWICE && this.#deviations < FEW) return false;
    let best = here;
    // Neither a stray time nor what is left of older ones is enough alone.
    const surely = Math.min(here.cost, cost);
    for (const step of this.#steps.values()) {
      if (step.rows >= here.rows || step.age > MOST_AGE || step.cost >= best.cost) continue;
      const doubt = SURE * this.#noise * Math.sqrt(1 / here.weight + here.rows / step.rows / step.weight);
      if (Math.log(surely / step.cost) > LEAST_LOSS + doubt) best = step;
    }
    if (best === here) return false;
    this.#limit = best.rows;
    this.#unverified = true;
    this.#lifts = 0;
    this.#wait = this.#patience;
    this.#patience = Math.min(MOST_PATIENCE, this.#patience * 1.6);
    return true;
  }

  /** Costs have changed: nothing of this holds any more. */
  clear(): void {
    this.#strange = 0;
    this.#steps.clear();
    this.#limit = Number.POSITIVE_INFINITY;
    this.#patience = PATIENCE;
    this.#wait = 0;
    this.#lifts = 0;
  }

  /** Taken for more while few times were seen. */
  get #noise(): number {
    return Math.sqrt(this.#variance) * (1 + 2 / (1 + this.#deviations));
  }

  #learn(rows: number, cost: number): Step {
    const key = Math.round(Math.log(rows) / Math.log(STEP));
    const known = this.#steps.get(key);
    if (known) {
      const spread = Math.sqrt(1 + 1 / known.weight);
      const deviation = Math.log(cost / known.cost);
      this.#strange = Math.abs(deviation) > LEAST_LOSS + STRANGE * this.#noise * spread ? this.#strange + 1 : 0;
      // Costs have changed: at the size that a new cap fell back to, once is enough.
      const enough = this.#unverified && deviation > 0 ? 1 : STRANGE_IN_A_ROW;
      this.#unverified = false;
      if (this.#strange >= enough) this.clear();
      else this.#learnNoise(Math.min(MOST_DEVIATION, Math.abs(deviation)) / spread);
    }
    const step = known && this.#steps.size > 0 ? known : { weight: 0, cost, rows: 0, age: 0 };
    this.#steps.set(key, step);
    step.weight += 1;
    step.age = 0;
    step.cost += (cost - step.cost) / step.weight;
    step.rows += (rows - step.rows) / step.weight;
    return step;
  }

  #learnNoise(deviation: number): void {
    this.#deviations += 1;
    const share = Math.max(NOISE_SHARE, 1 / (1 + this.#deviations));
    this.#variance += share * (deviation ** 2 - this.#variance);
  }

  #relax(): void {
    if (this.#limit === Number.POSITIVE_INFINITY) return;
    this.#wait -= 1;
    if (this.#wait > 0) return;
    // While larger sizes do well the steps grow: a cap that was found by chance is soon left.
    this.#lifts = Math.min(MOST_LIFTS, this.#lifts + 1);
    this.#limit *= STEP ** this.#lifts;
    this.#wait = PATIENCE;
  }
}
