import { DrawnAtoms, symbolCode } from './drawn-atoms.js';
import { layOut, type MolblockLayout, wholeNumber } from './molblock-layout.js';

/** Columns of a coordinate in an atom line, `12345.6789`; how many stand before its point, and in all. */
const POINT = 5;
const WIDTH = 10;
const BLANK = 32;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const LINE_FEED = 10;
/** Marks of a bond that is a wedge or a hash. */
const UP = 1;
const DOWN = 6;

const atoms = new DrawnAtoms();
let copy = Buffer.alloc(0);

/**
 * A V2000 molblock with coordinates 10,000 times as large, and so without fractions: these are read by way of numbers of
 * 128 bits, which WASM works out in software, by RDKit and once more by InChI, and take a seventh of a record's time.
 * What is drawn has no unit, so it means the same. The molblock itself where it could mean something else to RDKit (see
 * `DrawnAtoms.keepsMeaning`), or holds numbers of another form. The result is overwritten by the next call.
 */
export function withWholeCoordinates(molblock: Uint8Array): Uint8Array {
  const bytes = Buffer.from(molblock.buffer, molblock.byteOffset, molblock.byteLength);
  const layout = layOut(bytes);
  if (layout === null) return molblock;
  if (copy.length < bytes.length) copy = Buffer.allocUnsafeSlow(2 * bytes.length);
  copy.set(bytes);
  atoms.reset(layout.atoms);
  if (!takeAtoms(layout) || !takeBonds(layout)) return molblock;
  const kept = atoms.keepsMeaning(bytes.toString('latin1', layout.bondsEnd));
  return kept ? copy.subarray(0, bytes.length) : molblock;
}

function takeAtoms({ atoms: count, atomsStart }: MolblockLayout): boolean {
  let at = atomsStart;
  for (let atom = 0; atom < count; atom++) {
    const x = movePoint(at);
    const y = movePoint(at + WIDTH);
    const z = movePoint(at + 2 * WIDTH);
    if (Number.isNaN(x) || Number.isNaN(y) || Number.isNaN(z)) return false;
    const symbol = at + 3 * WIDTH + 1;
    atoms.place(atom, x, y, z, symbolCode(copy, symbol), wholeNumber(copy, symbol + 5, symbol + 8));
    at = copy.indexOf(LINE_FEED, at) + 1;
  }
  return true;
}

/** Takes the point out of a field of the copy, and gives the number that it then holds; NaN where it is another field. */
function movePoint(from: number): number {
  if (copy[from + POINT] !== DOT) return Number.NaN;
  let at = from;
  while (copy[at] === BLANK) at++;
  const negative = copy[at] === MINUS;
  if (negative) at++;
  if (at >= from + POINT) return Number.NaN;
  let value = 0;
  for (; at < from + WIDTH; at++) {
    if (at === from + POINT) continue;
    const byte = copy[at]!;
    if (byte < ZERO || byte > NINE) return Number.NaN;
    value = 10 * value + byte - ZERO;
  }
  for (let i = from + POINT; i > from; i--) copy[i] = copy[i - 1]!;
  copy[from] = BLANK;
  return negative ? -value : value;
}

function takeBonds({ bonds, bondsStart }: MolblockLayout): boolean {
  let at = bondsStart;
  for (let bond = 0; bond < bonds; bond++) {
    const begin = wholeNumber(copy, at, at + 3) - 1;
    const end = wholeNumber(copy, at + 3, at + 6) - 1;
    const lineEnd = copy.indexOf(LINE_FEED, at);
    const mark = lineEnd < at + 12 ? 0 : wholeNumber(copy, at + 9, at + 12);
    if (!atoms.connect(begin, end, wholeNumber(copy, at + 6, at + 9), mark === UP || mark === DOWN)) return false;
    at = lineEnd + 1;
  }
  return true;
}
