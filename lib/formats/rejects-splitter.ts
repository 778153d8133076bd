import type { Layout } from '../types.js';
import { fieldsOf } from './csv-fields.js';
import { LineSplitter } from './line-splitter.js';
import { type RejectsLine, readRejectsLine } from './rejects-line.js';
import { type Fault, KEPT_BYTES, type Slice, type Splitter, type SplitterOptions } from './slice.js';

/** Room for what a line has beside the raw bytes. */
const LINE_BYTES = 1_000_000;

/** Gives the records that the lines of a rejects file carry, as they were read first; only of the layout's sources. */
export class RejectsSplitter implements Splitter {
  readonly #lines: LineSplitter;
  readonly #layout: Layout;
  readonly #maxRecordBytes: number;

  constructor(options: SplitterOptions) {
    this.#layout = options.layout;
    this.#maxRecordBytes = options.maxRecordBytes;
    const maxRecordBytes = Math.ceil(options.maxRecordBytes * 1.4) + LINE_BYTES;
    this.#lines = new LineSplitter({ ...options, maxRecordBytes });
  }

  get heldFrom(): number {
    return this.#lines.heldFrom;
  }

  *push(bytes: Uint8Array): Generator<Slice> {
    for (const line of this.#lines.push(bytes)) yield* this.#unwrap(line);
  }

  *end(): Generator<Slice> {
    for (const line of this.#lines.end()) yield* this.#unwrap(line);
  }

  *#unwrap(line: Slice): Generator<Slice> {
    const { onlySource, otherSources } = this.#layout;
    const rejection = line.fault === null ? readRejectsLine(Buffer.from(line.raw).toString('utf8')) : null;
    const source = rejection?.source;
    if (onlySource !== undefined && source !== onlySource) return;
    if (source !== undefined && otherSources?.includes(source)) return;
    if (line.fault !== null) yield line;
    else if (rejection === null) yield { ...line, fault: failed('The line is no rejection as molstream writes it') };
    else yield recordOf(line, rejection, this.#maxRecordBytes);
  }
}

function recordOf(line: Slice, rejection: RejectsLine, maxRecordBytes: number): Slice {
  const { stage, code, message, layout, raw } = rejection;
  // Of a longer one only the beginning was kept.
  const isWhole = code === 'RECORD_TOO_LARGE' && raw.length < KEPT_BYTES && raw.length <= maxRecordBytes;
  // What reading rejected has no more to show than its bytes; everything else gets another try.
  if (stage === 'read' && !isWhole) return { ...line, raw, layout, fault: { code, message } };
  return { ...line, raw, layout, fields: fieldsOf(layout, raw) };
}

function failed(message: string): Fault {
  return { code: 'PARSE_FAILED', message };
}
