import { TYPE } from './crippen-types.js';
import { AtomFlag, BondType, type Graph } from './graph.js';

const { O1, O2, O3, O4, O5, O6, O7, O8, O9, O10, O11, O12, OS } = TYPE;

/** Rank of a carbonyl's kind by its place in the list: the earliest that any double bond of the oxygen gives counts. */
const CARBONYL = [O9, O10, O11, OS];
const OTHER_CARBONYL = 3;

/** O1 to O12, OS, in the order of RDKit's list; comments quote the patterns. */
export function oxygenType(graph: Graph, atom: number): number {
  const { element, atomFlags, charge, explicitHs, implicitHs, degree, starts, neighbours, neighbourBonds, bondType } =
    graph;
  // [o]
  if (atomFlags[atom]! & AtomFlag.aromatic) return O1;
  // [OH,OH2]
  const hydrogens = graph.totalHs[atom]!;
  if (hydrogens === 1 || hydrogens === 2) return O2;

  const own = charge[atom]!;
  const alone = degree[atom]! + explicitHs[atom]! + implicitHs[atom]! === 1;
  const anion = own < 0 && own >= -3;
  let aliphatic = 0; // [A;!#1]
  let aromatic = 0; // a
  let onNitrogen = false;
  let onSulfur = false;
  let onCarboxyl = false; // C(=O)
  let onOther = false; // [!#1;!N;!S]
  let doubleNitrogenOxygen = false; // =[#7,#8]
  let doubleSulfur = false; // =[#16;-0]
  let doubleAromaticCarbon = false;
  let carbonyl = OTHER_CARBONYL;
  const end = starts[atom + 1]!;
  for (let k = starts[atom]!; k < end; k++) {
    const a = neighbours[k]!;
    const z = element[a]!;
    if (z === 1) continue;
    const isAromatic = (atomFlags[a]! & AtomFlag.aromatic) !== 0;
    const type = bondType[neighbourBonds[k]!];
    if (type === BondType.single || type === BondType.aromatic) {
      if (isAromatic) aromatic++;
      else aliphatic++;
      if (z === 7) onNitrogen = true;
      if (z === 16) onSulfur = true;
      if (isAromatic || (z !== 7 && z !== 16)) onOther = true;
      if (own === -1 && z === 6 && !isAromatic && hasOxo(graph, a)) onCarboxyl = true;
    } else if (type === BondType.double) {
      if (z === 7 || z === 8) doubleNitrogenOxygen = true;
      else if (z === 16) doubleSulfur ||= charge[a] === 0;
      else if (z === 6) {
        if (isAromatic) doubleAromaticCarbon = true;
        else carbonyl = Math.min(carbonyl, carbonylKind(graph, a));
      }
    }
  }
  // [O]([A;!#1])[A;!#1] [O](a)[!#1;A,a]
  if (aliphatic > 1) return O3;
  if (aromatic > 0 && aliphatic + aromatic > 1) return O4;
  // [O]=[#7,#8] [OX1;-,-2,-3][#7]
  if (doubleNitrogenOxygen || (alone && anion && onNitrogen)) return O5;
  // [OX1;-,-2,-2][#16] [O;-0]=[#16;-0]
  if ((alone && anion && own !== -3 && onSulfur) || (own === 0 && doubleSulfur)) return O6;
  // [O-]C(=O)
  if (onCarboxyl) return O12;
  // [OX1;-,-2,-3][!#1;!N;!S]
  if (alone && anion && onOther) return O7;
  // [O]=c, and the carbonyls
  return doubleAromaticCarbon ? O8 : CARBONYL[carbonyl]!;
}

/** `C=O` */
function hasOxo(graph: Graph, carbon: number): boolean {
  const { element, atomFlags, starts, neighbours, neighbourBonds, bondType } = graph;
  const end = starts[carbon + 1]!;
  for (let k = starts[carbon]!; k < end; k++) {
    const a = neighbours[k]!;
    if (element[a] !== 8 || bondType[neighbourBonds[k]!] !== BondType.double) continue;
    if (!(atomFlags[a]! & AtomFlag.aromatic)) return true;
  }
  return false;
}

/** Which of `CARBONYL` the oxygen at this aliphatic carbon is. */
function carbonylKind(graph: Graph, carbon: number): number {
  const { element, atomFlags, explicitHs, implicitHs, degree, starts, neighbours, neighbourBonds, bondType } = graph;
  const hydrogens = graph.totalHs[carbon]!;
  let carbons = 0; // C
  let aromaticCarbons = 0; // c
  let aliphatic = 0; // [A;!#1]
  let aromatic = 0; // [a;!#1]
  let aliphaticNitrogenOxygen = false;
  let hetero = 0; // [!#1;!#6]
  let oxos = 0; // =O, the oxygen itself among them
  const end = starts[carbon + 1]!;
  for (let k = starts[carbon]!; k < end; k++) {
    const a = neighbours[k]!;
    const z = element[a]!;
    if (z === 1) continue;
    const isAromatic = (atomFlags[a]! & AtomFlag.aromatic) !== 0;
    const type = bondType[neighbourBonds[k]!];
    if (type === BondType.double) {
      if (z === 8 && !isAromatic) oxos++;
    } else if (type === BondType.single || type === BondType.aromatic) {
      if (z !== 6) hetero++;
      if (isAromatic) {
        aromatic++;
        if (z === 6) aromaticCarbons++;
      } else {
        aliphatic++;
        if (z === 6) carbons++;
        else if (z === 7 || z === 8) aliphaticNitrogenOxygen = true;
      }
    }
  }
  // [O]=[CH]C [O]=C(C)([A;!#1]) [O]=[CH][N,O] [O]=[CH2] [O]=[CX2]=O
  if (hydrogens === 1 && (carbons > 0 || aliphaticNitrogenOxygen)) return 0;
  if (hydrogens === 2 || (carbons > 0 && aliphatic > 1)) return 0;
  if (oxos > 1 && degree[carbon]! + explicitHs[carbon]! + implicitHs[carbon]! === 2) return 0;
  // [O]=[CH]c [O]=C([C,c])[a;!#1] [O]=C(c)[A;!#1]
  if (aromaticCarbons > 0 && (hydrogens === 1 || aliphatic > 0)) return 1;
  if (aromatic > 0 && carbons + aromaticCarbons > 0 && aromatic + carbons > 1) return 1;
  // [O]=C([!#1;!#6])[!#1;!#6]
  return hetero > 1 ? 2 : OTHER_CARBONYL;
}
