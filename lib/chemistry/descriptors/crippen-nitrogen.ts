import { TYPE } from './crippen-types.js';
import { AtomFlag, BondType, type Graph } from './graph.js';

const { N1, N2, N3, N4, N5, N6, N7, N8, N9, N10, N11, N12, N13, N14, NS } = TYPE;

/** N1 to N14, NS, in the order of RDKit's list; comments quote the patterns. */
export function nitrogenType(graph: Graph, atom: number): number {
  const charge = graph.charge[atom]!;
  const cation = charge >= 1 && charge <= 3;
  // [n+0] [n;+,+2,+3]
  if (graph.atomFlags[atom]! & AtomFlag.aromatic) return charge === 0 ? N11 : cation ? N12 : NS;
  if (charge < 0) return charge >= -3 ? N14 : NS; // [N;-,-2,-3]
  if (charge !== 0 && !cation) return NS;

  const { element, atomFlags, starts, neighbours, neighbourBonds, bondType } = graph;
  const hydrogens = graph.totalHs[atom]!;
  let aliphatic = 0; // [A;!#1]
  let aromatic = 0; // a
  let doubles = 0; // =[!#1;A,a]
  let doubleAliphatic = false;
  let doubleCarbon = false;
  let doubleNitrogen = false;
  let doubleNitrogens = 0; // =N
  let doubleAnion = false; // =[N;-,-2,-3]
  let triple = false; // #[A;!#1]
  const end = starts[atom + 1]!;
  for (let k = starts[atom]!; k < end; k++) {
    const a = neighbours[k]!;
    const z = element[a]!;
    if (z === 1) continue;
    const isAromatic = (atomFlags[a]! & AtomFlag.aromatic) !== 0;
    switch (bondType[neighbourBonds[k]!]) {
      case BondType.single:
      case BondType.aromatic:
        if (isAromatic) aromatic++;
        else aliphatic++;
        break;
      case BondType.double:
        doubles++;
        if (!isAromatic) doubleAliphatic = true;
        if (z === 6) doubleCarbon = true;
        else if (z === 7) {
          doubleNitrogen = true;
          if (isAromatic) break;
          doubleNitrogens++;
          const other = graph.charge[a]!;
          if (other <= -1 && other >= -3) doubleAnion = true;
        }
        break;
      case BondType.triple:
        if (!isAromatic) triple = true;
    }
  }
  const singles = aliphatic + aromatic;
  if (cation) {
    // [NH3,NH2,NH;+,+2,+3]
    if (hydrogens >= 1 && hydrogens <= 3) return N10;
    if (hydrogens === 0) {
      // [NH0;+,+2,+3]([A;!#1])([A;!#1])([A;!#1])[A;!#1]
      if (aliphatic > 3) return N13;
      // [NH0;+,+2,+3](=[A;!#1])([A;!#1])[!#1;A,a] [NH0;+,+2,+3](=[#6])=[#7]
      if (doubleAliphatic && aliphatic > 0 && singles > 1) return N13;
      if (doubleCarbon && doubleNitrogen) return N13;
    }
    // [N;+,+2,+3]#[A;!#1] [N;+,+2,+3](=[N;-,-2,-3])=N
    return triple || (doubleAnion && doubleNitrogens > 1) ? N14 : NS;
  }
  // [NH2+0][A;!#1] [NH+0]([A;!#1])[A;!#1]
  if (hydrogens === 2 && aliphatic > 0) return N1;
  if (hydrogens === 1 && aliphatic > 1) return N2;
  // [NH2+0]a [NH1+0]([!#1;A,a])a
  if (hydrogens === 2 && aromatic > 0) return N3;
  if (hydrogens === 1 && aromatic > 0 && singles > 1) return N4;
  // [NH+0]=[!#1;A,a] [N+0](=[!#1;A,a])[!#1;A,a]
  if (hydrogens === 1 && doubles > 0) return N5;
  if (doubles > 0 && singles > 0) return N6;
  // [N+0]([A;!#1])([A;!#1])[A;!#1] [N+0](a)([!#1;A,a])[A;!#1] [N+0](a)(a)a
  if (aliphatic > 2) return N7;
  if (aromatic > 0 && singles > 2) return N8;
  // [N+0]#[A;!#1]
  return triple ? N9 : NS;
}
