import type { RejectionCode } from '../errors.js';
import type { Layout, Warning } from '../types.js';

export interface Fault {
  readonly code: RejectionCode;
  readonly message: string;
}

/** One record as a splitter cuts it out of an input. */
export interface Slice {
  /** The record's bytes, without delimiter; a view of what was read. */
  readonly raw: Uint8Array;
  /** Offset of the record's first byte in the input. */
  readonly offset: number;
  /** Offset from which reading goes on once this record is done. */
  readonly endOffset: number;
  /** Why it is no record that could be described; null for all others. */
  readonly fault: Fault | null;
  readonly warnings: readonly Warning[];
  /** Of csv and tsv: one for each column. */
  readonly fields: readonly string[] | null;
  /** Of a file of rejections: how the record that the line carries is to be read. */
  readonly layout?: Layout;
}

/** Cuts an input into records. Pure: bytes go in, in any pieces; the same slices come out. */
export interface Splitter {
  /** Slices that are complete with these bytes. Must be read to its end before the next call. */
  push(bytes: Uint8Array): Iterable<Slice>;
  /** The slices that the end of the input completes. */
  end(): Iterable<Slice>;
  /** Once the slices of all bytes so far are read: no other one will end before this offset. */
  readonly heldFrom: number;
}

export interface SplitterOptions {
  readonly layout: Layout;
  /** Offset of the first byte that is pushed. */
  readonly startOffset: number;
  readonly maxRecordBytes: number;
}

/** How many bytes are kept of a record that is too large. */
export const KEPT_BYTES = 64 * 1024;

export const NO_WARNINGS: readonly Warning[] = [];

export function tooLarge(length: number, offset: number, maxRecordBytes: number): Fault {
  return {
    code: 'RECORD_TOO_LARGE',
    message:
      `The record at byte ${offset} is ${length} bytes long; the most allowed is ${maxRecordBytes}. ` +
      `Its first ${Math.min(length, KEPT_BYTES)} bytes are kept`,
  };
}
