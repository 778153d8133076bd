/** Formula, charge, size and descriptors of a molecule, from one reading of its pickle. */
import type { Mol } from '@rdkit/rdkit';
import { DESCRIPTORS } from './columns.js';
import { type Composition, compositionFromJson } from './composition.js';
import type { Graph } from './descriptors/graph.js';
import { computeDescriptors, formalCharge, heavyAtoms, hillFormula } from './descriptors/kernel.js';

/**
 * Writes the descriptors from index `at` of `out` on, where `out` is not null. `graph` is the molecule's decoded pickle,
 * null where it could not be decoded.
 */
export function measure(mol: Mol, graph: Graph | null, out: Float64Array | null, at: number): Composition {
  if (out !== null) writeDescriptors(mol, graph, out, at);
  if (graph === null) return compositionFromJson(mol.get_json());
  return { formula: hillFormula(graph), formalCharge: formalCharge(graph), heavyAtoms: heavyAtoms(graph) };
}

function writeDescriptors(mol: Mol, graph: Graph | null, out: Float64Array, at: number): void {
  if (graph !== null && computeDescriptors(graph, out, at)) return;
  const values = JSON.parse(mol.get_descriptors()) as Readonly<Record<string, number>>;
  DESCRIPTORS.forEach(([, name], i) => {
    out[at + i] = values[name] ?? Number.NaN;
  });
}
