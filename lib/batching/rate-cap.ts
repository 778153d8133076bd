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
const MOST_PATIENCE = 160;
const MOST_LIFTS = 3;

interface Step {
  weight: number;
  /** Mean of the logarithm of milliseconds a row. */
  cost: number;
  rows: number;
  /** Chunks since it was tried. */
  age: number;
}

/** Finds the size above which more rows cost rate, from the time a row at the sizes that were tried lately. */
export class RateCap {
  readonly #steps = new Map<number, Step>();
  #limit = Number.POSITIVE_INFINITY;
  #patience = PATIENCE;
  #wait = 0;
  /** Times in a row that were strange. */
  #strange = 0;
  /** Times in a row that the cap was lifted. */
  #lifts = 0;

  /** Most rows that are worth while, as far as it is known. */
  get limit(): number {
    return this.#limit;
  }

  /** `noise`: standard deviation of a time, as a share of it. Returns whether a cap was found. */
  observe(rows: number, ms: number, noise: number): boolean {
    for (const step of this.#steps.values()) {
      step.weight *= FORGETTING;
      step.age += 1;
    }
    const cost = Math.log(ms / rows);
    const here = this.#learn(rows, cost, noise);
    this.#relax();
    let best = here;
    // Neither a stray time nor what is left of older ones is enough alone.
    const surely = Math.min(here.cost, cost);
    for (const step of this.#steps.values()) {
      if (step.rows >= here.rows || step.age > MOST_AGE) continue;
      const doubt = SURE * noise * Math.sqrt(1 / here.weight + 1 / step.weight);
      if (surely - step.cost > LEAST_LOSS + doubt && step.cost < best.cost) best = step;
    }
    if (best === here) return false;
    this.#limit = best.rows;
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

  #learn(rows: number, cost: number, noise: number): Step {
    const key = Math.round(Math.log(rows) / Math.log(STEP));
    const known = this.#steps.get(key);
    const likely = known ? LEAST_LOSS + STRANGE * noise * Math.sqrt(1 + 1 / known.weight) : 0;
    if (known) this.#strange = Math.abs(cost - known.cost) > likely ? this.#strange + 1 : 0;
    if (this.#strange >= STRANGE_IN_A_ROW) this.clear();
    // A single time that was far above this one stood alone.
    const begins = !known || this.#steps.size === 0 || (known.weight <= 1 && cost < known.cost - likely);
    const step = begins ? { weight: 0, cost, rows: 0, age: 0 } : known;
    this.#steps.set(key, step);
    step.weight += 1;
    step.age = 0;
    step.cost += Math.max(-likely, Math.min(likely, cost - step.cost)) / step.weight;
    step.rows += (rows - step.rows) / step.weight;
    return step;
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
