import { RADII } from './elements.js';
import { BondFlag, type Graph } from './graph.js';
import { slotOf } from './slots.js';

const ASA = slotOf('labute_asa');

/** How much shorter than the sum of radii a bond is, in angstrom: aromatic or unspecified, single, double, triple. */
const SHORTENING = [0.1, 0, 0.2, 0.3];
const AROMATIC = 0;
/** Below this overlap RDKit leaves the hydrogens out. */
const NO_OVERLAP = 1e-4;

/**
 * Approximate surface area, in square angstrom: spheres of radius rB0, less what bonded neighbours and one hydrogen an
 * atom (whether it has one or not) cover. Labute, J. Mol. Graph. Model. 18, 464-477, 2000.
 * RDKit: `MolSurf.cpp`, `getLabuteAtomContribs`.
 */
export function labuteAsa(graph: Graph, out: Float64Array, at: number): void {
  const { atomCount, bondCount, element, bondBegin, bondEnd, bondType, bondFlags } = graph;
  const hydrogen = RADII[1]!;
  let area = 0;
  let covered = 0;
  for (let a = 0; a < atomCount; a++) {
    const radius = RADII[element[a]!]!;
    const distance = radius + hydrogen;
    area += radius * (4 * radius - overlap(hydrogen, radius, distance));
    covered += overlap(radius, hydrogen, distance);
  }
  for (let b = 0; b < bondCount; b++) {
    const first = RADII[element[bondBegin[b]!]!]!;
    const second = RADII[element[bondEnd[b]!]!]!;
    const shortening = SHORTENING[bondFlags[b]! & BondFlag.aromatic ? AROMATIC : bondType[b]!] ?? 0;
    const sum = first + second;
    const distance = Math.min(Math.max(Math.abs(first - second), sum - shortening), sum);
    area -= first * overlap(second, first, distance) + second * overlap(first, second, distance);
  }
  if (Math.abs(covered) > NO_OVERLAP) area += hydrogen * (4 * hydrogen - covered);
  out[at + ASA] = Math.PI * area;
}

/** What a sphere of radius `other` at this distance takes from one of radius `own`, over pi times `own`. */
function overlap(other: number, own: number, distance: number): number {
  return other * other - ((own - distance) * (own - distance)) / distance;
}
