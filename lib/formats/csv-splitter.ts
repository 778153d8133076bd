import type { Layout } from '../types.js';
import { isBlank } from './bytes.js';
import { readLiteralRow, readRow, readRows } from './csv-fields.js';
import { scanLine, scanRow } from './csv-scan.js';
import {
  type Fault,
  KEPT_BYTES,
  NO_WARNINGS,
  type Slice,
  type Splitter,
  type SplitterOptions,
  tooLarge,
} from './slice.js';

const HASH = 0x23;
const QUOTE = 0x22;
const CR = 0x0d;
const EMPTY = Buffer.alloc(0);
const MAX_BATCH = 512;

interface Row {
  readonly from: number;
  readonly to: number;
  readonly next: number;
}

/**
 * Cuts csv and tsv into rows. csv-parse reads their fields, many rows at a time. A row whose quoting cannot be right
 * (unclosed, closed in mid-field, or running over lines to a wrong number of columns) ends with its first line and is
 * rejected, so that the rows after it are read as they stand; in tsv its quotes are taken as ordinary characters.
 */
export class CsvSplitter implements Splitter {
  readonly #layout: Layout;
  readonly #columns: number;
  readonly #delimiter: number;
  readonly #maxRecordBytes: number;
  #bytes: Buffer = EMPTY;
  /** Offset of the first of `#bytes`. */
  #base: number;
  /** The beginning of a row that is too large, and its offset; the rest of its line is let go. */
  #large: { bytes: Buffer; offset: number } | null = null;

  constructor({ layout, startOffset, maxRecordBytes }: SplitterOptions) {
    this.#layout = layout;
    this.#columns = layout.columns?.length ?? 1;
    this.#delimiter = (layout.delimiter ?? ',').charCodeAt(0);
    this.#maxRecordBytes = maxRecordBytes;
    this.#base = startOffset;
  }

  get heldFrom(): number {
    return this.#base;
  }

  *push(bytes: Uint8Array): Generator<Slice> {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    yield* this.#rows(false);
  }

  *end(): Generator<Slice> {
    yield* this.#rows(true);
  }

  *#rows(final: boolean): Generator<Slice> {
    const bytes = this.#bytes;
    let from = 0;
    let quote = bytes.indexOf(QUOTE);
    let batch: Row[] = [];
    while (from < bytes.length || (final && this.#large !== null)) {
      if (this.#large !== null) {
        const line = scanLine(bytes, from, final);
        if (line === null) break;
        yield this.#endLarge(line);
        from = line.next;
        continue;
      }
      if (quote >= 0 && quote < from) quote = bytes.indexOf(QUOTE, from);
      const line = scanLine(bytes, from, final);
      const quoted = quote >= 0 && (line === null || quote < line.to);
      if (!quoted) {
        if (line === null) break;
        batch.push({ from, ...line });
        from = line.next;
        if (batch.length === MAX_BATCH) {
          yield* this.#read(batch);
          batch = [];
        }
        continue;
      }

      const scan = scanRow(bytes, from, this.#delimiter, final);
      // A quoted field that goes on beyond the bound of a record was never closed.
      const limit = from + Math.max(this.#maxRecordBytes, KEPT_BYTES);
      // Up to two bytes behind it tell that it ends there.
      if (scan.kind === 'needs more' && bytes.length < limit + 2) break;
      if (scan.kind === 'row' && (scan.lines === 1 || (scan.columns === this.#columns && scan.to <= limit))) {
        batch.push({ from, to: scan.to, next: scan.next });
        from = scan.next;
        continue;
      }
      if (line === null) break;
      yield* this.#read(batch);
      batch = [];
      yield this.#badQuote({ from, ...line });
      from = line.next;
    }
    yield* this.#read(batch);
    this.#bytes = bytes.subarray(from);
    this.#base += from;
    if (!final) this.#letGo();
  }

  /** Slices of rows that follow each other. */
  *#read(rows: readonly Row[]): Generator<Slice> {
    // Of one that is too large nobody can tell without holding it: it is rejected, whatever is in it.
    const isLarge = ({ from, to }: Row): boolean => to - from > this.#maxRecordBytes;
    const wanted = rows.filter((row) => isLarge(row) || !isBlank(this.#bytes.subarray(row.from, row.to)));
    const fields = this.#fieldsOf(wanted);
    for (const [index, row] of wanted.entries()) {
      const values = fields[index] as string[];
      const shape = this.#checkShape(values);
      if (shape !== null && this.#bytes[row.from] === HASH && !isLarge(row)) continue;
      yield this.#slice(row, shape, shape === null ? values.slice(0, this.#columns) : null);
    }
  }

  #fieldsOf(rows: readonly Row[]): string[][] {
    const { delimiter, encoding } = this.#layout;
    const first = rows[0];
    const last = rows.at(-1);
    if (first === undefined || last === undefined) return [];
    const separator = delimiter ?? ',';
    const contiguous = rows.every((row, index) => index === 0 || rows[index - 1]?.next === row.from);
    if (contiguous) {
      const fields = readRows(this.#bytes.subarray(first.from, last.to), separator, encoding);
      if (fields.length === rows.length) return fields;
    }
    return rows.map(({ from, to }) => readRow(this.#bytes.subarray(from, to), separator, encoding));
  }

  /** Empty fields beyond the last column are no fault. */
  #checkShape(fields: readonly string[]): Fault | null {
    if (fields.length === this.#columns) return null;
    if (fields.length > this.#columns && fields.slice(this.#columns).every((field) => field === '')) return null;
    return {
      code: 'ROW_SHAPE',
      message: `The row has ${fields.length} ${fields.length === 1 ? 'column' : 'columns'}, not ${this.#columns}`,
    };
  }

  #badQuote(row: Row): Slice {
    const { format, delimiter, encoding } = this.#layout;
    if (format === 'tsv') {
      const fields = readLiteralRow(this.#bytes.subarray(row.from, row.to), delimiter ?? '\t', encoding);
      const shape = this.#checkShape(fields);
      return this.#slice(row, shape, shape === null ? fields.slice(0, this.#columns) : null);
    }
    const message = 'A quoted field of the row is not closed, or goes on after its closing quote';
    return this.#slice(row, { code: 'ROW_QUOTE', message }, null);
  }

  #slice({ from, to, next }: Row, fault: Fault | null, fields: readonly string[] | null): Slice {
    const offset = this.#base + from;
    const length = to - from;
    const endOffset = this.#base + next;
    const warnings = NO_WARNINGS;
    if (length > this.#maxRecordBytes) {
      const raw = Buffer.from(this.#bytes.subarray(from, Math.min(to, from + KEPT_BYTES)));
      return { raw, offset, endOffset, fault: tooLarge(length, offset, this.#maxRecordBytes), warnings, fields: null };
    }
    return { raw: this.#bytes.subarray(from, to), offset, endOffset, fault, warnings, fields };
  }

  #endLarge(line: { to: number; next: number }): Slice {
    const { bytes: raw, offset } = this.#large as { bytes: Buffer; offset: number };
    this.#large = null;
    const fault = tooLarge(this.#base + line.to - offset, offset, this.#maxRecordBytes);
    return { raw, offset, endOffset: this.#base + line.next, fault, warnings: NO_WARNINGS, fields: null };
  }

  /** Keeps what is held within the bound of a record. */
  #letGo(): void {
    const bytes = this.#bytes;
    if (this.#large === null && bytes.length < Math.max(this.#maxRecordBytes, KEPT_BYTES) + 2) return;
    if (this.#large === null && scanLine(bytes, 0, false) !== null) return;
    this.#large ??= { bytes: Buffer.from(bytes.subarray(0, KEPT_BYTES)), offset: this.#base };
    const keep = bytes.at(-1) === CR ? 1 : 0;
    this.#base += bytes.length - keep;
    this.#bytes = bytes.subarray(bytes.length - keep);
  }
}
