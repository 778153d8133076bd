/** Recognises an input by its first bytes, and by its name. */
import { OptionError, UsageError } from '../errors.js';
import type { Format, Layout } from '../types.js';
import { isBinary, isBlank } from './bytes.js';
import { profileOf, type SourceProfile } from './profiles.js';
import { headerName } from './sdf-items.js';
import { looksLikeSdf } from './sdf-likeness.js';
import { looksLikeSmiles, smilesShare } from './smiles-likeness.js';
import { madeUpColumn } from './smiles-line.js';
import { sniffTable, type Table } from './sniff-table.js';
import { decodeExactly } from './text.js';

export interface SniffOptions {
  readonly format: Format | null;
  readonly encoding: string | null;
  readonly id: string | null;
  readonly name: string | null;
  readonly smiles: string | null;
}

export interface Sniffed {
  readonly layout: Layout;
  readonly profile: SourceProfile | null;
  /** Source that a file of rejections names. */
  readonly source: string | null;
}

const BY_EXTENSION: Readonly<Record<string, Format>> = {
  sdf: 'sdf',
  sd: 'sdf',
  mol: 'sdf',
  smi: 'smiles',
  ism: 'smiles',
  csv: 'csv',
  tsv: 'tsv',
};
/** A blank separates columns only where nothing else does. */
const DELIMITERS = [',', '\t', ';', '|', ' '];
const REJECTS = /^\{"input":"(?:[^"\\]|\\.)*","source":("(?:[^"\\]|\\.)*"),"ordinal":\d+,"byte_offset":\d+,"stage":"/;
/** First line of an RXN, RD or RG file. */
const NO_MOLECULES = /^\$(?:RXN|RDFILE|MDL)\b/;
const SQLITE = Buffer.from('SQLite format 3\0');
const NAME_COLUMN = /^(?:(?:compound|molecule|mol|drug|common|pref|preferred)[ _]?)?name$/i;
const HEADER_WORD = /smi|struct|mol|^(?:header|id|name|title)$/i;
/** Share of the lines whose first word has to look like SMILES. */
const ENOUGH = 0.8;
const MAX_LINES = 100;

/**
 * The layout of an input that begins with `head` (uncompressed, without byte-order mark). Throws `UsageError`
 * UNKNOWN_FORMAT, or BAD_OPTION for a table without the column that is asked for.
 */
export function sniff(head: Buffer, path: string, options: SniffOptions): Sniffed {
  const rejects = REJECTS.exec(head.toString('utf8', 0, 4096));
  if (rejects !== null && (options.format === null || options.format === 'rejects')) {
    return { layout: plainLayout('rejects', options, null), profile: null, source: JSON.parse(rejects[1] as string) };
  }
  if (head.subarray(0, SQLITE.length).equals(SQLITE)) {
    throw unknownFormat(path, 'it is a database of SQLite, not a file of molecules');
  }
  if (head.length > 0 && head.every((byte) => byte === 0)) {
    throw unknownFormat(path, 'it begins with nothing but NUL, as a file that was damaged; nothing can be read of it');
  }
  if (options.format === null && NO_MOLECULES.test(head.toString('latin1', 0, 16))) {
    throw unknownFormat(
      path,
      'it holds reactions or R-groups, whose parts are no molecules; --format sdf takes them for such',
    );
  }
  const format = options.format ?? detectFormat(head, path, options);
  switch (format) {
    case 'sdf':
      return sniffSdf(head, options);
    case 'smiles':
      return sniffSmiles(head, options);
    case 'rejects':
      return { layout: plainLayout('rejects', options, null), profile: null, source: null };
    case 'csv':
    case 'tsv':
      return sniffRows(head, path, format, options);
  }
}

function detectFormat(head: Buffer, path: string, options: SniffOptions): Format {
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  const named = BY_EXTENSION[extension];
  if (isBlank(head)) return named ?? 'smiles';
  const isSdf = looksLikeSdf(head);
  if (!isSdf && (isBinary(head) || (head.includes(0) && named === undefined))) {
    throw unknownFormat(path, 'it is not text; --format and --encoding tell how to read it all the same');
  }
  if (named === 'sdf') return named;
  if (isRemarks(head, options.encoding)) return named ?? 'smiles';
  if (isSdf && named !== 'csv' && named !== 'tsv') return 'sdf';

  const lines = firstLines(head, options.encoding);
  const smiles = smilesShare(lines.map((line) => line.trimStart().split(/[ \t]/, 1)[0] ?? ''));
  const table = sniffTable(head, DELIMITERS, options.encoding, namesIn(options));
  const hasSmiles = table.smilesColumn !== null || (options.smiles !== null && table.columns.includes(options.smiles));
  // Where the first words are SMILES, what separates columns is behind them: a blank or a tab.
  const isTable = table.columns.length > 1 && hasSmiles && (smiles < ENOUGH || table.delimiter === '\t');
  const tableFormat = table.delimiter === '\t' ? 'tsv' : 'csv';
  if (named === 'smiles') return smiles < 0.3 && isTable ? tableFormat : 'smiles';
  if (named !== undefined)
    return smiles >= ENOUGH && !isTable && /\S[ \t]+\S/.test(lines[0] ?? '') ? 'smiles' : tableFormat;
  if (isTable) return tableFormat;
  if (smiles >= 0.5) return 'smiles';
  throw unknownFormat(path);
}

function sniffSdf(head: Buffer, options: SniffOptions): Sniffed {
  const tags = new Set<string>();
  for (const line of decodeExactly(head, options.encoding).split(/\r\n?|\n/)) {
    const name = headerName(line);
    if (name !== null) tags.add(name);
  }
  const profile = profileOf(tags);
  return { layout: plainLayout('sdf', options, profile, tags), profile, source: null };
}

function sniffSmiles(head: Buffer, options: SniffOptions): Sniffed {
  const lines = firstLines(head, options.encoding);
  const first = lines[0] ?? '';
  const words = first.trim().split(first.includes('\t') ? /\t/ : /[ \t]+/);
  const hasHeader = !looksLikeSmiles(words[0] ?? '') && HEADER_WORD.test(words[0] ?? '');
  const width = Math.max(
    1,
    ...lines.map((line) => (line.includes('\t') ? line.split('\t').length : /\S +\S/.test(line) ? 2 : 1)),
  );
  const columns = hasHeader ? words : Array.from({ length: width }, (_, index) => madeUpColumn(index));
  const profile = profileOf(new Set(columns));
  if (!isBlank(head)) checkColumns(columns, options);
  const layout = plainLayout('smiles', options, profile, new Set(columns));
  const headerBytes = hasHeader ? endOfLine(head, first, options.encoding) : 0;
  const smilesColumn = columns[0] ?? null;
  // What follows a SMILES is its name by custom; of several columns with names of their own, the first.
  const second = hasHeader && columns.length > 2 ? (columns[1] ?? null) : null;
  const nameTag = layout.nameTag ?? nameColumn(columns) ?? second;
  return { layout: { ...layout, columns, headerBytes, smilesColumn, nameTag }, profile, source: null };
}

function sniffRows(head: Buffer, path: string, format: 'csv' | 'tsv', options: SniffOptions): Sniffed {
  const delimiters = format === 'tsv' ? ['\t'] : DELIMITERS;
  const table: Table = sniffTable(head, delimiters, options.encoding, namesIn(options));
  const { delimiter, columns, headerBytes } = table;
  if (!isBlank(head)) checkColumns(columns, options);
  const smilesColumn = options.smiles ?? table.smilesColumn;
  if (smilesColumn === null && !isBlank(head)) {
    throw new OptionError('smiles', `no column of ${path} seems to hold SMILES; name the one. ${list(columns)}`, {
      input: path,
    });
  }
  const profile = profileOf(new Set(columns));
  const layout = plainLayout(format, options, profile, new Set(columns));
  const nameTag = layout.nameTag ?? nameColumn(columns);
  return { layout: { ...layout, delimiter, columns, headerBytes, smilesColumn, nameTag }, profile, source: null };
}

/** The only column that is called a name. */
function nameColumn(columns: readonly string[]): string | null {
  const [first, ...others] = columns.filter((column) => NAME_COLUMN.test(column));
  return others.length === 0 ? (first ?? null) : null;
}

/** Names that a header would have. */
function namesIn(options: SniffOptions): string[] {
  return [options.smiles, options.id, options.name].filter((name) => name !== null);
}

function plainLayout(
  format: Format,
  options: SniffOptions,
  profile: SourceProfile | null,
  tags: ReadonlySet<string> = new Set(),
): Layout {
  const present = (names: readonly string[] | undefined): string | null =>
    names?.find((name) => tags.has(name)) ?? null;
  return {
    format,
    encoding: options.encoding,
    delimiter: null,
    columns: null,
    headerBytes: 0,
    smilesColumn: null,
    idTag: options.id === 'none' ? null : (options.id ?? present(profile?.id)),
    nameTag: options.name ?? present(profile?.names),
  };
}

function checkColumns(columns: readonly string[], options: SniffOptions): void {
  for (const [option, column] of [
    ['smiles', options.smiles],
    ['id', options.id === 'none' ? null : options.id],
    ['name', options.name],
  ] as const) {
    if (column !== null && !columns.includes(column)) {
      throw new OptionError(option, `there is no column ${JSON.stringify(column)}. ${list(columns)}`);
    }
  }
}

function list(columns: readonly string[]): string {
  return `Columns: ${columns.map((column) => JSON.stringify(column)).join(', ')}`;
}

/** Whether there is nothing but comments, and blank lines. */
function isRemarks(head: Buffer, encoding: string | null): boolean {
  const lines = decodeExactly(head, encoding).split(/\r\n?|\n/);
  return lines.every((line) => line.startsWith('#') || line.trim() === '');
}

/** Lines that may hold records, the last one left out where it may be cut. */
function firstLines(head: Buffer, encoding: string | null): string[] {
  const lines = decodeExactly(head, encoding).split(/\r\n?|\n/);
  if (lines.length > 1) lines.pop();
  return lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).slice(0, MAX_LINES);
}

/** Bytes up to the end of the first line that reads `line`. */
function endOfLine(head: Buffer, line: string, encoding: string | null): number {
  let from = 0;
  for (;;) {
    const lf = head.indexOf(0x0a, from);
    const cr = head.indexOf(0x0d, from);
    const to = Math.min(lf < 0 ? head.length : lf, cr < 0 ? head.length : cr);
    const next = to + (head[to] === 0x0d && head[to + 1] === 0x0a ? 2 : 1);
    if (to >= head.length) return head.length;
    if (decodeExactly(head.subarray(from, to), encoding) === line) return next;
    from = next;
  }
}

const NEITHER = 'neither SDF nor a table or list of SMILES; --format tells which it is';

function unknownFormat(path: string, reason = NEITHER): UsageError {
  return new UsageError('UNKNOWN_FORMAT', `${path}: ${reason}`, { input: path });
}
