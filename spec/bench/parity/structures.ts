import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

/** One structure of a file, as the import would hand it to RDKit. */
export interface Structure {
  /** 0-based: SDF entry, or line or row after the header. */
  record: number;
  /** A molblock up to its `M  END`, or a SMILES. */
  text: string;
  molblock: boolean;
}

const LOOKED_AT = 100;
const MEAN_LENGTH = 8;
const START = 100_000;
const SMILES = /^(?:\[[^\]\s]+\]|Br|Cl|[BCNOPSFIbcnops*]|[-=#$:/\\.()]|%\d\d|\d)+$/;

/**
 * The structures of an SDF, mol, SMILES, CSV or TSV file, also gzip'd; of a table all columns that look like SMILES, so
 * that files of pairs are compared whole. Bytes are taken as Latin-1: structures are ASCII.
 */
export async function* structures(path: string): AsyncGenerator<Structure> {
  const start = await firstBytes(path);
  if (/^M {2}END|^\s*\d+\s*\d+.*V[23]000/m.test(start) || /\.(sdf?|mol|mdl)(\.gz)?$/i.test(path))
    yield* molblocks(path);
  else if (/\.csv(\.gz)?$/i.test(path) && mostly(start, ',')) yield* tabled(rows(path, ','));
  else if (mostly(start, '\t')) yield* tabled(rows(path, '\t'));
  else yield* tabled(lines(path));
}

async function* molblocks(path: string): AsyncGenerator<Structure> {
  let record = 0;
  let block: string[] = [];
  let ended = false;
  for await (const line of createInterface({ input: content(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.startsWith('$$$$')) {
      record += 1;
      block = [];
      ended = false;
    } else if (!ended) {
      block.push(line);
      if (!line.startsWith('M  END')) continue;
      ended = true;
      yield { record, text: `${block.join('\n')}\n`, molblock: true };
    }
  }
}

async function* tabled(table: AsyncIterable<string[]>): AsyncGenerator<Structure> {
  let columns: number[] | undefined;
  const first: string[][] = [];
  let record = 0;
  for await (const row of table) {
    if (columns === undefined) {
      first.push(row);
      if (first.length < LOOKED_AT) continue;
      columns = smilesColumns(first);
      for (const held of first) yield* chosen(record++, held, columns);
    } else yield* chosen(record++, row, columns);
  }
  if (columns !== undefined) return;
  columns = smilesColumns(first);
  for (const held of first) yield* chosen(record++, held, columns);
}

/** Columns whose name says so, else those that mostly hold SMILES of some length, else the first. */
function smilesColumns(rows: string[][]): number[] {
  const width = Math.max(...rows.map((row) => row.length));
  const all = Array.from({ length: width }, (_, column) => column);
  const named = all.filter((column) => /smiles/i.test(rows[0]?.[column] ?? ''));
  if (named.length > 0) return named;
  const likely = all.filter((column) => {
    const values = rows.map((row) => firstToken(row[column])).filter(isSmiles);
    return values.length > 0.9 * rows.length && values.join('').length > MEAN_LENGTH * rows.length;
  });
  return likely.length > 0 ? likely : [0];
}

/** Tables of results repeat a structure that did not change: compared once. */
function* chosen(record: number, row: string[], columns: number[]): Generator<Structure> {
  const texts = new Set(columns.map((column) => firstToken(row[column])).filter(isSmiles));
  for (const text of texts) yield { record, text, molblock: false };
}

async function* lines(path: string): AsyncGenerator<string[]> {
  for await (const line of createInterface({ input: content(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== '') yield line.trim().split(/\s+/);
  }
}

function rows(path: string, delimiter: string): AsyncIterable<string[]> {
  const options = { delimiter, relax_column_count: true, relax_quotes: true, skip_records_with_error: true } as const;
  return content(path).pipe(parse(options));
}

function firstToken(field: string | undefined): string {
  return field?.trim().split(/\s/, 1)[0] ?? '';
}

function isSmiles(text: string): boolean {
  return SMILES.test(text) && /[A-Za-z*]/.test(text);
}

function content(path: string): Readable {
  const file = createReadStream(path);
  if (!path.endsWith('.gz')) return file.setEncoding('latin1');
  const plain = createGunzip();
  file.once('error', (error) => plain.destroy(error));
  return file.pipe(plain).setEncoding('latin1');
}

async function firstBytes(path: string): Promise<string> {
  let start = '';
  for await (const chunk of content(path)) {
    start += chunk as string;
    if (start.length > START) break;
  }
  return start;
}

/** Whether most lines have this separator: the first may be a remark. */
function mostly(text: string, separator: string): boolean {
  const lines = text.split(/[\r\n]+/, LOOKED_AT).filter(Boolean);
  return lines.filter((line) => line.includes(separator)).length > lines.length / 2;
}
