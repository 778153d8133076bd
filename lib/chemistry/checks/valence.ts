import type { Graph } from '../descriptors/graph.js';
import { defaultValences } from '../standardize/valences.js';

/** Non-metals, of which valences can be expected: B to F, Si to Cl, Ge to Br, Te, I. */
const NON_METALS: ReadonlySet<number> = new Set([5, 6, 7, 8, 9, 14, 15, 16, 17, 32, 33, 34, 35, 52, 53]);

/** P, As, Sb: a hydrogen is ordinary where there is a double bond, as in a phosphonate. */
const PHOSPHORUS_LIKE: ReadonlySet<number> = new Set([15, 33, 51]);
const DOUBLE = 2;

type Atoms = Pick<
  Graph,
  'atomCount' | 'element' | 'charge' | 'valence' | 'radicals' | 'totalHs' | 'starts' | 'neighbourBonds' | 'bondType'
>;

/**
 * The first atom with a valence that its element (with a charge: the one of as many electrons) does not have, or that
 * has hydrogens only because RDKit filled up a higher valence, as in `CS(C)C` for a lost charge; -1: none.
 */
export function firstUnusualValence(graph: Atoms): number {
  const { atomCount, element, charge, valence, radicals } = graph;
  for (let a = 0; a < atomCount; a++) {
    const e = element[a] as number;
    const v = valence[a] as number;
    const q = charge[a] as number;
    if (q === 0 && ((e === 6 && v === 4) || (e === 7 && v === 3) || (e === 8 && v === 2))) continue;
    if (!NON_METALS.has(e) || radicals[a] !== 0) continue;
    const allowed = defaultValences(e - q);
    if (!allowed.includes(v)) return a;
    const filledUp = v > (allowed[0] as number) && graph.totalHs[a] !== 0;
    if (filledUp && !(PHOSPHORUS_LIKE.has(e) && hasDoubleBond(graph, a))) return a;
  }
  return -1;
}

function hasDoubleBond({ starts, neighbourBonds, bondType }: Atoms, a: number): boolean {
  for (let k = starts[a] as number; k < (starts[a + 1] as number); k++) {
    if (bondType[neighbourBonds[k] as number] === DOUBLE) return true;
  }
  return false;
}

/** Whether an atom has no element: `*`, A, Q, R#. */
export function hasDummy({ atomCount, element }: Atoms): boolean {
  for (let a = 0; a < atomCount; a++) if (element[a] === 0) return true;
  return false;
}

/** Unpaired electrons on non-metals. */
export function countRadicals({ atomCount, element, radicals }: Atoms): number {
  let unpaired = 0;
  for (let a = 0; a < atomCount; a++) {
    if (radicals[a] !== 0 && NON_METALS.has(element[a] as number)) unpaired += radicals[a] as number;
  }
  return unpaired;
}
