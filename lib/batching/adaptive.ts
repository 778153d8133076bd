import type { BatchSizer, ClosedBy } from '../types.js';
import { CostModel, type Observed } from './cost-model.js';
import { seededRandom } from './random.js';
import { RateCap } from './rate-cap.js';
import type { ResolvedSizerOptions } from './sizer-options.js';

/** Share of a chunk's time that its fixed cost may take: the knee of the rate. */
const EPSILON = 0.01;
/** Standard deviations that a commit keeps below the latency bound. */
const MARGIN = 2.5;
const GROWTH = 2;
/** Growth back to a size that was left because of errors. */
const RECOVERY = 4;
/** Step down where only rate, not a bound, asks for it. */
const EASE = 0.85;
const START_ROWS = 50;
/** A chunk may be this much heavier than expected before it closes on bytes. */
const SLACK = 1.5;
/** Chunks without an error before growth goes on. */
const CLEAN = 3;
const DEEP_PROBE = 0.5;
const SMALL_PROBE = 0.85;
const URGENT = /deadlock|time(d )?[- _]?out|40P01|40001|55P03|57014/i;

export interface Cost {
  rows: number;
  bytes: number;
  ms: number;
  closedBy: ClosedBy;
  error?: string;
}

type Bound = 'start' | 'knee' | 'latency' | 'memory' | 'rows' | 'rate' | 'errors';

/**
 * Aims for the knee of the rate: the size at which the fixed cost of a commit is 1 % of it, within the latency bound, the
 * bytes and the rows allowed. The fit is made by rows and by bytes; the one that predicts better is used.
 */
export class AdaptiveSizer implements BatchSizer {
  readonly #options: ResolvedSizerOptions;
  readonly #random: () => number;
  readonly #byRows = new CostModel();
  readonly #byBytes = new CostModel();
  readonly #rateCap = new RateCap();
  #rows: number;
  #probe = 1;
  #probes = 0;
  #bytesPerRow = 0;
  #errorRate = 0;
  /** Chunks committed since the last error. */
  #clean = CLEAN;
  /** Rows before errors began; 0 when there is nothing to go back to. */
  #before = 0;
  #bound: Bound = 'start';
  #reason = 'nothing was committed yet';

  constructor(options: ResolvedSizerOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#rows = Math.min(options.initialRows ?? START_ROWS, options.maxRows);
  }

  next(): { rows: number; bytes: number } {
    const rows = Math.max(1, Math.min(this.#options.maxRows, Math.round(this.#rows * this.#probe)));
    const { maxBytes } = this.#options;
    const expected = this.#bytesPerRow === 0 ? maxBytes : Math.ceil(rows * this.#bytesPerRow * SLACK);
    return { rows, bytes: Math.min(maxBytes, expected) };
  }

  report(cost: Cost): void {
    if (cost.error !== undefined) {
      this.#failed(cost.error);
      return;
    }
    if (cost.rows < 1) return;
    this.#errorRate *= 0.8;
    this.#clean += 1;
    this.#weigh(cost);
    const expected = this.#expected(cost);
    const observed = this.#observe(cost);
    const surprising = expected !== null && cost.ms > 5 * expected;
    const late = cost.ms > this.#options.commitTargetMs;
    if (observed === 'outlier' && (late || surprising)) {
      const least = late ? this.#options.commitTargetMs / cost.ms : 1;
      this.#shrink(
        Math.min(surprising ? 0.5 : 1, least),
        cost,
        'latency',
        late ? 'a commit took too long' : 'a commit took five times what was expected',
      );
    } else {
      this.#aim(cost);
    }
    this.#planProbe(observed);
  }

  get state(): Readonly<Record<string, unknown>> {
    const model = this.#model;
    return {
      kind: 'adaptive',
      ...this.next(),
      bound: this.#bound,
      reason: this.#reason,
      fixedMs: model.fixedMs,
      unit: model === this.#byRows ? 'rows' : 'bytes',
      unitMs: model.unitMs,
      noise: model.noise,
      bytesPerRow: this.#bytesPerRow,
      errorRate: this.#errorRate,
      observations: model.observations,
    };
  }

  /** By rows, unless bytes explain the times clearly better. */
  get #model(): CostModel {
    return this.#byBytes.error < 0.7 * this.#byRows.error ? this.#byBytes : this.#byRows;
  }

  get #unitsPerRow(): number {
    return this.#model === this.#byRows ? 1 : Math.max(this.#bytesPerRow, 1);
  }

  #expected(cost: Cost): number | null {
    if (this.#byRows.observations < 3) return null;
    return Math.max(this.#byRows.predict(cost.rows), this.#byBytes.predict(Math.max(cost.bytes, 1)));
  }

  #weigh(cost: Cost): void {
    const weight = cost.bytes / cost.rows;
    const known = this.#bytesPerRow;
    if (known === 0 || weight > 1.5 * known || weight < known / 1.5) {
      if (known !== 0) this.#rateCap.clear();
      this.#bytesPerRow = weight;
    } else {
      this.#bytesPerRow += 0.2 * (weight - known);
    }
  }

  #observe(cost: Cost): Observed {
    const byRows = this.#byRows.observe(cost.rows, cost.ms);
    const byBytes = this.#byBytes.observe(Math.max(cost.bytes, 1), cost.ms);
    const observed = this.#model === this.#byRows ? byRows : byBytes;
    if (observed === 'afresh') this.#rateCap.clear();
    if (observed === 'fitted') this.#rateCap.observe(cost.rows, cost.ms, this.#model.noise);
    return observed;
  }

  #failed(error: string): void {
    if (this.#before === 0) this.#before = this.#rows;
    this.#errorRate = this.#errorRate * 0.8 + 0.2;
    this.#clean = 0;
    this.#probe = 1;
    const urgent = URGENT.test(error);
    const floor = urgent ? 1 : this.#before / 4;
    const rows = Math.max(Math.min(floor, this.#rows), this.#rows * (urgent ? 0.5 : 0.8), 1);
    if (rows >= this.#rows) return;
    this.#rows = rows;
    this.#bound = 'errors';
    this.#reason = `a commit failed: ${error}`;
  }

  #shrink(factor: number, cost: Cost, bound: Bound, reason: string): void {
    const rows = Math.max(1, Math.min(this.#rows, cost.rows) * factor);
    if (rows >= this.#rows) return;
    this.#rows = rows;
    this.#bound = bound;
    this.#reason = reason;
  }

  /** The bounds of the size, smallest first. */
  #bounds(): [Bound, number][] {
    const model = this.#model;
    const { commitTargetMs, maxBytes, maxRows } = this.#options;
    const perRow = Math.max(model.unitMs, 1e-9) * this.#unitsPerRow;
    const fixed = Math.max(0, model.fixedMs);
    const bounds: [Bound, number][] = [
      ['knee', (fixed * (1 - EPSILON)) / (perRow * EPSILON)],
      ['latency', (commitTargetMs / (1 + MARGIN * model.noise) - fixed) / perRow],
      ['memory', maxBytes / Math.max(this.#bytesPerRow, 1e-9)],
      ['rows', maxRows],
      ['rate', this.#rateCap.limit],
    ];
    return bounds.sort((left, right) => left[1] - right[1]);
  }

  #aim(cost: Cost): void {
    const [bound, limit] = this.#bounds()[0]!;
    const aim = Math.max(1, limit);
    if (aim > this.#rows) {
      this.#grow(aim, bound, cost);
    } else if (aim < this.#rows) {
      this.#lower(aim, bound);
    } else {
      this.#bound = bound;
    }
  }

  #grow(aim: number, bound: Bound, cost: Cost): void {
    const full = cost.closedBy === 'rows' || cost.closedBy === 'bytes';
    if (!full || this.#errorRate > 0.3 || this.#clean < CLEAN) return;
    const recovering = this.#rows < this.#before;
    if (!recovering) this.#before = 0;
    const most = Math.max(
      this.#rows,
      recovering ? Math.min(RECOVERY * cost.rows, Math.max(this.#before, GROWTH * cost.rows)) : GROWTH * cost.rows,
    );
    const rows = Math.min(aim, most);
    if (rows <= this.#rows) return;
    this.#rows = rows;
    this.#bound = bound;
    this.#reason = rows < aim ? 'growing by steps' : `the ${bound} bound rose`;
  }

  #lower(aim: number, bound: Bound): void {
    const model = this.#model;
    if (bound === 'knee') {
      // Rate alone asks for less: only when it is sure, and gently.
      const fixed = Math.max(0, model.fixedMs) + 2 * model.fixedErrorMs;
      const sure = (fixed * (1 - EPSILON)) / (Math.max(model.unitMs, 1e-9) * this.#unitsPerRow * EPSILON);
      if (sure >= this.#rows) return;
      this.#rows = Math.max(aim, sure, this.#rows * EASE);
    } else {
      this.#rows = aim;
    }
    this.#bound = bound;
    this.#reason = `the ${bound} bound fell`;
  }

  /** The next chunk's size is varied, since at a constant size the fixed cost and the cost a row cannot be told apart. */
  #planProbe(observed: Observed): void {
    this.#probes += 1;
    if (observed === 'afresh') {
      this.#probe = DEEP_PROBE;
    } else if (this.#probes % 16 === 0) {
      this.#probe = DEEP_PROBE;
    } else {
      this.#probe = this.#random() < 0.3 ? SMALL_PROBE : 1;
    }
  }
}
