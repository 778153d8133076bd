import { OUTER_ELECTRONS } from './elements.js';
import type { Graph } from './graph.js';
import { slotOf } from './slots.js';

const CHI_V = slotOf('chi0v');
const CHI_N = slotOf('chi0n');

/** Weight of each atom, and the sum of the weights of its neighbours. */
let weights = new Float64Array(0);
let sums = new Float64Array(0);

/**
 * Connectivity indices of order 0 to 4: sums, over all paths of so many bonds, of the product of the atoms' weights
 * 1/sqrt(delta). `v`: delta as Hall and Kier have it; `n`: outer electrons less hydrogens, whatever the period.
 * Hall, Kier, Rev. Comput. Chem. 2, 367-422, 1991. RDKit: `ConnectivityDescriptors.cpp`.
 */
export function connectivity(graph: Graph, out: Float64Array, at: number): void {
  const { atomCount, element, explicitHs, implicitHs } = graph;
  if (weights.length < atomCount) {
    weights = new Float64Array(2 * atomCount);
    sums = new Float64Array(2 * atomCount);
  }
  for (let a = 0; a < atomCount; a++) {
    const z = element[a]!;
    weights[a] = z <= 1 ? 0 : weightV(z, explicitHs[a]! + implicitHs[a]!);
  }
  chi(graph, out, at + CHI_V);
  for (let a = 0; a < atomCount; a++) weights[a] = weightN(element[a]!, explicitHs[a]! + implicitHs[a]!);
  chi(graph, out, at + CHI_N);
}

function weightN(element: number, hydrogens: number): number {
  return inverseRoot(electrons(element, hydrogens));
}

function weightV(element: number, hydrogens: number): number {
  const inner = element <= 10 ? 1 : element - OUTER_ELECTRONS[element]! - 1;
  return inverseRoot(electrons(element, hydrogens) / inner);
}

/** Unsigned in RDKit: more hydrogens than electrons make it huge. */
function electrons(element: number, hydrogens: number): number {
  return (OUTER_ELECTRONS[element]! - hydrogens) >>> 0;
}

function inverseRoot(delta: number): number {
  return delta === 0 ? 0 : 1 / Math.sqrt(delta);
}

/** Orders 0 to 4 from `weights`, which it clears of hydrogen atoms: from order 2 on paths do not pass through them. */
function chi(graph: Graph, out: Float64Array, at: number): void {
  const { atomCount, bondCount, element, bondBegin, bondEnd, starts, neighbours } = graph;
  let chi0 = 0;
  let chi1 = 0;
  let chi2 = 0;
  let chi3 = 0;
  let chi4 = 0;
  for (let a = 0; a < atomCount; a++) chi0 += weights[a]!;
  for (let b = 0; b < bondCount; b++) chi1 += weights[bondBegin[b]!]! * weights[bondEnd[b]!]!;
  for (let a = 0; a < atomCount; a++) if (element[a] === 1) weights[a] = 0;
  for (let a = 0; a < atomCount; a++) {
    let sum = 0;
    const end = starts[a + 1]!;
    for (let k = starts[a]!; k < end; k++) sum += weights[neighbours[k]!]!;
    sums[a] = sum;
  }
  for (let b = 0; b < bondCount; b++) chi3 += aroundBond(graph, bondBegin[b]!, bondEnd[b]!);
  for (let c = 0; c < atomCount; c++) {
    const own = weights[c]!;
    if (own === 0) continue;
    const end = starts[c + 1]!;
    for (let k = starts[c]!; k < end; k++) {
      const b = neighbours[k]!;
      for (let l = k + 1; l < end; l++) {
        const d = neighbours[l]!;
        const three = own * weights[b]! * weights[d]!;
        if (three === 0) continue;
        chi2 += three;
        chi4 += three * aroundCentre(graph, b, c, d);
      }
    }
  }
  out[at] = chi0;
  out[at + 1] = chi1;
  out[at + 2] = chi2;
  out[at + 3] = chi3;
  out[at + 4] = chi4;
}

/** Paths a-b-c-d around the bond b-c. Triangles, which RDKit counts once, are met at each of their three bonds. */
function aroundBond(graph: Graph, b: number, c: number): number {
  const { starts, neighbours } = graph;
  let ends = (sums[b]! - weights[c]!) * (sums[c]! - weights[b]!);
  const end = starts[b + 1]!;
  for (let k = starts[b]!; k < end; k++) {
    const a = neighbours[k]!;
    if (a === c || !adjacent(graph, a, c)) continue;
    const weight = weights[a]!;
    ends += weight / 3 - weight * weight;
  }
  return weights[b]! * weights[c]! * ends;
}

/**
 * Paths a-b-c-d-e around b-c-d: the sum of the weights of a times those of e. RDKit lets a path end on an earlier atom:
 * a ring of four counts once (it is met from each of its atoms), a triangle with a tail counts once for each tail, with
 * the branching atom twice (it is met from both of the others).
 */
function aroundCentre(graph: Graph, b: number, c: number, d: number): number {
  const { starts, neighbours } = graph;
  const endB = starts[b + 1]!;
  if (adjacent(graph, b, d)) return aroundTriangle(graph, b, c, d);
  let ends = (sums[b]! - weights[c]!) * (sums[d]! - weights[c]!);
  for (let k = starts[b]!; k < endB; k++) {
    const a = neighbours[k]!;
    if (a === c || !adjacent(graph, a, d)) continue;
    const weight = weights[a]!;
    ends += weight / 4 - weight * weight;
  }
  return ends;
}

function aroundTriangle(graph: Graph, b: number, c: number, d: number): number {
  const { starts, neighbours } = graph;
  const endB = starts[b + 1]!;
  const endD = starts[d + 1]!;
  let ends = 0;
  for (let k = starts[b]!; k < endB; k++) {
    const a = neighbours[k]!;
    if (a === c) continue;
    for (let l = starts[d]!; l < endD; l++) {
      const e = neighbours[l]!;
      if (e === c || (a === d && e === b)) continue;
      if (a === e) ends += weights[a]! / 4;
      else if (a === d || e === b) ends += (weights[a]! * weights[e]!) / 2;
      else ends += weights[a]! * weights[e]!;
    }
  }
  return ends;
}

function adjacent(graph: Graph, a: number, b: number): boolean {
  const { starts, neighbours } = graph;
  const end = starts[a + 1]!;
  for (let k = starts[a]!; k < end; k++) if (neighbours[k] === b) return true;
  return false;
}
