import { isBlank, isLineEnd, nextLine, withLf } from './bytes.js';
import { headerName } from './sdf-items.js';
import type { Fault } from './slice.js';

const END = Buffer.from('M  END');

/** Index of what follows the first `M  END` line; -1 where there is none. */
export function molblockEnd(raw: Buffer): number {
  for (let index = raw.indexOf(END); index >= 0; index = raw.indexOf(END, index + 1)) {
    if (index > 0 && !isLineEnd(raw[index - 1] as number)) continue;
    const end = nextLine(raw, index);
    if (raw.toString('latin1', index + END.length, end).trim() === '') return end;
  }
  return -1;
}

export function hasMolblockEnd(raw: Buffer): boolean {
  return molblockEnd(raw) >= 0;
}

export interface Molblock {
  /** Up to and including the `M  END` line, with LF as line end. */
  readonly bytes: Uint8Array;
  readonly title: Buffer;
  /** Index in the entry of what follows it. */
  readonly end: number;
}

/** The molblock of an entry, if its frame is whole; what is in the frame is RDKit's to judge. */
export function readMolblock(raw: Buffer): Molblock | Fault {
  const end = molblockEnd(raw);
  const block = raw.subarray(0, end < 0 ? itemsStart(raw) : end);
  if (isBlank(block) || (end >= 0 && /^M {2}END\s*$/.test(block.toString('latin1').trimStart()))) {
    return { code: 'NO_STRUCTURE', message: 'The record has no molblock' };
  }
  const lines = lineStarts(block, 4);
  const countsStart = lines[3];
  if (end < 0) {
    if (countsStart === undefined || isBlank(block.subarray(countsStart))) {
      return { code: 'NO_STRUCTURE', message: 'The record has no molblock, only header lines' };
    }
    return { code: 'MOLBLOCK_UNTERMINATED', message: 'The molblock has no "M  END" line' };
  }
  const fault = checkCounts(block, countsStart);
  if (fault !== null) return fault;
  const titleEnd = nextLine(block, 0);
  return { bytes: withLf(block), title: block.subarray(0, titleEnd), end };
}

/** Why the connection table cannot be what its counts line says; null where it can. */
function checkCounts(block: Buffer, countsStart: number | undefined): Fault | null {
  if (countsStart === undefined) return failed('The counts line is missing');
  const tableStart = nextLine(block, countsStart);
  const counts = block.toString('latin1', countsStart, tableStart).trimEnd();
  if (counts.endsWith('V3000')) return null;
  const atoms = readCount(counts.slice(0, 3));
  const bonds = readCount(counts.slice(3, 6));
  if (atoms === null || bonds === null) return failed(`The counts line is "${counts.slice(0, 80)}"`);
  if (atoms === 0) return { code: 'NO_STRUCTURE', message: 'The molblock has no atoms' };

  let line = tableStart;
  for (let left = atoms + bonds; left > 0; left -= 1) {
    if (line >= block.length || isEnd(block, line)) {
      const found = atoms + bonds - left;
      const message = `The molblock has ${found} lines where its counts line says ${atoms} atoms and ${bonds} bonds`;
      return { code: 'TRUNCATED', message };
    }
    line = nextLine(block, line);
  }
  // Lists of atoms and texts, counted for themselves, may follow the bonds; RDKit passes over anything else.
  const others = counts.slice(6, 9).trim() + counts.slice(12, 15).trim();
  if (/^0*$/.test(others) && /^ {0,2}\d+ {1,2}\d+ {1,2}\d/.test(block.toString('latin1', line, line + 9))) {
    return failed(`The molblock has more atom or bond lines than the ${atoms} and ${bonds} of its counts line`);
  }
  const table = block.subarray(countsStart);
  return table.includes(0) ? failed('There is a NUL character in the molblock') : null;
}

/** A count of three columns; blank is 0, as the format has it. */
function readCount(columns: string): number | null {
  return /^ *\d* *$/.test(columns) ? Number(columns) : null;
}

function failed(message: string): Fault {
  return { code: 'PARSE_FAILED', message };
}

function isEnd(block: Buffer, line: number): boolean {
  return block[line] === END[0] && block.toString('latin1', line, line + END.length) === 'M  END';
}

/** Starts of the first lines. */
function lineStarts(block: Buffer, most: number): number[] {
  const starts: number[] = [];
  for (let start = 0; start < block.length && starts.length < most; start = nextLine(block, start)) starts.push(start);
  return starts;
}

/** Index of the first data header; the length where there is none. */
function itemsStart(raw: Buffer): number {
  for (let line = 0; line < raw.length; line = nextLine(raw, line)) {
    if (raw[line] === 0x3e && headerName(raw.toString('latin1', line, nextLine(raw, line)).trimEnd()) !== null)
      return line;
  }
  return raw.length;
}
