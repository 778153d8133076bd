const LARGE = 1024 * 1024;

/** The bytes between what was cut off and what was read last, in one piece, addressed by their offset in the input. */
export class ByteWindow {
  #buffer: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  /** Offset in the input of the buffer's first byte. */
  #base: number;
  /** Whether the buffer is ours to write on behind `#to`. */
  #own = false;

  constructor(startOffset: number) {
    this.#base = startOffset;
  }

  /** Offset of the first byte. */
  get start(): number {
    return this.#base + this.#from;
  }

  /** Offset of what follows the last byte. */
  get end(): number {
    return this.#base + this.#to;
  }

  append(bytes: Uint8Array): void {
    const kept = this.#to - this.#from;
    if (kept === 0) {
      this.#base = this.end;
      this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      this.#from = 0;
      this.#to = bytes.length;
      this.#own = false;
      return;
    }
    if (!this.#own || this.#to + bytes.length > this.#buffer.length) this.#makeRoom(kept, kept + bytes.length);
    this.#buffer.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  /** Offset of the first `needle` that stands whole between the two offsets, or -1. */
  find(needle: Uint8Array | number, from: number, to: number = this.end): number {
    const index = this.#view(to).indexOf(needle, from - this.#base);
    return index < 0 ? -1 : index + this.#base;
  }

  /** The byte at an offset; -1 outside the window. */
  at(offset: number): number {
    const index = offset - this.#base;
    return index >= this.#from && index < this.#to ? (this.#buffer[index] as number) : -1;
  }

  /** The bytes between two offsets: a view, or a copy where a view would keep far more in memory. */
  slice(from: number, to: number): Buffer {
    const view = this.#buffer.subarray(from - this.#base, to - this.#base);
    return this.#own && this.#buffer.length > LARGE ? Buffer.from(view) : view;
  }

  /** Forgets the bytes before the offset. */
  cut(offset: number): void {
    this.#from = offset - this.#base;
  }

  /** Moves what is kept to the start of a buffer of our own that has room for so many bytes. */
  #makeRoom(kept: number, room: number): void {
    let buffer = this.#buffer;
    // No view of a large buffer is ever given out: it can be used again, and a row of long records needs only one.
    const reusable = this.#own && buffer.length > LARGE && room <= buffer.length;
    // Doubling keeps the copying of a long record linear.
    if (!reusable) buffer = Buffer.allocUnsafeSlow(room > LARGE ? 2 * room : room);
    this.#buffer.copy(buffer, 0, this.#from, this.#to);
    this.#base = this.start;
    this.#buffer = buffer;
    this.#from = 0;
    this.#to = kept;
    this.#own = true;
  }

  #view(to: number): Buffer {
    const end = Math.min(to - this.#base, this.#to);
    return end === this.#buffer.length ? this.#buffer : this.#buffer.subarray(0, end);
  }
}
