/** Where the blocks of a V2000 molblock stand. Offsets are bytes. */
export interface MolblockLayout {
  readonly atoms: number;
  readonly bonds: number;
  /** Start of the first atom line. */
  readonly atomsStart: number;
  /** Start of the first bond line, and of what follows the last. */
  readonly bondsStart: number;
  readonly bondsEnd: number;
}

const LINE_FEED = 10;
const HEADER_LINES = 3;

/** Null where the bytes are no V2000 molblock that is whole: V3000 says so on its counts line. */
export function layOut(molblock: Buffer): MolblockLayout | null {
  const counts = afterLines(molblock, 0, HEADER_LINES);
  const atomsStart = afterLines(molblock, counts, 1);
  if (counts < 0 || atomsStart < 0 || molblock.toString('latin1', counts, atomsStart).includes('V3000')) return null;
  const atoms = wholeNumber(molblock, counts, counts + 3);
  const bonds = wholeNumber(molblock, counts + 3, counts + 6);
  const bondsStart = afterLines(molblock, atomsStart, atoms);
  const bondsEnd = afterLines(molblock, bondsStart, bonds);
  return bondsStart < 0 || bondsEnd < 0 ? null : { atoms, bonds, atomsStart, bondsStart, bondsEnd };
}

/** Offset after `lines` line ends from `from` on; -1 where there are not so many. */
function afterLines(bytes: Buffer, from: number, lines: number): number {
  let at = from;
  for (let line = 0; line < lines && at >= 0; line++) {
    const end = bytes.indexOf(LINE_FEED, at);
    at = end < 0 ? -1 : end + 1;
  }
  return at;
}

/** The digits of a field, read as a number; blanks and anything else are passed over. */
export function wholeNumber(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit >= 0 && digit <= 9) value = 10 * value + digit;
  }
  return value;
}
