import { TYPE } from './crippen-types.js';
import { AtomFlag, BondType, type Graph } from './graph.js';

const { H1, H2, H3, H4, HS } = TYPE;

/**
 * Type of a hydrogen on an atom, by the first pattern of RDKit's list that matches:
 * `[#1][#6,#1]` H1; `[#1]O[CX4,c]`, `[#1]O[!#6;!#7;!#8;!#16]`, `[#1][!#6;!#7;!#8]` H2; `[#1][#7]`, `[#1]O[#7]` H3;
 * `[#1]OC=[#6,#7,O,S]`, `[#1]O[O,S]` H4; else HS.
 */
export function hydrogenOn(graph: Graph, parent: number): number {
  switch (graph.element[parent]) {
    case 1:
    case 6:
      return H1;
    case 7:
      return H3;
    case 8:
      return graph.atomFlags[parent]! & AtomFlag.aromatic ? HS : hydrogenOnOxygen(graph, parent);
    default:
      return H2;
  }
}

/** The type of a hydrogen that is an atom of the graph: the earliest in the list of those that its neighbours give. */
export function hydrogenAtom(graph: Graph, hydrogen: number): number {
  const { explicitHs, implicitHs, starts, neighbours, neighbourBonds, bondType } = graph;
  let type = explicitHs[hydrogen]! + implicitHs[hydrogen]! > 0 ? H1 : HS;
  const end = starts[hydrogen + 1]!;
  for (let k = starts[hydrogen]!; k < end; k++) {
    const bond = bondType[neighbourBonds[k]!];
    if (bond === BondType.single || bond === BondType.aromatic)
      type = Math.min(type, hydrogenOn(graph, neighbours[k]!));
  }
  return type;
}

function hydrogenOnOxygen(graph: Graph, oxygen: number): number {
  const { element, atomFlags, explicitHs, implicitHs, degree, starts, neighbours, neighbourBonds, bondType } = graph;
  let others = explicitHs[oxygen]! + implicitHs[oxygen]!;
  let onNitrogen = false;
  let onAcid = false;
  const end = starts[oxygen + 1]!;
  for (let k = starts[oxygen]!; k < end; k++) {
    const bond = bondType[neighbourBonds[k]!];
    if (bond !== BondType.single && bond !== BondType.aromatic) continue;
    const a = neighbours[k]!;
    const aromatic = (atomFlags[a]! & AtomFlag.aromatic) !== 0;
    switch (element[a]) {
      case 6:
        if (aromatic || degree[a]! + explicitHs[a]! + implicitHs[a]! === 4) return H2;
        if (hasAcidDouble(graph, a)) onAcid = true;
        break;
      case 7:
        onNitrogen = true;
        break;
      case 8:
      case 16:
        if (!aromatic) onAcid = true;
        break;
      default:
        others++;
    }
  }
  // The hydrogen itself is among the others; any other one fits the pattern, another hydrogen too.
  if (others > 1) return H2;
  return onNitrogen ? H3 : onAcid ? H4 : HS;
}

/** `C=[#6,#7,O,S]` */
function hasAcidDouble(graph: Graph, carbon: number): boolean {
  const { element, atomFlags, starts, neighbours, neighbourBonds, bondType } = graph;
  const end = starts[carbon + 1]!;
  for (let k = starts[carbon]!; k < end; k++) {
    if (bondType[neighbourBonds[k]!] !== BondType.double) continue;
    const a = neighbours[k]!;
    const z = element[a]!;
    if (z === 6 || z === 7) return true;
    if ((z === 8 || z === 16) && !(atomFlags[a]! & AtomFlag.aromatic)) return true;
  }
  return false;
}
