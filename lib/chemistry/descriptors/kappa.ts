import { RADII } from './elements.js';
import { type Graph, Hybridization } from './graph.js';
import { slotOf } from './slots.js';

const ALPHA = slotOf('hall_kier_alpha');
const KAPPA = slotOf('kappa1');
const PHI = slotOf('phi');

/**
 * Kappa shape indices of order 1 to 3 with Hall and Kier's alpha, and Kier's flexibility phi.
 * Hall, Kier, Rev. Comput. Chem. 2, 367-422, 1991; Kier, Quant. Struct.-Act. Relat. 8, 221-224, 1989.
 * RDKit: `ConnectivityDescriptors.cpp`, `calcHallKierAlpha`, `calcKappa1` to `3`, `calcPhi`.
 */
export function kappa(graph: Graph, out: Float64Array, at: number): void {
  const { atomCount, bondCount, element, hybridization } = graph;
  let alpha = 0;
  let heavy = 0;
  for (let a = 0; a < atomCount; a++) {
    const z = element[a]!;
    alpha += atomAlpha(z, hybridization[a]!);
    if (z > 1) heavy++;
  }
  const size = heavy + alpha;
  const kappa1 = shape(size * (size - 1) * (size - 1), bondCount + alpha);
  const kappa2 = shape((size - 1) * (size - 2) * (size - 2), pathsOfTwo(graph) + alpha);
  const kappa3 = shape((heavy % 2 === 1 ? size - 1 : size - 2) * (size - 3) * (size - 3), pathsOfThree(graph) + alpha);
  out[at + ALPHA] = alpha;
  out[at + KAPPA] = kappa1;
  out[at + KAPPA + 1] = kappa2;
  out[at + KAPPA + 2] = kappa3;
  out[at + PHI] = heavy === 0 ? 0 : (kappa1 * kappa2) / heavy;
}

function shape(numerator: number, paths: number): number {
  const squared = paths * paths;
  return squared === 0 ? 0 : numerator / squared;
}

/** How much larger than a tetrahedral carbon an atom is, as a fraction. */
function atomAlpha(element: number, hybridization: number): number {
  const { sp, sp2 } = Hybridization;
  switch (element) {
    case 0:
    case 1:
      return 0;
    case 6:
      return hybridization === sp2 ? -0.13 : hybridization === sp ? -0.22 : 0;
    case 7:
      return hybridization === sp2 ? -0.2 : hybridization === sp ? -0.29 : -0.04;
    case 8:
      return hybridization === sp2 ? -0.2 : -0.04;
    case 9:
      return -0.07;
    case 15:
      return hybridization === sp2 ? 0.3 : 0.43;
    case 16:
      return hybridization === sp2 ? 0.22 : 0.35;
    case 17:
      return 0.29;
    case 35:
      return 0.48;
    case 53:
      return 0.73;
    default:
      return RADII[element]! / RADII[6]! - 1;
  }
}

/** Neighbours that are not hydrogen. */
function heavyDegree(graph: Graph, atom: number): number {
  return graph.degree[atom]! - graph.totalHs[atom]! + graph.explicitHs[atom]! + graph.implicitHs[atom]!;
}

/** Pairs of bonds that meet, hydrogen atoms left out. */
function pathsOfTwo(graph: Graph): number {
  let paths = 0;
  for (let a = 0; a < graph.atomCount; a++) {
    if (graph.element[a] === 1) continue;
    const degree = heavyDegree(graph, a);
    paths += (degree * (degree - 1)) / 2;
  }
  return paths;
}

/** Paths of three bonds, and triangles, each once; hydrogen atoms left out. */
function pathsOfThree(graph: Graph): number {
  const { bondCount, bondBegin, bondEnd, element, starts, neighbours } = graph;
  let paths = 0;
  let trianglesThrice = 0;
  for (let b = 0; b < bondCount; b++) {
    const begin = bondBegin[b]!;
    const end = bondEnd[b]!;
    if (element[begin] === 1 || element[end] === 1) continue;
    paths += (heavyDegree(graph, begin) - 1) * (heavyDegree(graph, end) - 1);
    const last = starts[begin + 1]!;
    for (let k = starts[begin]!; k < last; k++) {
      const a = neighbours[k]!;
      if (a !== end && element[a] !== 1 && graph.bondBetween(a, end) >= 0) trianglesThrice++;
    }
  }
  return paths - (2 * trianglesThrice) / 3;
}
