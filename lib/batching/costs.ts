import type { BatchCost } from '../types.js';
import { CostModel, type Observed } from './cost-model.js';
import type { KnownCosts } from './limits.js';
import { RateCap } from './rate-cap.js';

/** Whether the size, not the source, decided how many rows there are. */
export function isFull({ closedBy }: BatchCost): boolean {
  return closedBy === 'rows' || closedBy === 'bytes';
}

/** What is known of the commits of a source. */
export interface Learned {
  readonly rows: number;
  readonly bytesPerRow: number;
  /** Milliseconds of an empty chunk, and of one more row. */
  readonly fixedMs: number;
  readonly rowMs: number;
}

/** The other unit explains the times so much better that it is taken. */
const CLEARLY = 0.7;
/** A change of the bytes of a row by this factor is taken over at once. */
const OTHER_ROWS = 1.5;
const BYTES_SHARE = 0.2;
/** What a late commit adds to the margin, and the share of late ones that keeps it where it is. */
const LATE = 0.25;
const LATE_SHARE = 0.01;
const MOST_LATENESS = 2;
const SURPRISE = 5;
/** A size this many times the largest that fitted is a new one. */
const BEYOND = 1.1;

/** What commits cost: fitted by rows and by bytes, the one that predicts better being used. */
export class Costs {
  readonly #weighs: boolean;
  readonly #byRows: CostModel;
  readonly #byBytes: CostModel;
  readonly #rateCap = new RateCap();
  #bytesPerRow: number;
  #lateness = 0;
  #age = 0;
  /** Largest size at which the fit held. */
  #proven = 0;

  /** `weighs`: bytes, unless rows predict clearly better; else the other way round. */
  constructor(weighs: boolean, learned?: Learned) {
    this.#weighs = weighs;
    this.#bytesPerRow = learned?.bytesPerRow ?? 0;
    this.#byRows = new CostModel(learned && { ...learned, unitMs: learned.rowMs, units: learned.rows });
    const perByte = (value: number): number => value / Math.max(this.#bytesPerRow, 1);
    this.#byBytes = new CostModel(
      learned && { ...learned, unitMs: perByte(learned.rowMs), units: learned.rows * learned.bytesPerRow },
    );
  }

  get known(): KnownCosts {
    return {
      fixedMs: this.#model.fixedMs,
      rowMs: Math.max(this.#model.unitMs, 1e-9) * this.#unitsPerRow,
      noise: this.#model.noise,
      bytesPerRow: this.#bytesPerRow,
      rateLimit: this.#rateCap.limit,
      lateness: this.#lateness,
    };
  }

  /** Standard error of the fixed cost in milliseconds. */
  get fixedErrorMs(): number {
    return this.#model.fixedErrorMs;
  }

  get unit(): 'rows' | 'bytes' {
    return this.#model === this.#byRows ? 'rows' : 'bytes';
  }

  get observations(): number {
    return this.#model.observations;
  }

  /** Largest size at which the fit held. */
  get proven(): number {
    return this.#proven;
  }

  /** Chunks since the beginning, or since costs changed. */
  get age(): number {
    return this.#age;
  }

  get bytesPerRow(): number {
    return this.#bytesPerRow;
  }

  predict(rows: number): number {
    return this.#model.predict(rows * this.#unitsPerRow);
  }

  /** Whether the commit took five times what was expected of its rows and of its bytes. */
  isSurprise({ rows, bytes, ms }: BatchCost): boolean {
    if (this.#byRows.observations < 3) return false;
    return ms > SURPRISE * Math.max(this.#byRows.predict(rows), this.#byBytes.predict(Math.max(bytes, 1)));
  }

  /** Learns from a commit that did not fail. */
  observe(cost: BatchCost, late: boolean): Observed {
    this.#weigh(cost.bytes / cost.rows);
    const lateness = this.#lateness + (late ? LATE : -LATE * LATE_SHARE);
    this.#lateness = Math.min(MOST_LATENESS, Math.max(0, lateness));
    const beyond = cost.rows > BEYOND * this.#proven;
    if (beyond && this.#seekCap(cost, late)) return 'outlier';
    const byRows = this.#byRows.observe(cost.rows, cost.ms);
    const byBytes = this.#byBytes.observe(Math.max(cost.bytes, 1), cost.ms);
    const observed = this.unit === 'rows' ? byRows : byBytes;
    this.#age += 1;
    if (observed === 'afresh') {
      if (!beyond) this.#age = 0;
      this.#proven = cost.rows;
    }
    if (observed === 'fitted') this.#proven = Math.max(this.#proven, cost.rows);
    if (!beyond) this.#seekCap(cost, late);
    return observed;
  }

  get #model(): CostModel {
    const [first, other] = this.#weighs ? [this.#byBytes, this.#byRows] : [this.#byRows, this.#byBytes];
    return other.error < CLEARLY * first.error ? other : first;
  }

  get #unitsPerRow(): number {
    return this.#model === this.#byRows ? 1 : Math.max(this.#bytesPerRow, 1);
  }

  #weigh(bytesPerRow: number): void {
    const known = this.#bytesPerRow;
    if (known > 0 && bytesPerRow < OTHER_ROWS * known && bytesPerRow > known / OTHER_ROWS) {
      this.#bytesPerRow += BYTES_SHARE * (bytesPerRow - known);
      return;
    }
    if (known > 0) this.#rateCap.clear();
    this.#bytesPerRow = bytesPerRow;
  }

  /** Whether more rows were found to cost rate. */
  #seekCap(cost: BatchCost, late: boolean): boolean {
    return isFull(cost) && this.#rateCap.observe(cost.rows, cost.ms, late);
  }
}
