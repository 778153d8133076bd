import type { BatchCost, BatchSizer } from '../types.js';
import { Costs, isFull, type Learned } from './costs.js';
import { type Bound, kneeOf, tightestLimit } from './limits.js';
import { Probes } from './probes.js';
import { Setbacks } from './setbacks.js';
import type { ResolvedSizerOptions } from './sizer-options.js';

const START_ROWS = 50;
/** How many times as long as the last commit a larger one should take at most, and how many times its rows it may have. */
const GROWTH = 1.9;
const MOST_GROWTH = 8;
/** Growth back to a size that was left. */
const RECOVERY = 4;
/** Up to as many chunks growth is at its steepest; later it begins gently, and takes larger steps as it goes on. */
const YOUNG = 12;
const GENTLE = 1.25;
/** A step up by this ratio varies the size enough. */
const GROWN = 1.2;
/** Milliseconds that a chunk costs beside its transaction: to hand it over, and to wait for the next. */
const UNSEEN_MS = 0.5;
/** Step down where only rate, not a bound, asks for it. */
const EASE = 0.85;
/** A late commit that stands alone leaves at least this much of the size. */
const MOST_SHRINK = 0.25;
/** A chunk may be this much heavier than expected before it closes on bytes; less where chunks are weighed. */
const SLACK = 1.5;
const WEIGHED_SLACK = 1.1;

export interface Start {
  /** Rows of the first chunk, where the options do not say. */
  readonly rows?: number;
  readonly learned?: Learned;
  /** Whether chunks are meant to be alike in bytes, more than in rows. */
  readonly weighs?: boolean;
}

/**
 * Aims for the knee of the rate: the size at which the fixed cost of a commit is 1 % of it, within the latency bound, the
 * bytes and the rows allowed, and below the size from which on more rows cost rate.
 */
export class AdaptiveSizer implements BatchSizer {
  readonly #options: ResolvedSizerOptions;
  readonly #weighs: boolean;
  readonly #costs: Costs;
  readonly #probes: Probes;
  readonly #setbacks = new Setbacks();
  #rows: number;
  /** Steps of growth in a row. */
  #streak = 0;
  #bound: Bound = 'start';
  #reason = 'nothing was committed yet';

  constructor(options: ResolvedSizerOptions, { rows = START_ROWS, learned, weighs = false }: Start = {}) {
    this.#options = options;
    this.#weighs = weighs;
    this.#costs = new Costs(weighs, learned);
    this.#probes = new Probes(options.seed);
    this.#rows = Math.min(options.initialRows ?? rows, options.maxRows);
  }

  next(): { rows: number; bytes: number } {
    const { maxRows, maxBytes } = this.#options;
    const rows = Math.max(1, Math.min(maxRows, Math.round(this.#rows * this.#probes.factor)));
    const expected = rows * this.#costs.bytesPerRow * (this.#weighs ? WEIGHED_SLACK : SLACK);
    return { rows, bytes: expected === 0 ? maxBytes : Math.min(maxBytes, Math.ceil(expected)) };
  }

  report(reported: BatchCost): void {
    const failure = reported.error ?? reported.setback;
    if (failure !== undefined) {
      this.#failed(reported, failure);
      return;
    }
    if (reported.rows < 1) return;
    const cost = { ...reported, ms: Math.max(reported.ms, 0.01) };
    const late = cost.ms > this.#options.commitTargetMs;
    const surprise = this.#costs.isSurprise(cost);
    const slow = cost.ms > this.#costs.predict(cost.rows);
    const before = this.#rows;
    this.#setbacks.succeeded(cost);
    const observed = this.#costs.observe(cost, late);
    if (observed === 'afresh') this.#setbacks.startAfresh();
    if (observed === 'outlier' && (late || surprise)) this.#shrink(cost, late, surprise);
    else this.#aim(cost, observed !== 'outlier');
    // A smaller chunk tells whether the size or the times are to blame.
    const doubted = observed === 'outlier' && slow && this.#rows >= before;
    const grown = this.#rows > GROWN * before;
    if (isFull(cost)) this.#planProbe({ grown, afresh: observed === 'afresh' || doubted });
  }

  get state(): Readonly<Record<string, unknown>> {
    const { fixedMs, rowMs, noise, bytesPerRow } = this.#costs.known;
    return {
      kind: this.#weighs ? 'chemical' : 'adaptive',
      ...this.next(),
      bound: this.#bound,
      reason: this.#reason,
      fixedMs,
      rowMs,
      noise,
      bytesPerRow,
      unit: this.#costs.unit,
      errorRate: this.#setbacks.rate,
      observations: this.#costs.observations,
      learned: this.#learned(),
    };
  }

  /** What later runs may start from; null while too little is known. */
  #learned(): Learned | null {
    if (this.#costs.observations < YOUNG) return null;
    const { fixedMs, rowMs, bytesPerRow } = this.#costs.known;
    return { rows: Math.round(this.#rows), bytesPerRow, fixedMs, rowMs };
  }

  #failed(cost: BatchCost, error: string): void {
    const rows = this.#setbacks.failed(this.#rows, cost, error);
    if (rows < this.#rows) this.#set(rows, 'errors', `a commit failed: ${error}`);
  }

  #shrink(cost: BatchCost, late: boolean, surprise: boolean): void {
    const { rows, ms } = cost;
    const inTime = late ? Math.max(MOST_SHRINK, this.#options.commitTargetMs / ms) : 1;
    // A few rows, as they come at the end of an input, say that it is slow, and nothing of how many would be fewer.
    const most = isFull(cost) ? Math.min(this.#rows, rows) : this.#rows;
    const fewer = Math.max(1, most * Math.min(inTime, surprise ? 0.5 : 1));
    if (fewer >= this.#rows) return;
    if (rows <= this.#costs.proven) this.#setbacks.leave(this.#rows);
    this.#set(fewer, 'latency', late ? 'a commit took too long' : 'a commit took five times what was expected');
  }

  #aim(cost: BatchCost, mayGrow: boolean): void {
    const known = this.#costs.known;
    const { bound, rows: most } = this.#limit;
    // As far as the fixed cost may be higher than it seems, more rows may be worth while, and fewer not.
    const knee = Math.max(1, kneeOf({ ...known, fixedMs: known.fixedMs + this.#costs.fixedErrorMs / 2 + UNSEEN_MS }));
    if (most <= this.#rows) {
      this.#streak = 0;
      this.#set(most, bound, `the ${bound} bound asks for less`);
    }
    if (knee < this.#rows) {
      // Only rate asks for less: gently.
      this.#streak = 0;
      this.#set(Math.max(knee, this.#rows * EASE), 'knee', 'fewer rows give the same rate');
    } else if (most > this.#rows && mayGrow) this.#grow(Math.min(most, knee), knee < most ? 'knee' : bound, cost);
  }

  /** The bound that must not be passed first of all. */
  get #limit(): { bound: Bound; rows: number } {
    const limit = tightestLimit(this.#costs.known, this.#options);
    const { limit: rows } = this.#setbacks;
    return rows < limit.rows ? { bound: 'errors', rows } : limit;
  }

  #grow(aim: number, bound: Bound, cost: BatchCost): void {
    if (!isFull(cost) || !this.#setbacks.mayGrow) return;
    const { before } = this.#setbacks;
    if (this.#rows >= before) this.#setbacks.forget();
    const ratio = this.#costs.age < YOUNG ? MOST_GROWTH : Math.min(MOST_GROWTH, GENTLE ** (this.#streak + 1));
    const { fixedMs, rowMs } = this.#costs.known;
    const inTime = (GROWTH * this.#costs.predict(cost.rows) - fixedMs) / rowMs;
    const step = Math.min(ratio * cost.rows, inTime);
    const most = Math.max(this.#rows, step, Math.min(before, RECOVERY * cost.rows));
    const rows = Math.min(aim, most);
    if (rows <= this.#rows) return;
    this.#streak += 1;
    this.#set(rows, bound, rows < aim ? 'growing by steps' : `the ${bound} bound allows more`);
  }

  #set(rows: number, bound: Bound, reason: string): void {
    if (Math.round(rows) !== Math.round(this.#rows) || bound !== this.#bound) this.#reason = reason;
    this.#rows = rows;
    this.#bound = bound;
  }

  #planProbe(plan: { afresh: boolean; grown: boolean }): void {
    const known = this.#costs.known;
    this.#probes.plan({
      ...plan,
      fixedShare: known.fixedMs / this.#costs.predict(this.#rows),
      // Above the knee there is nothing to be gained.
      mayRise: this.#bound !== 'knee' && this.#setbacks.mayGrow && this.#limit.rows > Probes.HIGHEST * this.#rows,
    });
  }
}
