import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import type { Layout } from '../types.js';
import { scanRow } from './csv-scan.js';
import { decodeExactly } from './text.js';

const OPTIONS = {
  // Rows are cut before; within them, what csv-parse would refuse is content.
  relax_quotes: true,
  relax_column_count: true,
};
const LINE_ENDS = ['\r\n', '\n', '\r'];

/** Fields of the rows in `bytes`, which hold whole rows. Without `encoding`, a row is UTF-8 or else Windows-1252. */
export function readRows(bytes: Buffer, delimiter: string, encoding: string | null): string[][] {
  const plain = encoding === null && isUtf8(bytes);
  // Looking for one line end takes half the time of looking for three.
  const lineEnds = bytes.includes(0x0d) ? LINE_ENDS : '\n';
  const options = { ...OPTIONS, delimiter, record_delimiter: lineEnds, encoding: plain ? 'utf8' : 'latin1' } as const;
  const rows: string[][] = parse(bytes, options);
  return plain ? rows : rows.map((row) => decodeRow(row, encoding));
}

/** Fields of one row without quoting. */
export function readLiteralRow(bytes: Buffer, delimiter: string, encoding: string | null): string[] {
  return decodeExactly(bytes, encoding).split(delimiter);
}

function decodeRow(fields: readonly string[], encoding: string | null): string[] {
  const bytes = fields.map((field) => Buffer.from(field, 'latin1'));
  const label = encoding ?? (bytes.every((field) => isUtf8(field)) ? 'utf-8' : 'windows-1252');
  return bytes.map((field) => decodeExactly(field, label));
}

/** Fields of one row, whose quotes are ordinary characters where they cannot be right. */
export function readRow(bytes: Buffer, delimiter: string, encoding: string | null): string[] {
  const scan = scanRow(bytes, 0, delimiter.charCodeAt(0), true);
  const rows = scan.kind === 'row' && scan.to === bytes.length ? readRows(bytes, delimiter, encoding) : [];
  return rows.length === 1 ? (rows[0] as string[]) : readLiteralRow(bytes, delimiter, encoding);
}

/** The fields of one row, one for each column; null where the layout is no table of that kind. */
export function fieldsOf({ format, delimiter, encoding, columns }: Layout, raw: Buffer): readonly string[] | null {
  if (format !== 'csv' && format !== 'tsv') return null;
  return readRow(raw, delimiter ?? ',', encoding).slice(0, columns?.length);
}
