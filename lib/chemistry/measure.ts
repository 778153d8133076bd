/** Formula, charge, size, descriptors and fingerprint of a molecule, from one reading of its pickle. */
import type { Mol } from '@rdkit/rdkit';
import { DESCRIPTORS } from './columns.js';
import { type Composition, compositionFromJson } from './composition.js';
import type { Graph } from './descriptors/graph.js';
import {
  computeDescriptors,
  computeFingerprint,
  FINGERPRINT_BYTES,
  formalCharge,
  heavyAtoms,
  hillFormula,
} from './descriptors/kernel.js';

/** Values of many records, a row each. Null: not asked for. */
export interface NumericColumns {
  /** `DESCRIPTORS.length` values a row. */
  readonly descriptors: Float64Array<ArrayBuffer> | null;
  /** `FINGERPRINT_BYTES` a row. */
  readonly fingerprints: Uint8Array<ArrayBuffer> | null;
}

/**
 * Writes descriptors and fingerprint into `row` of the columns. `graph` is the molecule's decoded pickle, null where it
 * could not be decoded.
 */
export function measure(
  mol: Mol,
  graph: Graph | null,
  { descriptors, fingerprints }: NumericColumns,
  row: number,
): Composition {
  if (descriptors !== null) writeDescriptors(mol, graph, descriptors, row * DESCRIPTORS.length);
  if (fingerprints !== null) writeFingerprint(mol, graph, fingerprints, row * FINGERPRINT_BYTES);
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

function writeFingerprint(mol: Mol, graph: Graph | null, out: Uint8Array, at: number): void {
  if (graph !== null && computeFingerprint(graph, out, at)) return;
  // RDKit's defaults: radius 2 and 2,048 bits.
  out.set(mol.get_morgan_fp_as_uint8array() as Uint8Array, at);
}
