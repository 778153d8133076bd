import { readRows } from './csv-fields.js';
import { LineSplitter } from './line-splitter.js';
import { readRejectsLine } from './rejects-line.js';
import type { Fault, Slice, Splitter, SplitterOptions } from './slice.js';

/** Room for what a line has beside the raw bytes. */
const LINE_BYTES = 1_000_000;

/** Gives the records that the lines of a rejects file carry, as they were read first. */
export class RejectsSplitter implements Splitter {
  readonly #lines: LineSplitter;

  constructor(options: SplitterOptions) {
    const maxRecordBytes = Math.ceil(options.maxRecordBytes * 1.4) + LINE_BYTES;
    this.#lines = new LineSplitter({ ...options, maxRecordBytes });
  }

  *push(bytes: Uint8Array): Generator<Slice> {
    for (const line of this.#lines.push(bytes)) yield unwrap(line);
  }

  *end(): Generator<Slice> {
    for (const line of this.#lines.end()) yield unwrap(line);
  }
}

function unwrap(line: Slice): Slice {
  if (line.fault !== null) return line;
  const rejection = readRejectsLine(Buffer.from(line.raw).toString('utf8'));
  if (rejection === null) return { ...line, fault: failed('The line is no rejection as molstream writes it') };
  const { stage, code, message, layout, raw } = rejection;
  // What reading rejected has no more to show than its bytes; everything else gets another try.
  if (stage === 'read') return { ...line, raw, layout, fault: { code, message } };
  if (layout.format !== 'csv' && layout.format !== 'tsv') return { ...line, raw, layout };
  const [fields = []] = readRows(raw, layout.delimiter ?? ',', layout.encoding);
  return { ...line, raw, layout, fields: fields.slice(0, layout.columns?.length) };
}

function failed(message: string): Fault {
  return { code: 'PARSE_FAILED', message };
}
