const LARGE = 1024 * 1024;

/** Bytes in one piece that grow at their end and go at their start. */
export class GrowingBuffer {
  #buffer: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;

  get length(): number {
    return this.#to - this.#from;
  }

  /** A view, good until the next change. */
  get bytes(): Buffer {
    return this.#buffer.subarray(this.#from, this.#to);
  }

  /** Bytes that may be kept: a view, or a copy where a view would keep far more in memory. */
  slice(from: number, to: number): Buffer {
    const view = this.bytes.subarray(from, to);
    return this.#buffer.length > LARGE ? Buffer.from(view) : view;
  }

  append(bytes: Uint8Array): void {
    if (this.#to + bytes.length > this.#buffer.length) this.#makeRoom(this.length + bytes.length);
    this.#buffer.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  /** Forgets so many bytes at the start. */
  drop(count: number): void {
    this.#from += count;
    if (this.#from < this.#to || this.#buffer.length > LARGE) return;
    this.#buffer = Buffer.alloc(0);
    this.#from = 0;
    this.#to = 0;
  }

  /** Moves what is kept to the start of a buffer that has room for so many bytes. */
  #makeRoom(room: number): void {
    const kept = this.length;
    let buffer = this.#buffer;
    // No view of a large buffer is kept: it can be used again, and a row of long records needs only one.
    const isReusable = buffer.length > LARGE && room <= buffer.length;
    // Doubling keeps the copying of a long record linear.
    if (!isReusable) buffer = Buffer.allocUnsafeSlow(room > LARGE ? 2 * room : room);
    this.#buffer.copy(buffer, 0, this.#from, this.#to);
    this.#buffer = buffer;
    this.#from = 0;
    this.#to = kept;
  }
}
