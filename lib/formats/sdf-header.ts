import type { ByteWindow } from './byte-window.js';
import { isLineEnd } from './bytes.js';

const MARKERS = [Buffer.from('V2000'), Buffer.from('V3000')];
/** Column of the version in a counts line. */
const VERSION_COLUMN = 34;
/** Most bytes of a counts line before its version. */
const COUNTS_BYTES = 80;

export interface HeaderBlock {
  /**
   * `own`: of the entry itself, which begins at `start`. `second`: of another entry, which begins at `start`.
   * `none`: no header block, such as a molblock inside a data item. `incomplete`: the line is cut by the bound.
   */
  readonly kind: 'own' | 'second' | 'none' | 'incomplete';
  readonly start: number;
  /** Offset of the version that was found. */
  readonly marker: number;
}

/** The next counts line between `from` and `bound`, in an entry that begins at `entry`; null if there is none. */
export function findHeader(window: ByteWindow, entry: number, from: number, bound: number): HeaderBlock | null {
  const marker = findMarker(window, from, bound);
  if (marker < 0) return null;
  const line = lineStart(window, marker, Math.max(entry, marker - COUNTS_BYTES));
  if (line > entry && !isLineEnd(window.at(line - 1))) return { kind: 'none', start: line, marker };
  let end = marker + 5;
  while (end < bound && !isLineEnd(window.at(end))) {
    if (window.at(end) !== 0x20 && window.at(end) !== 0x09) return { kind: 'none', start: line, marker };
    end += 1;
  }
  if (end >= bound) return { kind: 'incomplete', start: line, marker };
  if (!isCountsLine(window, line, marker)) return { kind: 'none', start: line, marker };

  // The three lines before the counts are the header block.
  let start = line;
  for (let lines = 0; lines < 3 && start > entry; lines += 1) {
    const before = lineStart(window, previousLineEnd(window, start), entry);
    if (startsWith(window, before, '>')) return { kind: 'none', start: line, marker };
    if (startsWith(window, before, 'M  END')) break;
    start = before;
  }
  if (start === entry) return { kind: 'own', start: entry, marker };
  if (isBlankBetween(window, entry, start)) return { kind: 'own', start, marker };
  const before = lineStart(window, previousLineEnd(window, start), entry);
  return { kind: startsWith(window, before, '>') ? 'none' : 'second', start, marker };
}

function findMarker(window: ByteWindow, from: number, bound: number): number {
  let first = -1;
  for (const marker of MARKERS) {
    const found = window.find(marker, from, first < 0 ? bound : first);
    if (found >= 0) first = found;
  }
  return first;
}

/** A version in its own column, or behind nothing but numbers. */
function isCountsLine(window: ByteWindow, line: number, marker: number): boolean {
  if (marker - line === VERSION_COLUMN) return true;
  let digits = 0;
  for (let offset = line; offset < marker; offset += 1) {
    const byte = window.at(offset);
    if (byte >= 0x30 && byte <= 0x39) digits += 1;
    else if (byte !== 0x20) return false;
  }
  return digits > 1;
}

/** Start of the line that holds the offset, or `from`, if that comes after it. */
function lineStart(window: ByteWindow, offset: number, from: number): number {
  let start = offset;
  while (start > from && !isLineEnd(window.at(start - 1))) start -= 1;
  return start;
}

/** Where the line before the one that begins at `line` ends: the offset of its line end. */
function previousLineEnd(window: ByteWindow, line: number): number {
  return window.at(line - 1) === 0x0a && window.at(line - 2) === 0x0d ? line - 2 : line - 1;
}

function startsWith(window: ByteWindow, offset: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (window.at(offset + index) !== text.charCodeAt(index)) return false;
  }
  return true;
}

function isBlankBetween(window: ByteWindow, from: number, to: number): boolean {
  for (let offset = from; offset < to; offset += 1) {
    const byte = window.at(offset);
    if (byte !== 0x20 && (byte < 0x09 || byte > 0x0d)) return false;
  }
  return true;
}
