import type { Warning } from '../types.js';
import { ByteWindow } from './byte-window.js';
import { isBlank, isLineEnd } from './bytes.js';
import { hasMolblockEnd } from './molblock.js';
import { withoutRejectItems } from './reject-items.js';
import { findHeader } from './sdf-header.js';
import {
  type Fault,
  KEPT_BYTES,
  NO_WARNINGS,
  type Slice,
  type Splitter,
  type SplitterOptions,
  tooLarge,
} from './slice.js';

const DELIMITER = Buffer.from('$$$$');
const MISSING: readonly Warning[] = [{ code: 'DELIMITER_MISSING' }];
/** Bytes kept behind the scan of a record that is too large: more than a delimiter line needs. */
const OVERLAP = 1024;
const VERSION_BYTES = 5;

interface Delimiter {
  /** Offset of its line. */
  readonly line: number;
  /** Offset of what follows it. */
  readonly after: number;
}

/**
 * Cuts SDF into entries. A delimiter is a line of `$$$$` and trailing white space. Where the header block of a second
 * molblock shows that a delimiter is missing, the entry is cut there, with a warning.
 */
export class SdfSplitter implements Splitter {
  readonly #window: ByteWindow;
  readonly #maxRecordBytes: number;
  readonly #mostHeld: number;
  /** Offset of the entry that is being read. */
  #start: number;
  /** From where the next delimiter, and the next header block, are looked for. */
  #delimiterScan: number;
  #headerScan: number;
  /** The beginning of an entry that is too large; the rest of it is let go. */
  #large: Buffer | null = null;

  constructor(options: SplitterOptions) {
    this.#window = new ByteWindow(options.startOffset);
    this.#maxRecordBytes = options.maxRecordBytes;
    this.#mostHeld = Math.max(options.maxRecordBytes, KEPT_BYTES);
    this.#start = options.startOffset;
    this.#delimiterScan = options.startOffset;
    this.#headerScan = options.startOffset;
  }

  get heldFrom(): number {
    return this.#window.start;
  }

  *push(bytes: Uint8Array): Generator<Slice> {
    this.#window.append(bytes);
    yield* this.#entries(false);
  }

  *end(): Generator<Slice> {
    yield* this.#entries(true);
    const end = this.#window.end;
    if (this.#large !== null) {
      yield this.#cutLarge(end, end);
      return;
    }
    const rest = this.#window.slice(this.#start, end);
    if (isBlank(rest)) return;
    const fault: Fault | null = hasMolblockEnd(rest)
      ? null
      : { code: 'TRUNCATED', message: 'The input ends before the "M  END" of this record' };
    yield this.#cut(end, end, NO_WARNINGS, fault);
  }

  *#entries(final: boolean): Generator<Slice> {
    for (;;) {
      const delimiter = this.#findDelimiter(final);
      if (this.#large === null) {
        const end = delimiter?.line ?? this.#window.end;
        for (let header = this.#findHeader(end, final); header >= 0; header = this.#findHeader(end, final)) {
          yield this.#cut(header, header, MISSING, null);
        }
      }
      if (delimiter === null) break;
      yield this.#large === null
        ? this.#cut(delimiter.line, delimiter.after, NO_WARNINGS, null)
        : this.#cutLarge(delimiter.line, delimiter.after);
    }
    if (!final) this.#letGo();
  }

  #findDelimiter(final: boolean): Delimiter | null {
    const window = this.#window;
    for (;;) {
      const line = window.find(DELIMITER, this.#delimiterScan);
      if (line < 0) {
        this.#delimiterScan = Math.max(this.#delimiterScan, window.end - DELIMITER.length + 1);
        return null;
      }
      this.#delimiterScan = line;
      if (line === this.#start || isLineEnd(window.at(line - 1))) {
        let after = line + DELIMITER.length;
        let byte = window.at(after);
        while (byte === 0x20 || byte === 0x09 || byte === 0x0b || byte === 0x0c) byte = window.at(++after);
        // The line may go on in the next bytes; a CR at the end may be half of a CRLF.
        if (!final && (byte < 0 || (byte === 0x0d && after + 1 === window.end))) return null;
        if (byte < 0) return { line, after };
        if (byte === 0x0a) return { line, after: after + 1 };
        if (byte === 0x0d) return { line, after: after + (window.at(after + 1) === 0x0a ? 2 : 1) };
      }
      this.#delimiterScan = line + 1;
    }
  }

  /** Offset of the header block of a second molblock in the entry, or -1. Moves the entry's start over blank lines. */
  #findHeader(end: number, final: boolean): number {
    for (;;) {
      // What is let go of an entry that is too large is not looked at, however the bytes come.
      const bound = Math.min(end, this.#start + this.#mostHeld);
      const found = findHeader(this.#window, this.#start, this.#headerScan, bound);
      if (found === null) {
        // The next bytes may complete a version that has begun.
        this.#headerScan = Math.max(this.#headerScan, bound - VERSION_BYTES + 1);
        return -1;
      }
      if (found.kind === 'incomplete' && !final && bound === this.#window.end) {
        this.#headerScan = found.marker;
        return -1;
      }
      this.#headerScan = found.marker + 1;
      if (found.kind === 'own') this.#start = found.start;
      else if (found.kind === 'second') return found.start;
    }
  }

  #cut(to: number, next: number, warnings: readonly Warning[], fault: Fault | null): Slice {
    const offset = this.#start;
    const length = to - offset;
    const large = length > this.#maxRecordBytes;
    const whole = this.#window.slice(offset, large ? Math.min(to, offset + KEPT_BYTES) : to);
    const raw = large ? Buffer.from(whole) : withoutRejectItems(whole);
    const reason = large ? tooLarge(length, offset, this.#maxRecordBytes) : fault;
    this.#next(next);
    return { raw, offset, endOffset: next, fault: reason, warnings, fields: null };
  }

  #cutLarge(to: number, next: number): Slice {
    const raw = this.#large as Buffer;
    const offset = this.#start;
    this.#large = null;
    this.#next(next);
    const fault = tooLarge(to - offset, offset, this.#maxRecordBytes);
    return { raw, offset, endOffset: next, fault, warnings: NO_WARNINGS, fields: null };
  }

  #next(start: number): void {
    this.#start = start;
    this.#delimiterScan = Math.max(this.#delimiterScan, start);
    this.#headerScan = Math.max(this.#headerScan, start);
    this.#window.cut(start);
  }

  /** Keeps the window within the bound of a record. */
  #letGo(): void {
    const window = this.#window;
    if (this.#large === null && window.end - this.#start <= this.#mostHeld + OVERLAP) return;
    this.#large ??= Buffer.from(window.slice(this.#start, this.#start + KEPT_BYTES));
    window.cut(Math.max(window.start, window.end - OVERLAP));
    this.#delimiterScan = Math.max(this.#delimiterScan, window.start + 1);
    this.#headerScan = window.end;
  }
}
