import { AtomFlag, BondType, type Graph } from './graph.js';
import { slotOf } from './slots.js';

const ROTATABLE = slotOf('num_rotatable_bonds');

/**
 * Rotatable bonds by RDKit's strict definition: single (or aromatic) bonds outside rings between two atoms that are
 * neither terminal, nor triply bound, nor CH3, CX3 or tert-butyl carbons; and at least one of which is on neither side of
 * an amide, ester, thioester or the like. RDKit: `Lipinski.cpp`, `calcNumRotatableBonds`, `Strict`.
 */
export function rotatableBonds(graph: Graph, out: Float64Array, at: number): void {
  const { bondCount, bondType, bondInRing, bondBegin, bondEnd, degree } = graph;
  let rotatable = 0;
  for (let b = 0; b < bondCount; b++) {
    if (bondInRing[b] === 1 || (bondType[b] !== BondType.single && bondType[b] !== BondType.aromatic)) continue;
    const begin = bondBegin[b]!;
    const end = bondEnd[b]!;
    if (degree[begin] === 1 || degree[end] === 1 || !mayTurn(graph, begin) || !mayTurn(graph, end)) continue;
    if (!besideAcyl(graph, begin) || !besideAcyl(graph, end)) rotatable++;
  }
  out[at + ROTATABLE] = rotatable;
}

/** `!$(*#*)&!$(C(F)(F)F)&!$(C(Cl)(Cl)Cl)&!$(C(Br)(Br)Br)&!$(C([CH3])([CH3])[CH3])&!$([CH3])` */
function mayTurn(graph: Graph, atom: number): boolean {
  const { element, atomFlags, totalHs, starts, neighbours, neighbourBonds, bondType } = graph;
  const carbon = isAliphatic(graph, atom, 6);
  if (carbon && totalHs[atom] === 3) return false;
  let fluorines = 0;
  let chlorines = 0;
  let bromines = 0;
  let methyls = 0;
  const end = starts[atom + 1]!;
  for (let k = starts[atom]!; k < end; k++) {
    const type = bondType[neighbourBonds[k]!]!;
    if (type === BondType.triple) return false;
    const a = neighbours[k]!;
    if (!carbon || !(type === BondType.single || type === BondType.aromatic)) continue;
    if (atomFlags[a]! & AtomFlag.aromatic) continue;
    const z = element[a]!;
    if (z === 6) {
      if (totalHs[a] === 3) methyls++;
    } else if (z === 9) fluorines++;
    else if (z === 17) chlorines++;
    else if (z === 35) bromines++;
  }
  return fluorines < 3 && chlorines < 3 && bromines < 3 && methyls < 3;
}

/** `$([CD3](=[N,O,S])-!@[#7,O,S!D1])` or `$([#7,O,S!D1]-!@[CD3]=[N,O,S])` */
function besideAcyl(graph: Graph, atom: number): boolean {
  const acyl = isAcyl(graph, atom);
  if (!acyl && !isAcylated(graph, atom)) return false;
  const { starts, neighbours, neighbourBonds, bondType, bondInRing } = graph;
  const end = starts[atom + 1]!;
  for (let k = starts[atom]!; k < end; k++) {
    const bond = neighbourBonds[k]!;
    if (bondType[bond] !== BondType.single || bondInRing[bond] === 1) continue;
    if (acyl ? isAcylated(graph, neighbours[k]!) : isAcyl(graph, neighbours[k]!)) return true;
  }
  return false;
}

/** `[CD3]=[N,O,S]` */
function isAcyl(graph: Graph, atom: number): boolean {
  const { degree, starts, neighbours, neighbourBonds, bondType } = graph;
  if (degree[atom] !== 3 || !isAliphatic(graph, atom, 6)) return false;
  const end = starts[atom + 1]!;
  for (let k = starts[atom]!; k < end; k++) {
    if (bondType[neighbourBonds[k]!] !== BondType.double) continue;
    const a = neighbours[k]!;
    if (isAliphatic(graph, a, 8) || isAliphatic(graph, a, 7) || isAliphatic(graph, a, 16)) return true;
  }
  return false;
}

/** `[#7,O,S!D1]` */
function isAcylated(graph: Graph, atom: number): boolean {
  if (graph.element[atom] === 7 || isAliphatic(graph, atom, 8)) return true;
  return graph.degree[atom] !== 1 && isAliphatic(graph, atom, 16);
}

function isAliphatic(graph: Graph, atom: number, element: number): boolean {
  return graph.element[atom] === element && !(graph.atomFlags[atom]! & AtomFlag.aromatic);
}
