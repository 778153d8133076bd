/** Counts and times of batches within one scope: everything, one operation, or one source. */
import { type TimeSummary, Times } from './times.js';

/** One batch that ended. */
export interface BatchRecord {
  /** What was done, such as `describe` or `commit`. */
  readonly operation: string;
  /** Where the items came from, such as `chembl`. */
  readonly dataSource: string;
  /** Milliseconds on the clock of the statistics at which it began, and ended. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly items: number;
  readonly bytes: number;
  /** Items that failed, by code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Attempts after the first. */
  readonly retries: number;
}

/** What was counted until a moment. Nothing of it changes afterwards; it is plain data, made to be stored. */
export interface StatisticsSnapshot {
  readonly items: number;
  readonly successes: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly retries: number;
  readonly batches: number;
  /** Items of a batch. `now`: of the last one; all 0 before the first. */
  readonly batchItems: {
    readonly now: number;
    readonly mean: number;
    readonly smallest: number;
    readonly largest: number;
  };
  /** Over the last ten seconds, and since the first batch began: wall time, so that batches side by side count once. */
  readonly itemsPerSecond: { readonly window: number; readonly overall: number };
  readonly batchSeconds: TimeSummary;
  readonly itemSeconds: TimeSummary;
  readonly batchBytes: { readonly mean: number; readonly largest: number };
  readonly itemBytes: number;
  /** Batches at work on average since the first began; 1 is one at all times. */
  readonly utilization: number;
}

const WINDOW_MS = 10_000;
const PART_MS = 500;

export class Statistics {
  readonly #batchTimes = new Times();
  readonly #itemTimes = new Times();
  readonly #errors = new Map<string, number>();
  /** Items that ended in each part of the window, by the part's number. */
  readonly #window = new Map<number, number>();
  #items = 0;
  #failed = 0;
  #retries = 0;
  #batches = 0;
  #bytes = 0;
  #busyMs = 0;
  #now = 0;
  #smallest = 0;
  #largest = 0;
  #largestBytes = 0;
  #startedAt: number | null = null;
  #endedAt = 0;

  record(batch: BatchRecord): void {
    const ms = Math.max(0, batch.endedAt - batch.startedAt);
    this.#startedAt = Math.min(this.#startedAt ?? batch.startedAt, batch.startedAt);
    this.#endedAt = Math.max(this.#endedAt, batch.endedAt);
    this.#busyMs += ms;
    this.#batches += 1;
    this.#items += batch.items;
    this.#bytes += batch.bytes;
    this.#retries += batch.retries;
    this.#now = batch.items;
    this.#smallest = this.#batches === 1 ? batch.items : Math.min(this.#smallest, batch.items);
    this.#largest = Math.max(this.#largest, batch.items);
    this.#largestBytes = Math.max(this.#largestBytes, batch.bytes);
    for (const [code, count] of Object.entries(batch.errors)) {
      this.#failed += count;
      this.#errors.set(code, (this.#errors.get(code) ?? 0) + count);
    }
    this.#batchTimes.record(ms);
    if (batch.items > 0) this.#itemTimes.record(ms / batch.items);
    this.#addToWindow(batch);
  }

  /** `now`: milliseconds on the same clock as the batches. */
  snapshot(now: number): StatisticsSnapshot {
    const wallMs = this.#startedAt === null ? 0 : Math.max(this.#endedAt, now) - this.#startedAt;
    const windowMs = Math.min(WINDOW_MS, wallMs);
    const batches = Math.max(1, this.#batches);
    return Object.freeze({
      items: this.#items,
      successes: this.#items - this.#failed,
      errors: Object.freeze(Object.fromEntries(this.#errors)),
      retries: this.#retries,
      batches: this.#batches,
      batchItems: Object.freeze({
        now: this.#now,
        mean: this.#items / batches,
        smallest: this.#smallest,
        largest: this.#largest,
      }),
      itemsPerSecond: Object.freeze({
        window: perSecond(this.#itemsInWindow(now), windowMs),
        overall: perSecond(this.#items, wallMs),
      }),
      batchSeconds: this.#batchTimes.summary(),
      itemSeconds: this.#itemTimes.summary(),
      batchBytes: Object.freeze({ mean: this.#bytes / batches, largest: this.#largestBytes }),
      itemBytes: this.#bytes / Math.max(1, this.#items),
      utilization: wallMs === 0 ? 0 : this.#busyMs / wallMs,
    });
  }

  #addToWindow({ endedAt, items }: BatchRecord): void {
    const part = Math.floor(endedAt / PART_MS);
    this.#window.set(part, (this.#window.get(part) ?? 0) + items);
    const oldest = Math.floor((endedAt - WINDOW_MS) / PART_MS);
    for (const old of this.#window.keys()) if (old < oldest) this.#window.delete(old);
  }

  /** Of the part in which the window begins, the share that is in it. */
  #itemsInWindow(now: number): number {
    const begin = (now - WINDOW_MS) / PART_MS;
    let items = 0;
    for (const [part, count] of this.#window) items += count * Math.max(0, Math.min(1, part + 1 - begin));
    return items;
  }
}

const perSecond = (items: number, ms: number): number => (ms === 0 ? 0 : (items * 1000) / ms);
