import type { BatchSizer, Chunk, ClosedBy } from '../types.js';

export interface BufferOptions<T> {
  readonly sizer: BatchSizer;
  /** Milliseconds after which what there is may be had. */
  readonly maxAgeMs: number;
  /** Bytes of memory that an item stands for. */
  readonly sizeOf: (item: T) => number;
  readonly now: () => number;
}

/** The open chunk: takes items while they fit, and knows why it may be closed. */
export class ChunkBuffer<T> {
  readonly #options: BufferOptions<T>;
  #items: T[] = [];
  #bytes = 0;
  #openedAt = 0;
  #refused = false;

  constructor(options: BufferOptions<T>) {
    this.#options = options;
  }

  get rows(): number {
    return this.#items.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Takes the item, or says false: there is no room until the chunk is closed, or the sizer allows more. An empty chunk
   * takes any item, so that one beyond the byte bound makes a chunk alone.
   */
  add(item: T): boolean {
    const bytes = this.#options.sizeOf(item);
    if (this.#items.length === 0) {
      this.#openedAt = this.#options.now();
    } else {
      const size = this.#options.sizer.next();
      if (this.#items.length >= size.rows) return false;
      this.#refused = this.#bytes + bytes > size.bytes;
      if (this.#refused) return false;
    }
    this.#items.push(item);
    this.#bytes += bytes;
    return true;
  }

  /** Why the chunk may be closed now; null: it may not. */
  closable(): ClosedBy | null {
    if (this.#items.length === 0) return null;
    const size = this.#options.sizer.next();
    if (this.#items.length >= size.rows) return 'rows';
    if (this.#refused || this.#bytes >= size.bytes) return 'bytes';
    return this.agesInMs() === 0 ? 'age' : null;
  }

  /** Milliseconds until the open chunk has aged, 0 once it has; null while there is nothing in it. */
  agesInMs(): number | null {
    if (this.#items.length === 0) return null;
    return Math.max(0, this.#openedAt + this.#options.maxAgeMs - this.#options.now());
  }

  /** Hands the chunk over and opens an empty one. */
  close(closedBy: ClosedBy): Chunk<T> {
    const chunk = { items: this.#items, bytes: this.#bytes, closedBy };
    this.#items = [];
    this.#bytes = 0;
    this.#refused = false;
    return chunk;
  }
}
