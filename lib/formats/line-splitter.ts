import { isBlank } from './bytes.js';
import { KEPT_BYTES, NO_WARNINGS, type Slice, type Splitter, type SplitterOptions, tooLarge } from './slice.js';

const LF = 0x0a;
const CR = 0x0d;
const HASH = 0x23;
const EMPTY = Buffer.alloc(0);

/** Cuts text into lines, at LF, CRLF or CR. Blank lines and lines that begin with `#` are no records. */
export class LineSplitter implements Splitter {
  readonly #maxRecordBytes: number;
  #rest: Buffer = EMPTY;
  /** Offset of the first byte of `#rest`. */
  #base: number;
  /** The beginning of a line that is too large, and its offset; the rest of it is let go. */
  #large: { bytes: Buffer; offset: number } | null = null;

  constructor(options: SplitterOptions) {
    this.#base = options.startOffset;
    this.#maxRecordBytes = options.maxRecordBytes;
  }

  get heldFrom(): number {
    return this.#base;
  }

  *push(bytes: Uint8Array): Generator<Slice> {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const base = this.#base;
    let from = 0;
    let lf = buffer.indexOf(LF);
    let cr = buffer.indexOf(CR);
    while (lf >= 0 || cr >= 0) {
      const isCr = cr >= 0 && (lf < 0 || cr < lf);
      const to = isCr ? cr : lf;
      // The other half of a CRLF may come with the next bytes.
      if (isCr && to + 1 === buffer.length) break;
      const next = isCr && buffer[to + 1] === LF ? to + 2 : to + 1;
      const slice = this.#line(buffer, base, from, to, next);
      if (slice !== null) yield slice;
      from = next;
      if (lf >= 0 && lf < from) lf = buffer.indexOf(LF, from);
      if (cr >= 0 && cr < from) cr = buffer.indexOf(CR, from);
    }
    this.#rest = buffer.subarray(from);
    this.#base = base + from;
    this.#letGo();
  }

  *end(): Generator<Slice> {
    const rest = this.#rest;
    const to = rest.at(-1) === CR ? rest.length - 1 : rest.length;
    this.#rest = EMPTY;
    const slice = this.#line(rest, this.#base, 0, to, rest.length);
    this.#base += rest.length;
    if (slice !== null) yield slice;
  }

  #line(buffer: Buffer, base: number, from: number, to: number, next: number): Slice | null {
    const endOffset = base + next;
    let raw = buffer.subarray(from, to);
    let offset = base + from;
    let length = to - from;
    if (this.#large !== null) {
      raw = this.#large.bytes;
      offset = this.#large.offset;
      length = base + to - offset;
      this.#large = null;
    } else if (length > this.#maxRecordBytes) raw = Buffer.from(raw.subarray(0, KEPT_BYTES));
    // Of one that is too large only the beginning may be blank.
    if (raw[0] === HASH || (length <= this.#maxRecordBytes && isBlank(raw))) return null;
    const fault = length > this.#maxRecordBytes ? tooLarge(length, offset, this.#maxRecordBytes) : null;
    return { raw, offset, endOffset, fault, warnings: NO_WARNINGS, fields: null };
  }

  #letGo(): void {
    const rest = this.#rest;
    // Beside the most bytes of a line, a CR may wait for its LF.
    if (this.#large === null && rest.length <= Math.max(this.#maxRecordBytes, KEPT_BYTES) + 1) return;
    this.#large ??= { bytes: Buffer.from(rest.subarray(0, KEPT_BYTES)), offset: this.#base };
    // A CR at the end still waits for its LF.
    const keep = rest.at(-1) === CR ? 1 : 0;
    this.#base += rest.length - keep;
    this.#rest = rest.subarray(rest.length - keep);
  }
}
