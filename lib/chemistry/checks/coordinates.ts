import type { MolblockLayout } from '../molblock-layout.js';

/** Columns of an atom line that hold x, y and z. */
const COORDINATES = 30;
const ZERO = 48;
const NINE = 57;
const LINE_FEED = 10;

export type CoordinateFault = 'zero' | 'overlap' | null;

let table = new Int32Array(0);

/** Whether all atoms of a V2000 molblock lie at the origin, or two in one place. A single atom may lie anywhere. */
export function checkCoordinates(molblock: Buffer, { atoms, atomsStart }: MolblockLayout): CoordinateFault {
  if (atoms < 2) return null;
  const size = tableSize(atoms);
  if (table.length < size) table = new Int32Array(size);
  table.fill(0, 0, size);
  let zero = true;
  let overlap = false;
  let at = atomsStart;
  for (let atom = 0; atom < atoms; atom++) {
    let hash = 17;
    for (let i = at; i < at + COORDINATES; i++) {
      const byte = molblock[i] as number;
      hash = (Math.imul(hash, 31) + byte) | 0;
      if (byte > ZERO && byte <= NINE) zero = false;
    }
    overlap = seen(molblock, at, hash, size) || overlap;
    at = molblock.indexOf(LINE_FEED, at) + 1;
  }
  if (zero) return 'zero';
  return overlap ? 'overlap' : null;
}

/** Enters an atom line's offset, plus 1, into the hash table, unless a line with the same coordinates is there. */
function seen(molblock: Buffer, at: number, hash: number, size: number): boolean {
  for (let slot = hash & (size - 1); ; slot = (slot + 1) & (size - 1)) {
    const other = table[slot] as number;
    if (other === 0) {
      table[slot] = at + 1;
      return false;
    }
    if (molblock.compare(molblock, at, at + COORDINATES, other - 1, other - 1 + COORDINATES) === 0) return true;
  }
}

/** A power of two that leaves at least half of the table empty. */
function tableSize(atoms: number): number {
  return 2 ** Math.ceil(Math.log2(2 * atoms));
}
