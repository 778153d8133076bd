import { Transform, type TransformCallback } from 'node:stream';
import { ChunkBuffer } from '../lib/batching/buffer.js';
import type { Clock } from '../lib/batching/clock.js';
import { bytesOf } from '../lib/batching/size-of.js';
import { checkOptions, clock, func, MOST_MS, sizer, whole } from '../lib/checks.js';
import { systemClock } from '../lib/clock.js';
import { DEFAULTS } from '../lib/options.js';
import type { BatchSizer } from '../lib/types.js';

export interface BatchOptions<T> {
  /** Asked for the size of the open chunk whenever an item comes; the sink reports to it. */
  sizer: BatchSizer;
  /** Milliseconds after which an idle sink gets what there is, 1 or more. Default 2,000. */
  maxAgeMs?: number;
  /** Bytes of memory that an item stands for. Default: its raw bytes and its texts, and a constant. */
  sizeOf?: (item: T) => number;
  /** Default: the system's. */
  clock?: Clock;
}

/**
 * Gathers items into `Chunk`s, in order, each closed on rows, bytes or age, whichever comes first, and at the end of the
 * input. While the consumer is busy with a chunk the next one stays open: it grows to the sizer's current size and no
 * further, then the writer waits. An item larger than the byte bound makes a chunk alone.
 *
 * Throws `UsageError` BAD_OPTION.
 */
export function batch<T>(options: BatchOptions<T>): Transform {
  checkOptions(options, { sizer, maxAgeMs: whole(1, MOST_MS), sizeOf: func, clock }, ['sizer']);
  return new Batch(options);
}

class Batch<T> extends Transform {
  readonly #buffer: ChunkBuffer<T>;
  readonly #clock: Clock;
  #waiting: { item: T; callback: TransformCallback } | null = null;
  #flushed: TransformCallback | null = null;
  #wanted = false;
  #pumping = false;
  #cancelTimer: (() => void) | null = null;

  constructor({ sizer, maxAgeMs = DEFAULTS.maxBatchAgeMs, sizeOf = bytesOf, clock = systemClock }: BatchOptions<T>) {
    super({ objectMode: true, writableHighWaterMark: 16, readableHighWaterMark: 1 });
    this.#clock = clock;
    this.#buffer = new ChunkBuffer({ sizer, maxAgeMs, sizeOf, now: () => clock.now() });
    this.on('resume', () => this.#pump());
  }

  override _transform(item: T, _encoding: BufferEncoding, callback: TransformCallback): void {
    this.#waiting = { item, callback };
    this.#pump();
  }

  override _flush(callback: TransformCallback): void {
    this.#flushed = callback;
    this.#pump();
  }

  override _read(size: number): void {
    // Node asks for the next chunk just before it hands out this one; only then it shows whether the consumer is busy.
    process.nextTick(() => {
      this.#wanted = true;
      super._read(size);
      this.#pump();
    });
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#cancelTimer?.();
    const abandoned = [this.#waiting?.callback, this.#flushed];
    this.#waiting = null;
    this.#flushed = null;
    for (const call of abandoned) call?.(error ?? new Error('batch: destroyed before its input ended'));
    callback(error);
  }

  /** Takes what fits and gives what is wanted, until neither moves. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#take() || this.#give());
      this.#setTimer();
    } catch (error) {
      this.destroy(error as Error);
    } finally {
      this.#pumping = false;
    }
  }

  #take(): boolean {
    if (this.#waiting === null || this.destroyed) return false;
    const { item, callback } = this.#waiting;
    if (!this.#buffer.add(item)) return false;
    this.#waiting = null;
    callback();
    return true;
  }

  #give(): boolean {
    if (this.destroyed) return false;
    if (this.#buffer.rows === 0) {
      this.#flushed?.();
      this.#flushed = null;
      return false;
    }
    if (!this.#wanted || this.#consumerIsBusy()) return false;
    const closedBy = this.#buffer.closable() ?? (this.#flushed ? 'end' : null);
    if (closedBy === null) return false;
    this.#wanted = false;
    this.push(this.#buffer.close(closedBy));
    return true;
  }

  /** A paused pipe: Node reads one ahead all the same, but a chunk closed now could not use what the sizer learns yet. */
  #consumerIsBusy(): boolean {
    return this.readableFlowing === false && this.listenerCount('readable') === 0;
  }

  /** One timer at a time: a chunk that opened since it was set is older when it fires, or waits for the next. */
  #setTimer(): void {
    const ms = this.#cancelTimer === null ? this.#buffer.agesInMs() : null;
    if (ms === null || ms === 0 || this.#flushed !== null || this.destroyed) return;
    this.#cancelTimer = this.#clock.after(ms, () => {
      this.#cancelTimer = null;
      this.#pump();
    });
  }
}
