import type { Scan } from './assess.js';
import type { Editable } from './editable.js';

const AROMATIC = 12;

/** Lays an edited molecule out for `assess`. */
export function scanEditable({ atoms, bonds, aromaticBonds }: Editable): Scan {
  const starts = new Int32Array(atoms.length + 1);
  for (const { begin, end } of bonds) {
    starts[begin + 1] = (starts[begin + 1] ?? 0) + 1;
    starts[end + 1] = (starts[end + 1] ?? 0) + 1;
  }
  for (let a = 0; a < atoms.length; a++) starts[a + 1] = (starts[a + 1] ?? 0) + (starts[a] ?? 0);
  const next = starts.slice();
  const neighbours = new Int32Array(2 * bonds.length);
  const neighbourBonds = new Int32Array(2 * bonds.length);
  const bondType = Uint8Array.from(bonds, ({ order }) => order);
  for (const index of aromaticBonds) bondType[index] = AROMATIC;
  const totalHs = Uint8Array.from(atoms, ({ hydrogens }) => hydrogens);
  const link = (from: number, to: number, bond: number) => {
    const k = next[from] ?? 0;
    next[from] = k + 1;
    neighbours[k] = to;
    neighbourBonds[k] = bond;
    if (atoms[to]?.element === 1) totalHs[from] = (totalHs[from] ?? 0) + 1;
  };
  bonds.forEach(({ begin, end }, index) => {
    link(begin, end, index);
    link(end, begin, index);
  });
  return {
    atomCount: atoms.length,
    hasQueries: false,
    element: Uint8Array.from(atoms, ({ element }) => element),
    charge: Int8Array.from(atoms, ({ charge }) => charge),
    totalHs,
    starts,
    neighbours,
    neighbourBonds,
    bondType,
  };
}
