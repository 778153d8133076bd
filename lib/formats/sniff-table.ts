/** What the first rows of a table show: delimiter, header, and the column that holds the SMILES. */

import { isBlank } from './bytes.js';
import { readRows } from './csv-fields.js';
import { scanRow } from './csv-scan.js';
import { looksLikeSmiles, smilesShare } from './smiles-likeness.js';
import { madeUpColumn, readSmilesLine } from './smiles-line.js';

const MAX_ROWS = 100;
/** Share of the values that have to look like SMILES. */
const ENOUGH = 0.8;

/** In order of preference, in lower case without punctuation. */
const SMILES_NAMES = ['smiles', 'canonicalsmiles', 'isomericsmiles', 'cxsmiles', 'smi', 'structure', 'mol'];

export interface Table {
  readonly delimiter: string;
  readonly columns: readonly string[];
  readonly hasHeader: boolean;
  /** Bytes of leading comments and the header row. */
  readonly headerBytes: number;
  /** Null where no column seems to hold SMILES. */
  readonly smilesColumn: string | null;
}

interface Rows {
  readonly delimiter: string;
  /** Fields of each row, and the offset of what follows it. */
  readonly rows: ReadonlyArray<{ readonly fields: readonly string[]; readonly next: number }>;
  /** Share of the rows that have the usual number of columns. */
  readonly agreement: number;
  readonly columns: number;
}

/** `known` are names that a header would have. */
export function sniffTable(
  head: Buffer,
  delimiters: readonly string[],
  encoding: string | null,
  known: readonly string[],
): Table {
  const tries = delimiters.map((delimiter) => firstRows(head, delimiter, encoding));
  const [first, ...others] = tries.filter(({ columns }) => columns > 1);
  const best = others.reduce((a, b) => (isBetter(b, a) ? b : a), first ?? (tries[0] as Rows));
  return readTable(best, known);
}

function isBetter(a: Rows, b: Rows): boolean {
  return a.agreement > b.agreement && (a.delimiter !== ' ' || b.agreement < 0.5);
}

function readTable({ delimiter, rows, columns }: Rows, known: readonly string[]): Table {
  const first = rows.find(({ fields }) => fields.length === columns || !fields[0]?.startsWith('#'));
  const names = first?.fields.map((field) => field.trim()) ?? [];
  const rest = rows.filter((row) => row !== first && row.fields.length === columns).map(({ fields }) => fields);
  const named = columnByName(names, rest);
  const index = named ?? columnByContent(names, rest, columns);
  const hasHeader =
    first !== undefined && (named !== null || known.some((name) => names.includes(name)) || isHeader(names, index));
  const width = Math.max(columns, hasHeader ? names.length : 0);
  const labels = Array.from({ length: width }, (_, column) => (hasHeader && names[column]) || madeUpColumn(column));
  const headerBytes = hasHeader && first !== undefined ? first.next : 0;
  const smilesColumn = index === null ? null : (labels[index] ?? null);
  return { delimiter, columns: labels, hasHeader, headerBytes, smilesColumn };
}

/** A header has a name where the other rows have SMILES; without SMILES, nothing but names. */
function isHeader(names: readonly string[], smiles: number | null): boolean {
  const isName = (text: string): boolean => /^[\p{L}_#(][^"]*$/u.test(text) && !looksLikeSmiles(text);
  return smiles === null ? names.every(isName) : isName(names[smiles] ?? '');
}

function columnByName(names: readonly string[], rows: readonly (readonly string[])[]): number | null {
  const plain = names.map((name) => name.toLowerCase().replace(/[^a-z]/g, ''));
  const ranked = [
    ...SMILES_NAMES.map((name) => plain.indexOf(name)),
    plain.findIndex((name) => name.includes('smiles')),
  ].filter((index) => index >= 0);
  return ranked.find((index) => rows.length === 0 || shareOf(rows, index) > 0.5) ?? null;
}

function columnByContent(
  first: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): number | null {
  const all = rows.length === 0 ? [first] : rows;
  const candidates = Array.from({ length: columns }, (_, index) => ({
    index,
    share: shareOf(all, index),
    length: meanLength(all, index),
  })).filter(({ share, length }) => share >= ENOUGH && length >= 2);
  const best = candidates.reduce<(typeof candidates)[number] | null>(
    (a, b) => (a === null || b.length > a.length * 1.5 ? b : a),
    null,
  );
  return best?.index ?? null;
}

function shareOf(rows: readonly (readonly string[])[], index: number): number {
  return smilesShare(rows.map((row) => readSmilesLine(row[index] ?? '').smiles));
}

function meanLength(rows: readonly (readonly string[])[], index: number): number {
  return rows.reduce((sum, row) => sum + (row[index] ?? '').length, 0) / rows.length;
}

function firstRows(head: Buffer, delimiter: string, encoding: string | null): Rows {
  const rows: Array<{ fields: readonly string[]; next: number }> = [];
  let from = 0;
  while (from < head.length && rows.length < MAX_ROWS) {
    const scan = scanRow(head, from, delimiter.charCodeAt(0), true);
    if (scan.kind !== 'row') break;
    const bytes = head.subarray(from, scan.to);
    const fields = isBlank(bytes) ? undefined : readRows(bytes, delimiter, encoding)[0];
    if (fields !== undefined) rows.push({ fields, next: scan.next });
    from = scan.next;
  }
  const data = rows.filter(({ fields }) => !fields[0]?.startsWith('#'));
  const counts = new Map<number, number>();
  for (const { fields } of data.length > 0 ? data : rows) {
    counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1);
  }
  const [columns, times] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [1, 0]);
  return { delimiter, rows, columns, agreement: times / Math.max(1, data.length) };
}
