import { AtomFlag, BondType, type Graph } from './graph.js';
import { slotOf } from './slots.js';

const DONORS = slotOf('num_hbd');
const ACCEPTORS = slotOf('num_hba');

/**
 * Donors `[N&!H0&v3,N&!H0&+1&v4,O&H1&+0,S&H1&+0,n&H1&+0]` and acceptors
 * `[$([O,S;H1;v2]-[!$(*=[O,N,P,S])]),$([O,S;H0;v2]),$([O,S;-]),$([N;v3;!$(N-*=!@[O,N,P,S])]),$([nH0X2,o,s;+0])]`,
 * after Gobbi and Poppinger, Biotechnol. Bioeng. 61, 47-54, 1998. RDKit: `Lipinski.cpp`, `NumHBD`, `NumHBA`.
 */
export function hydrogenBonds(graph: Graph, out: Float64Array, at: number): void {
  const { atomCount, element, atomFlags, charge, degree, totalHs, valence } = graph;
  let donors = 0;
  let acceptors = 0;
  for (let a = 0; a < atomCount; a++) {
    const z = element[a]!;
    if (z !== 7 && z !== 8 && z !== 16) continue;
    const hydrogens = totalHs[a]!;
    const neutral = charge[a] === 0;
    if (atomFlags[a]! & AtomFlag.aromatic) {
      if (!neutral) continue;
      if (z === 7 && hydrogens === 1) donors++;
      else if (z !== 7 || (hydrogens === 0 && degree[a] === 2)) acceptors++;
    } else if (z === 7) {
      if (hydrogens > 0 && (valence[a] === 3 || (valence[a] === 4 && charge[a] === 1))) donors++;
      if (valence[a] === 3 && !conjugatedAway(graph, a)) acceptors++;
    } else {
      if (hydrogens === 1 && neutral) donors++;
      if (charge[a] === -1) acceptors++;
      else if (valence[a] === 2 && (hydrogens === 0 || (hydrogens === 1 && onUnactivated(graph, a)))) acceptors++;
    }
  }
  out[at + DONORS] = donors;
  out[at + ACCEPTORS] = acceptors;
}

/** `N-*=!@[O,N,P,S]`: the lone pair is taken up by a neighbour's double bond. */
function conjugatedAway(graph: Graph, nitrogen: number): boolean {
  const { starts, neighbours, neighbourBonds, bondType } = graph;
  const end = starts[nitrogen + 1]!;
  for (let k = starts[nitrogen]!; k < end; k++) {
    if (bondType[neighbourBonds[k]!] === BondType.single && doublyBound(graph, neighbours[k]!, true)) return true;
  }
  return false;
}

/** `[O,S]-[!$(*=[O,N,P,S])]` */
function onUnactivated(graph: Graph, chalcogen: number): boolean {
  const { starts, neighbours, neighbourBonds, bondType } = graph;
  const end = starts[chalcogen + 1]!;
  for (let k = starts[chalcogen]!; k < end; k++) {
    if (bondType[neighbourBonds[k]!] === BondType.single && !doublyBound(graph, neighbours[k]!, false)) return true;
  }
  return false;
}

/** `*=[O,N,P,S]`, or `*=!@[O,N,P,S]` */
function doublyBound(graph: Graph, atom: number, outsideRings: boolean): boolean {
  const { element, atomFlags, starts, neighbours, neighbourBonds, bondType, bondInRing } = graph;
  const end = starts[atom + 1]!;
  for (let k = starts[atom]!; k < end; k++) {
    const bond = neighbourBonds[k]!;
    if (bondType[bond] !== BondType.double || (outsideRings && bondInRing[bond] === 1)) continue;
    const a = neighbours[k]!;
    const z = element[a]!;
    if ((z === 7 || z === 8 || z === 15 || z === 16) && !(atomFlags[a]! & AtomFlag.aromatic)) return true;
  }
  return false;
}
