import { isBlank, isLineEnd, nextLine, withLf } from './bytes.js';
import { headerName } from './sdf-items.js';
import type { Fault } from './slice.js';

const END = Buffer.from('M  END');
const HEADER = 0x3e;
const ALIAS = 0x41;
const SPACE = 0x20;

/** Index of what follows the first `M  END` line; -1 where there is none. */
export function molblockEnd(raw: Buffer): number {
  for (let index = raw.indexOf(END); index >= 0; index = raw.indexOf(END, index + 1)) {
    if (index > 0 && !isLineEnd(raw[index - 1] as number)) continue;
    const end = nextLine(raw, index);
    if (raw.toString('latin1', index + END.length, end).trim() !== '') continue;
    // One in a data item is not the entry's own.
    return firstHeader(raw.subarray(0, index)) < index ? -1 : end;
  }
  return -1;
}

export function hasMolblockEnd(raw: Buffer): boolean {
  return molblockEnd(raw) >= 0;
}

export interface Molblock {
  /**
   * Up to and including the `M  END` line, with LF as line end; without the aliases of atoms that follow the bonds, which
   * RDKit would read, carry along and write into each pickle for nobody.
   */
  readonly bytes: Buffer;
  readonly title: Buffer;
  /** Index in the entry of what follows it. */
  readonly end: number;
}

/** The molblock of an entry, if its frame is whole; what is in the frame is RDKit's to judge. */
export function readMolblock(raw: Buffer): Molblock | Fault {
  const end = molblockEnd(raw);
  const block = raw.subarray(0, itemsStart(raw));
  if (isBlank(block) || (end >= 0 && isBlank(block.subarray(0, block.lastIndexOf(END))))) {
    return { code: 'NO_STRUCTURE', message: 'The record has no molblock' };
  }
  const lines = withLf(block);
  const countsStart = nthLine(lines, 3);
  if (end < 0) {
    if (countsStart < 0 || isBlank(lines.subarray(countsStart))) {
      return { code: 'NO_STRUCTURE', message: 'The record has no molblock, only header lines' };
    }
    return { code: 'MOLBLOCK_UNTERMINATED', message: 'The molblock has no "M  END" line' };
  }
  const table = readCounts(lines, countsStart);
  if (table !== null && 'code' in table) return table;
  const bytes = table === null ? lines : withoutAliases(lines, table);
  return { bytes, title: lines.subarray(0, nextLine(lines, 0)), end };
}

interface Table {
  readonly atoms: number;
  /** Index of what follows the bonds. */
  readonly end: number;
}

/** The table of a V2000 molblock, or why it cannot be what the counts line says; null: V3000 counts elsewhere. */
function readCounts(lines: Buffer, countsStart: number): Table | Fault | null {
  if (countsStart < 0) return failed('The counts line is missing');
  const tableStart = nthLine(lines, 1, countsStart);
  const counts = lines.toString('latin1', countsStart, tableStart).trimEnd();
  if (lines.includes(0, countsStart)) return failed('There is a NUL character in the molblock');
  if (counts.endsWith('V3000')) return null;
  const atoms = readCount(counts.slice(0, 3));
  const bonds = readCount(counts.slice(3, 6));
  if (atoms === null || bonds === null) return failed(`The counts line is "${counts.slice(0, 80)}"`);
  if (atoms === 0) return { code: 'NO_STRUCTURE', message: 'The molblock has no atoms' };

  const end = nthLine(lines, atoms + bonds, tableStart);
  const table = lines.subarray(tableStart, end < 0 ? lines.length : end);
  const early = table.indexOf('\nM  END');
  if (end < 0 || early >= 0) {
    const message = `The molblock has ${countLines(table) - 1} lines where its counts line says ${atoms} atoms and ${bonds} bonds`;
    return { code: 'TRUNCATED', message };
  }
  // Lists of atoms and texts, counted for themselves, may follow the bonds; RDKit passes over anything else.
  const others = counts.slice(6, 9).trim() + counts.slice(12, 15).trim();
  if (/^0*$/.test(others) && /^ {0,2}\d+ {1,2}\d+ {1,2}\d/.test(lines.toString('latin1', end, end + 9))) {
    return failed(`The molblock has more atom or bond lines than the ${atoms} and ${bonds} of its counts line`);
  }
  return { atoms, end };
}

function withoutAliases(lines: Buffer, { atoms, end }: Table): Buffer {
  let after = end;
  for (let next = afterAlias(lines, end, atoms); next > 0; next = afterAlias(lines, next, atoms)) after = next;
  return after === end ? lines : Buffer.concat([lines.subarray(0, end), lines.subarray(after)]);
}

/** Index of what follows an alias: `A  `, the number of an atom, and a line of text. -1 where none begins at `at`. */
function afterAlias(lines: Buffer, at: number, atoms: number): number {
  if (lines[at] !== ALIAS || lines[at + 1] !== SPACE || lines[at + 2] !== SPACE) return -1;
  const atom = Number(lines.toString('latin1', at + 3, at + 6));
  const next = nextLine(lines, nextLine(lines, at));
  // An atom that is not there is an error, and the last line no text: both are RDKit's to find.
  return atom >= 1 && atom <= atoms && next < lines.length ? next : -1;
}

/** A count of three columns; blank is 0, as the format has it. */
function readCount(columns: string): number | null {
  return /^ *\d* *$/.test(columns) ? Number(columns) : null;
}

/** Index of the line that comes `count` lines after the one that begins at `from`; -1 where there are not so many. */
function nthLine(lines: Buffer, count: number, from = 0): number {
  let line = from;
  for (let left = count; left > 0; left -= 1) {
    const lf = lines.indexOf(0x0a, line);
    if (lf < 0 || lf + 1 >= lines.length) return -1;
    line = lf + 1;
  }
  return line;
}

function countLines(lines: Buffer): number {
  let count = 0;
  for (let lf = lines.indexOf(0x0a); lf >= 0; lf = lines.indexOf(0x0a, lf + 1)) count += 1;
  return count;
}

function failed(message: string): Fault {
  return { code: 'PARSE_FAILED', message };
}

/** Index of what follows the molblock: behind its `M  END`, else the first data header, else the length. */
export function itemsStart(raw: Buffer): number {
  const end = molblockEnd(raw);
  return end < 0 ? firstHeader(raw) : end;
}

/** Index of the first data header; the length where there is none. */
function firstHeader(raw: Buffer): number {
  for (let index = raw.indexOf(HEADER); index >= 0; index = raw.indexOf(HEADER, index + 1)) {
    if (index > 0 && !isLineEnd(raw[index - 1] as number)) continue;
    if (headerName(raw.toString('latin1', index, nextLine(raw, index)).trimEnd()) !== null) return index;
  }
  return raw.length;
}
