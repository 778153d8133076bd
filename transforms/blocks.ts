/**
 * The stage under all stages that work on many items at once: it gathers items into blocks, runs several blocks side by
 * side, and gives one result for each item, by default in the order of the items.
 *
 * Owns: the blocks in flight. `_final` waits for them, `_destroy` aborts and awaits them.
 */
import { Duplex } from 'node:stream';
import type { ClosedBy } from '../lib/types.js';

export interface BlockOptions<In, Out> {
  /** Blocks that run at once, 1 or more. */
  readonly concurrency: number;
  /** Blocks that run, wait to run, or wait to be read; `concurrency` or more, which is the default. Bounds memory. */
  readonly maxPending?: number;
  /** Bytes of such blocks, by `sizeOf`, above which no item is taken in. Default: no bound but `maxPending`. */
  readonly maxPendingBytes?: number;
  /** Asked for each item: a block is closed when it holds so many items to work on, or so many bytes. */
  size(): { rows: number; bytes: number };
  /** Bytes that an item keeps in memory. */
  sizeOf(item: In): number;
  /** Whether `run` is to see the item; others keep their place and pass through as they are. Default: all. */
  takes?(item: In): boolean;
  /** Milliseconds after which an open block is closed although it is not full, 1 or more. */
  readonly maxAgeMs: number;
  /** Whether results keep the order of the items. Default true. */
  readonly ordered?: boolean;
  /** Works on the items of a block; resolves to one result an item, undefined for one that is to leave the stream. */
  run(items: readonly In[], signal: AbortSignal, closedBy: ClosedBy): Promise<readonly (Out | undefined)[]>;
}

interface Block<In, Out> {
  readonly items: In[];
  /** For each item, whether `run` sees it. */
  readonly taken: boolean[];
  rows: number;
  bytes: number;
  closedBy: ClosedBy;
  /** Set when the block is done; what is left to push starts at `pushed`. */
  results: readonly (Out | undefined)[] | null;
  pushed: number;
}

/** Items that pass through cost little, but not nothing: a block holds no more of them than this. */
const MOST_ITEMS = 10_000;

/** Object mode on both sides. What a function of the options throws, or rejects with, destroys the stream. */
export class BlockTransform<In, Out> extends Duplex {
  readonly #options: BlockOptions<In, Out>;
  readonly #maxPending: number;
  readonly #maxPendingBytes: number;
  readonly #abort = new AbortController();
  #open: Block<In, Out> | null = null;
  #age: NodeJS.Timeout | undefined;
  /** Closed blocks, oldest first: waiting, running, or done and not yet read. */
  readonly #pending: Block<In, Out>[] = [];
  #pendingBytes = 0;
  readonly #waiting: Block<In, Out>[] = [];
  readonly #running = new Set<Promise<void>>();
  #writeCallback: ((error?: Error) => void) | null = null;
  #finalCallback: ((error?: Error) => void) | null = null;
  /** Whether the reader wants more: false from a `push` that said so until the next `_read`. */
  #wanted = false;
  #delivering = false;

  constructor(options: BlockOptions<In, Out>) {
    // What it takes in and gives out waits in its blocks.
    super({ objectMode: true, highWaterMark: 1 });
    this.#options = options;
    this.#maxPending = Math.max(options.concurrency, options.maxPending ?? options.concurrency);
    this.#maxPendingBytes = options.maxPendingBytes ?? Number.POSITIVE_INFINITY;
  }

  override _write(item: In, _encoding: BufferEncoding, callback: (error?: Error) => void): void {
    let closedBy: ClosedBy | null;
    try {
      closedBy = this.#add(item);
    } catch (error) {
      callback(asError(error));
      return;
    }
    if (closedBy !== null) this.#close(closedBy);
    if (this.#hasRoom) callback();
    else this.#writeCallback = callback;
  }

  override _final(callback: (error?: Error) => void): void {
    this.#close('end');
    this.#finalCallback = callback;
    this.#deliver();
  }

  override _read(): void {
    this.#wanted = true;
    this.#deliver();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    clearTimeout(this.#age);
    this.#abort.abort(error ?? new Error('the stream was destroyed'));
    const held = [this.#writeCallback, this.#finalCallback];
    this.#writeCallback = null;
    this.#finalCallback = null;
    for (const call of held) call?.(error ?? new Error('the stream was destroyed before its input ended'));
    Promise.all(this.#running).finally(() => callback(error));
  }

  get #hasRoom(): boolean {
    return this.#pending.length < this.#maxPending && this.#pendingBytes < this.#maxPendingBytes;
  }

  /** Puts it into the open block; says why that is to be closed now. Throws what the functions of the options throw. */
  #add(item: In): ClosedBy | null {
    const block = this.#blockForNextItem();
    const taken = this.#options.takes?.(item) ?? true;
    block.items.push(item);
    block.taken.push(taken);
    block.bytes += this.#options.sizeOf(item);
    if (taken) block.rows += 1;
    const size = this.#options.size();
    if (block.rows >= size.rows) return 'rows';
    if (block.bytes >= size.bytes) return 'bytes';
    return block.items.length >= MOST_ITEMS ? 'age' : null;
  }

  #blockForNextItem(): Block<In, Out> {
    if (this.#open === null) {
      this.#open = { items: [], taken: [], rows: 0, bytes: 0, closedBy: 'end', results: null, pushed: 0 };
      this.#age = setTimeout(() => this.#close('age'), this.#options.maxAgeMs);
    }
    return this.#open;
  }

  #close(closedBy: ClosedBy): void {
    if (this.#open === null) return;
    clearTimeout(this.#age);
    const block = this.#open;
    block.closedBy = closedBy;
    this.#open = null;
    this.#pending.push(block);
    this.#pendingBytes += block.bytes;
    if (block.rows === 0) {
      block.results = block.items as unknown as Out[];
      this.#deliver();
    } else {
      this.#waiting.push(block);
      this.#start();
    }
  }

  #start(): void {
    while (this.#running.size < this.#options.concurrency && !this.destroyed) {
      const block = this.#waiting.shift();
      if (block === undefined) return;
      const task = this.#run(block)
        .catch((error: unknown) => {
          this.destroy(asError(error));
        })
        .finally(() => {
          this.#running.delete(task);
          this.#start();
        });
      this.#running.add(task);
    }
  }

  async #run(block: Block<In, Out>): Promise<void> {
    const items = block.rows === block.items.length ? block.items : block.items.filter((_, i) => block.taken[i]);
    const results = await this.#options.run(items, this.#abort.signal, block.closedBy);
    if (results.length !== items.length) {
      throw new RangeError(`a block of ${items.length} items gave ${results.length} results: it must give one each`);
    }
    let next = 0;
    block.results =
      block.rows === block.items.length
        ? results
        : block.items.map((item, i) => (block.taken[i] ? results[next++] : (item as unknown as Out)));
    this.#deliver();
  }

  /** Pushes what is done until the reader has enough; then lets the writer go on. */
  #deliver(): void {
    // A reader in flowing mode may call `_read` from within `push`; the loop below sees to it.
    if (this.#delivering || this.destroyed) return;
    this.#delivering = true;
    while (this.#wanted) {
      const at = this.#options.ordered === false ? this.#pending.findIndex((block) => block.results !== null) : 0;
      const block = this.#pending[at];
      if (!block?.results) break;
      this.#push(block, block.results);
      if (block.pushed === block.results.length) {
        this.#pending.splice(at, 1);
        this.#pendingBytes -= block.bytes;
      }
    }
    this.#delivering = false;
    if (this.#pending.length === 0 && this.#finalCallback !== null) {
      const callback = this.#finalCallback;
      this.#finalCallback = null;
      this.push(null);
      callback();
    } else if (this.#hasRoom && this.#writeCallback !== null) {
      const callback = this.#writeCallback;
      this.#writeCallback = null;
      callback();
    }
  }

  #push(block: Block<In, Out>, results: readonly (Out | undefined)[]): void {
    while (this.#wanted && block.pushed < results.length) {
      const result = results[block.pushed++];
      if (result === undefined) continue;
      this.#wanted = false;
      if (this.push(result)) this.#wanted = true;
    }
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
