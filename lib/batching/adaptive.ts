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
/** What a late commit adds to the margin, and the share of late ones that keeps it where it is. */
const LATE = 0.15;
const LATE_SHARE = 0.01;
/** Share of fixed cost that is accepted to keep late commits rare. */
const EPSILON_LATE = 0.04;
/** Share of the latency bound that rows may always take. */
const LEAST_SHARE = 0.2;
/** A single late commit shrinks the size to no less than this. */
const MOST_SHRINK = 0.25;
const START_ROWS = 50;
/** A chunk may be this much heavier than expected before it closes on bytes. */
const SLACK = 1.5;
const CLEARLY = 0.7;
const WEIGHED_SLACK = 1.1;
/** Up to as many chunks growth is at its steepest. */
const YOUNG = 12;
/** Chunks without an error before growth goes on. */
const CLEAN = 3;
const DEEP_PROBES = [0.5, 0.25, 0.5, 0.125] as const;
const HIGH_PROBE = 1.5;
/** Chunks between two deep probes, with a high one between. */
const PROBE_EVERY = 16;
/** Share of chunks that are small probes, and the rate that each may cost. */
const PROBE_SHARE = 0.25;
const PROBE_LOSS = 0.02;
const URGENT = /deadlock|time(d )?[- _]?out|40P01|40001|55P03|57014/i;

export interface Cost {
  rows: number;
  bytes: number;
  ms: number;
  closedBy: ClosedBy;
  error?: string;
}

/** What is known of the commits of a source. */
export interface Learned {
  readonly rows: number;
  readonly bytesPerRow: number;
  /** Milliseconds of an empty chunk, and of one more row. */
  readonly fixedMs: number;
  readonly rowMs: number;
}

export interface Start {
  /** Rows of the first chunk, where the options do not say. */
  readonly rows?: number;
  readonly learned?: Learned;
  /** Whether chunks are meant to be alike in bytes, more than in rows. */
  readonly weighs?: boolean;
}

type Bound = 'start' | 'knee' | 'latency' | 'memory' | 'rows' | 'rate' | 'errors';

/**
 * Aims for the knee of the rate: the size at which the fixed cost of a commit is 1 % of it, within the latency bound, the
 * bytes and the rows allowed. The fit is made by rows and by bytes; the one that predicts better is used.
 */
export class AdaptiveSizer implements BatchSizer {
  readonly #options: ResolvedSizerOptions;
  readonly #random: () => number;
  readonly #weighs: boolean;
  readonly #byRows: CostModel;
  readonly #byBytes: CostModel;
  readonly #rateCap = new RateCap();
  #rows: number;
  #probe = 1;
  #probes = 0;
  #bytesPerRow: number;
  #errorRate = 0;
  /** Logarithm of how far commits keep below the bound beside the noise, so that few of them are late. */
  #lateness = 0;
  /** Largest size at which the fit held. */
  #proven = 0;
  /** Steps of growth in a row. */
  #streak = 0;
  /** Chunks committed since the last error. */
  #clean = CLEAN;
  /** Rows before errors began; 0 when there is nothing to go back to. */
  #before = 0;
  #bound: Bound = 'start';
  #reason = 'nothing was committed yet';

  constructor(options: ResolvedSizerOptions, start: Start = {}) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#rows = Math.min(options.initialRows ?? start.rows ?? START_ROWS, options.maxRows);
    this.#weighs = start.weighs ?? false;
    this.#bytesPerRow = start.learned?.bytesPerRow ?? 0;
    this.#byRows = new CostModel(start.learned && { ...start.learned, unitMs: start.learned.rowMs, units: this.#rows });
    this.#byBytes = new CostModel(
      start.learned && {
        ...start.learned,
        unitMs: start.learned.rowMs / start.learned.bytesPerRow,
        units: this.#rows * start.learned.bytesPerRow,
      },
    );
  }

  /** What later runs may start from; null while too little is known. */
  get learned(): Learned | null {
    if (this.#model.observations < YOUNG) return null;
    return {
      rows: Math.round(this.#rows),
      bytesPerRow: this.#bytesPerRow,
      fixedMs: this.#model.fixedMs,
      rowMs: this.#rowMs,
    };
  }

  next(): { rows: number; bytes: number } {
    const rows = Math.max(1, Math.min(this.#options.maxRows, Math.round(this.#rows * this.#probe)));
    const { maxBytes } = this.#options;
    const expected =
      this.#bytesPerRow === 0 ? maxBytes : Math.ceil(rows * this.#bytesPerRow * (this.#weighs ? WEIGHED_SLACK : SLACK));
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
    const late = cost.ms > this.#options.commitTargetMs;
    this.#lateness = late ? Math.min(2, this.#lateness + LATE) : Math.max(0, this.#lateness - LATE * LATE_SHARE);
    const observed = this.#observe(cost);
    const surprising = expected !== null && cost.ms > 5 * expected;
    if (observed === 'outlier' && (late || surprising)) {
      const least = late ? Math.max(MOST_SHRINK, this.#options.commitTargetMs / cost.ms) : 1;
      this.#shrink(
        Math.min(surprising ? 0.5 : 1, least),
        cost,
        'latency',
        late ? 'a commit took too long' : 'a commit took five times what was expected',
      );
    } else {
      this.#aim(cost, observed !== 'outlier');
    }
    this.#planProbe(observed);
  }

  get state(): Readonly<Record<string, unknown>> {
    const model = this.#model;
    return {
      kind: this.#weighs ? 'chemical' : 'adaptive',
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

  /** By rows, or by bytes where chunks are weighed, unless the other explains the times clearly better. */
  get #model(): CostModel {
    const [first, other] = this.#weighs ? [this.#byBytes, this.#byRows] : [this.#byRows, this.#byBytes];
    return other.error < CLEARLY * first.error ? other : first;
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
    const beyond = cost.rows > this.#proven;
    if (beyond && this.#seek(cost)) return 'outlier';
    const expected = this.#model.predict(cost.rows * this.#unitsPerRow);
    const byRows = this.#byRows.observe(cost.rows, cost.ms);
    const byBytes = this.#byBytes.observe(Math.max(cost.bytes, 1), cost.ms);
    const observed = this.#model === this.#byRows ? byRows : byBytes;
    if (observed === 'afresh') {
      // Beyond what was tried before it is the size that costs more, as likely as the times.
      if (!beyond) this.#rateCap.clear();
      this.#proven = cost.rows;
      return observed;
    }
    if (observed === 'fitted') this.#proven = Math.max(this.#proven, cost.rows);
    // A stray time above says nothing about the size; one below may be what a smaller size costs.
    if (!beyond && (observed === 'fitted' || cost.ms < expected)) this.#seek(cost);
    return observed;
  }

  /** Whether more rows were found to cost rate. */
  #seek(cost: Cost): boolean {
    return this.#rateCap.observe(cost.rows, cost.ms, this.#doubtfulNoise);
  }

  /** The noise, taken for more while it was estimated from a few times only. */
  get #doubtfulNoise(): number {
    return this.#model.noise * (1 + 4 / this.#model.observations);
  }

  #failed(error: string): void {
    if (this.#before === 0) this.#before = this.#rows;
    this.#errorRate = this.#errorRate * 0.8 + 0.2;
    this.#clean = 0;
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

  /** What must not be passed, smallest first. */
  #bounds(): [Bound, number][] {
    const model = this.#model;
    const { commitTargetMs, maxBytes, maxRows } = this.#options;
    const perRow = this.#rowMs;
    const fixed = model.fixedMs;
    const inTime = commitTargetMs / (1 + MARGIN * model.noise);
    const seldomLate = (inTime * Math.exp(-this.#lateness) - fixed) / perRow;
    const seldomLost = kneeOf(fixed, perRow, EPSILON_LATE);
    // Where the fixed cost alone passes the bound no size keeps it, and the smallest would only cost rate.
    const least = (LEAST_SHARE * inTime) / perRow;
    const bounds: [Bound, number][] = [
      ['latency', Math.max(least, Math.min((inTime - fixed) / perRow, Math.max(seldomLate, seldomLost)))],
      ['memory', maxBytes / Math.max(this.#bytesPerRow, 1e-9)],
      ['rows', maxRows],
      ['rate', this.#rateCap.limit],
    ];
    return bounds.sort((left, right) => left[1] - right[1]);
  }

  get #rowMs(): number {
    return Math.max(this.#model.unitMs, 1e-9) * this.#unitsPerRow;
  }

  #aim(cost: Cost, mayGrow: boolean): void {
    const [bound, limit] = this.#bounds()[0]!;
    const most = Math.max(1, limit);
    const knee = Math.max(1, kneeOf(this.#model.fixedMs, this.#rowMs, EPSILON));
    if (most <= this.#rows) {
      this.#streak = 0;
      this.#set(most, bound, `the ${bound} bound asks for less`);
    } else if (knee > this.#rows) {
      if (mayGrow) this.#grow(Math.min(most, knee), knee < most ? 'knee' : bound, cost);
      return;
    }
    if (knee < this.#rows) this.#ease(knee);
  }

  #grow(aim: number, bound: Bound, cost: Cost): void {
    const full = cost.closedBy === 'rows' || cost.closedBy === 'bytes';
    if (!full || this.#errorRate > 0.3 || this.#clean < CLEAN) return;
    const recovering = this.#rows < this.#before;
    if (!recovering) this.#before = 0;
    const young = this.#model.observations < YOUNG;
    const factor = young ? GROWTH : Math.min(GROWTH, 1.25 * 1.25 ** this.#streak);
    const most = recovering ? Math.min(this.#before, RECOVERY * cost.rows) : 0;
    const rows = Math.min(aim, Math.max(this.#rows, factor * cost.rows, most));
    if (rows <= this.#rows) return;
    this.#streak += 1;
    this.#set(rows, bound, rows < aim ? 'growing by steps' : `the ${bound} bound allows more`);
  }

  /** Rate alone asks for less: only when it is sure, and gently. */
  #ease(knee: number): void {
    const model = this.#model;
    const sure = kneeOf(model.fixedMs + 2 * model.fixedErrorMs, this.#rowMs, EPSILON);
    if (sure >= this.#rows) return;
    this.#streak = 0;
    this.#set(Math.max(knee, sure, this.#rows * EASE), 'knee', 'fewer rows give the same rate');
  }

  #set(rows: number, bound: Bound, reason: string): void {
    if (Math.round(rows) !== Math.round(this.#rows) || bound !== this.#bound) this.#reason = reason;
    this.#rows = rows;
    this.#bound = bound;
  }

  /** The next chunk's size is varied, since at a constant size the fixed cost and the cost a row cannot be told apart. */
  #planProbe(observed: Observed): void {
    this.#probes += 1;
    if (observed === 'afresh') {
      this.#probe = DEEP_PROBES[0];
    } else if (this.#probes % PROBE_EVERY === 0) {
      this.#probe = this.#deepProbe();
    } else if (this.#probes % PROBE_EVERY === PROBE_EVERY / 2 && this.#roomAbove()) {
      this.#probe = HIGH_PROBE;
    } else {
      this.#probe = this.#random() < PROBE_SHARE ? this.#smallProbe() : 1;
    }
  }

  /** As small as the fixed cost allows at little loss: the smaller, the more it tells. */
  #smallProbe(): number {
    const fixed = this.#fixedShare;
    const kept = 1 - PROBE_LOSS;
    return Math.min(0.9, Math.max(DEEP_PROBES[0], (fixed * kept) / (1 - kept * (1 - fixed))));
  }

  /** Now and then far below, where costs may be others altogether; such a chunk takes little time. */
  #deepProbe(): number {
    if (this.#fixedShare > 0.1) return DEEP_PROBES[0];
    return DEEP_PROBES[(this.#probes / PROBE_EVERY) % DEEP_PROBES.length] ?? DEEP_PROBES[0];
  }

  /** Share of the fixed cost in a chunk's time. */
  get #fixedShare(): number {
    return this.#model.fixedMs / this.#model.predict(this.#rows * this.#unitsPerRow);
  }

  /** Whether a larger chunk would pass no bound, as far as it is known. */
  #roomAbove(): boolean {
    return this.#clean >= CLEAN && this.#bounds()[0]![1] > HIGH_PROBE * this.#rows;
  }
}

/** Rows at which the fixed cost is the share `epsilon` of a commit. */
function kneeOf(fixedMs: number, rowMs: number, epsilon: number): number {
  return (fixedMs * (1 - epsilon)) / (rowMs * epsilon);
}
