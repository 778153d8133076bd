import type { Graph } from '../descriptors/graph.js';
import { defaultValences } from '../standardize/valences.js';

/** Non-metals, of which valences can be expected: H, B to F, Si to Cl, Ge to Br, Te, I. */
const NON_METALS: ReadonlySet<number> = new Set([1, 5, 6, 7, 8, 9, 14, 15, 16, 17, 32, 33, 34, 35, 52, 53]);

type Atoms = Pick<Graph, 'atomCount' | 'element' | 'charge' | 'valence' | 'radicals'>;

/** The first atom whose valence is none that its element, or with a charge the one of as many electrons, has; -1: none. */
export function firstUnusualValence({ atomCount, element, charge, valence, radicals }: Atoms): number {
  for (let a = 0; a < atomCount; a++) {
    const e = element[a] as number;
    const v = valence[a] as number;
    const q = charge[a] as number;
    if (q === 0 && ((e === 6 && v === 4) || (e === 7 && v === 3) || (e === 8 && v === 2))) continue;
    if (!NON_METALS.has(e) || radicals[a] !== 0) continue;
    if (!defaultValences(e - q).includes(v)) return a;
  }
  return -1;
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
