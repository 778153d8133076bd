import { COMMON_MASSES, WEIGHTS } from './elements.js';
import type { Graph } from './graph.js';
import { isotopeMass } from './isotopes.js';
import { slotOf } from './slots.js';

const EXACT = slotOf('exact_mass');
const WEIGHT = slotOf('mol_weight');
/** In u; the exact mass of an ion is that of its nuclei and electrons. */
const ELECTRON_MASS = 0.00054857991;

/**
 * Molecular weight from standard atomic weights, and monoisotopic mass from the commonest isotopes, in u; atoms that
 * name their isotope count with its mass in both. RDKit: `MolDescriptors.cpp`, `calcAMW`, `calcExactMW`.
 */
export function masses(graph: Graph, out: Float64Array, at: number): void {
  const { atomCount, element, charge, isotope, explicitHs, implicitHs } = graph;
  let exact = 0;
  let weight = 0;
  let hydrogens = 0;
  let electronsLost = 0;
  for (let a = 0; a < atomCount; a++) {
    const z = element[a]!;
    const massNumber = isotope[a]!;
    if (massNumber === 0) {
      exact += COMMON_MASSES[z]!;
      weight += WEIGHTS[z]!;
    } else {
      const mass = isotopeMass(z, massNumber);
      exact += mass;
      weight += mass;
    }
    electronsLost += charge[a]!;
    hydrogens += explicitHs[a]! + implicitHs[a]!;
  }
  out[at + EXACT] = exact + hydrogens * COMMON_MASSES[1]! - electronsLost * ELECTRON_MASS;
  out[at + WEIGHT] = weight + hydrogens * WEIGHTS[1]!;
}
