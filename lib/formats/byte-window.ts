import { GrowingBuffer } from './growing-buffer.js';

const EMPTY: Buffer = Buffer.alloc(0);

/**
 * The bytes between what was cut off and what was read last, addressed by their offset in the input. They lie in two
 * pieces: what is left of earlier readings, and the last one as it came, so that only what lies across is ever copied.
 */
export class ByteWindow {
  readonly #rest = new GrowingBuffer();
  #fresh: Buffer = EMPTY;
  /** Offsets of the first byte, and of the first of `#fresh`. */
  #start: number;
  #seam: number;

  constructor(startOffset: number) {
    this.#start = startOffset;
    this.#seam = startOffset;
  }

  /** Offset of the first byte. */
  get start(): number {
    return this.#start;
  }

  /** Offset of what follows the last byte. */
  get end(): number {
    return this.#seam + this.#fresh.length;
  }

  append(bytes: Uint8Array): void {
    const end = this.end;
    this.#rest.drop(Math.min(this.#start, this.#seam) - (this.#seam - this.#rest.length));
    this.#rest.append(this.#fresh.subarray(Math.max(0, this.#start - this.#seam)));
    this.#fresh = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#seam = end;
  }

  /** Offset of the first `needle` that stands whole between the two offsets, or -1. */
  find(needle: Uint8Array, from: number, to: number = this.end): number {
    if (from < this.#seam) {
      const rest = this.#rest.bytes;
      const base = this.#seam - rest.length;
      const found = rest.subarray(0, Math.max(0, to - base)).indexOf(needle, from - base);
      if (found >= 0 || to <= this.#seam) return found < 0 ? -1 : found + base;
      const start = Math.max(from, this.#seam - needle.length + 1);
      const across = this.slice(start, Math.min(to, this.#seam + needle.length - 1, this.end)).indexOf(needle);
      if (across >= 0) return across + start;
    }
    const fresh = to >= this.end ? this.#fresh : this.#fresh.subarray(0, Math.max(0, to - this.#seam));
    const index = fresh.indexOf(needle, Math.max(0, from - this.#seam));
    return index < 0 ? -1 : index + this.#seam;
  }

  /** The byte at an offset; -1 outside the window. */
  at(offset: number): number {
    if (offset < this.#start || offset >= this.end) return -1;
    const index = offset - this.#seam;
    return (index >= 0 ? this.#fresh[index] : this.#rest.bytes.at(index)) as number;
  }

  /** The bytes between two offsets, to be kept. */
  slice(from: number, to: number): Buffer {
    const seam = this.#seam;
    if (from >= seam) return this.#fresh.subarray(from - seam, to - seam);
    const base = seam - this.#rest.length;
    if (to <= seam) return this.#rest.slice(from - base, to - base);
    return Buffer.concat([this.#rest.bytes.subarray(from - base), this.#fresh.subarray(0, to - seam)]);
  }

  /** Forgets the bytes before the offset. */
  cut(offset: number): void {
    this.#start = offset;
  }
}
