import { TYPE } from './crippen-types.js';
import { AtomFlag, BondType, type Graph } from './graph.js';

const { C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13, C14, C15, C16, C17, C18, C19, C20 } = TYPE;
const { C21, C22, C23, C24, C25, C26, C27, CS } = TYPE;

/** C1 to C12, C26, C27, CS, in the order of RDKit's list; comments quote the patterns. */
export function aliphaticCarbon(graph: Graph, atom: number): number {
  const { element, atomFlags, explicitHs, implicitHs, degree, starts, neighbours, neighbourBonds, bondType } = graph;
  const hydrogens = graph.totalHs[atom]!;
  const connections = degree[atom]! + explicitHs[atom]! + implicitHs[atom]!;
  let carbons = 0;
  let hetero = 0; // [N,O,P,S,F,Cl,Br,I]
  let aliphatic = 0; // [A;!#1]
  let exotic = 0; // [A;!C;!N;!O;!P;!S;!F;!Cl;!Br;!I;!#1]
  let aromatic = 0;
  let aromaticCarbons = 0;
  let doubleCarbons = 0;
  let doubleHetero = false;
  let doubleAromaticCarbon = false;
  let triple = false;
  const end = starts[atom + 1]!;
  for (let k = starts[atom]!; k < end; k++) {
    const a = neighbours[k]!;
    const z = element[a]!;
    if (z === 1) continue;
    const isAromatic = (atomFlags[a]! & AtomFlag.aromatic) !== 0;
    switch (bondType[neighbourBonds[k]!]) {
      case BondType.single:
      case BondType.aromatic:
        if (isAromatic) {
          aromatic++;
          if (z === 6) aromaticCarbons++;
        } else {
          aliphatic++;
          if (z === 6) carbons++;
          else if (isHetero(z)) hetero++;
          else exotic++;
        }
        break;
      case BondType.double:
        if (isAromatic) doubleAromaticCarbon ||= z === 6;
        else if (z === 6) doubleCarbons++;
        else doubleHetero = true;
        break;
      case BondType.triple:
        if (!isAromatic) triple = true;
    }
  }
  // [CH4] [CH3]C [CH2](C)C
  if (hydrogens === 4 || (hydrogens === 3 && carbons > 0) || (hydrogens === 2 && carbons > 1)) return C1;
  // [CH](C)(C)C [C](C)(C)(C)C
  if ((hydrogens === 1 && carbons > 2) || carbons > 3) return C2;
  if (hetero > 0) {
    // [CH3][N,O,P,S,F,Cl,Br,I] [CH2X4]([N,...])[A;!#1]
    if (hydrogens === 3 || (hydrogens === 2 && connections === 4 && aliphatic > 1)) return C3;
    // [CH1X4]([N,...])([A;!#1])[A;!#1] [CH0X4]([N,...])([A;!#1])([A;!#1])[A;!#1]
    if (connections === 4 && ((hydrogens === 1 && aliphatic > 2) || (hydrogens === 0 && aliphatic > 3))) return C4;
  }
  // [C]=[!C;A;!#1]
  if (doubleHetero) return C5;
  // [CH2]=C [CH1](=C)[A;!#1] [CH0](=C)([A;!#1])[A;!#1] [C](=C)=C
  if (doubleCarbons > 0) {
    const full = hydrogens === 2 || (hydrogens === 1 && aliphatic > 0) || (hydrogens === 0 && aliphatic > 1);
    if (full || doubleCarbons > 1) return C6;
  }
  // [CX2]#[A;!#1]
  if (triple && connections === 2) return C7;
  if (aromatic > 0) {
    // [CH3]c [CH3]a
    if (hydrogens === 3) return aromaticCarbons > 0 ? C8 : C9;
    // [CH2X4]a [CHX4]a [CH0X4]a
    if (connections === 4 && hydrogens < 3) return hydrogens === 2 ? C10 : hydrogens === 1 ? C11 : C12;
    // [C](=C)(a)[A;!#1] [C](=C)(c)a [CH1](=C)a
    if (doubleCarbons > 0) {
      if (aliphatic > 0 || (aromaticCarbons > 0 && aromatic > 1) || hydrogens === 1) return C26;
    }
  }
  // [C]=c
  if (doubleAromaticCarbon) return C26;
  // [CX4][A;!C;!N;!O;!P;!S;!F;!Cl;!Br;!I;!#1]
  return connections === 4 && exotic > 0 ? C27 : CS;
}

/** C13 to C25, CS, in the order of RDKit's list; comments quote the patterns. */
export function aromaticCarbon(graph: Graph, atom: number): number {
  const { element, atomFlags, starts, neighbours, neighbourBonds, bondType } = graph;
  const hydrogens = graph.totalHs[atom]!;
  let ring = 0; // :a
  let exotic = false; // -[A;!C;!N;!O;!S;!F;!Cl;!Br;!I;!#1]
  let halogen = 0;
  let substituents = 0; // bits of what hangs on a plain single bond
  let doubled = false; // =[C,N,O]
  const end = starts[atom + 1]!;
  for (let k = starts[atom]!; k < end; k++) {
    const a = neighbours[k]!;
    const z = element[a]!;
    if (z === 1) continue;
    const isAromatic = (atomFlags[a]! & AtomFlag.aromatic) !== 0;
    const type = bondType[neighbourBonds[k]!];
    if (type === BondType.double) {
      if (!isAromatic && (z === 6 || z === 7 || z === 8)) doubled = true;
      continue;
    }
    if (type !== BondType.single && type !== BondType.aromatic) continue;
    if (isHalogen(z)) halogen |= 1 << HALOGENS.indexOf(z);
    if (type === BondType.aromatic) {
      if (isAromatic) ring++;
    } else if (isAromatic) substituents |= 1;
    else if (z === 6) substituents |= 2;
    else if (z === 7) substituents |= 4;
    else if (z === 8) substituents |= 8;
    else if (z === 16) substituents |= 16;
    else if (!isHalogen(z)) exotic = true;
  }
  // [cH0]-[A;!C;!N;!O;!S;!F;!Cl;!Br;!I;!#1]
  if (exotic && hydrogens === 0) return C13;
  // [c][#9] [c][#17] [c][#35] [c][#53]
  if (halogen & 1) return C14;
  if (halogen & 2) return C15;
  if (halogen & 4) return C16;
  if (halogen & 8) return C17;
  // [cH] [c](:a)(:a):a
  if (hydrogens === 1) return C18;
  if (ring > 2) return C19;
  if (ring < 2) return CS;
  // [c](:a)(:a)-a, -C, -N, -O, -S
  if (substituents & 1) return C20;
  if (substituents & 2) return C21;
  if (substituents & 4) return C22;
  if (substituents & 8) return C23;
  if (substituents & 16) return C24;
  // [c](:a)(:a)=[C,N,O]
  return doubled ? C25 : CS;
}

const HALOGENS = [9, 17, 35, 53];

function isHalogen(element: number): boolean {
  return element === 9 || element === 17 || element === 35 || element === 53;
}

function isHetero(element: number): boolean {
  return element === 7 || element === 8 || element === 15 || element === 16 || isHalogen(element);
}
