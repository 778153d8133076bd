/**
 * RDKit's 43 descriptors and its Morgan fingerprint without RDKit: from its binary form of a molecule (`decodePickle`) to
 * the values that its own `get_descriptors()` gives, equal within 1e-6, and the bits of its `get_morgan_fp()`.
 * Not thread-safe, not re-entrant: scratch is shared within the module.
 */
import { connectivity } from './connectivity.js';
import { counts } from './counts.js';
import { crippen, withinMatchLimit } from './crippen.js';
import { Graph } from './graph.js';
import { hydrogenBonds } from './hydrogen-bonds.js';
import { kappa } from './kappa.js';
import { labuteAsa } from './labute-asa.js';
import { masses } from './masses.js';
import { morgan } from './morgan.js';
import { ringFusion } from './ring-fusion.js';
import { rings } from './rings.js';
import { rotatableBonds } from './rotatable-bonds.js';
import { tpsa } from './tpsa.js';

export { formalCharge, heavyAtoms, hillFormula, lipinskiViolations } from './formula.js';
export { FINGERPRINT_BYTES } from './morgan.js';
export { decodePickle, PICKLE_FLAGS, PICKLE_VERSION } from './pickle.js';

/** A molecule's typed arrays, to be used for one molecule after another. */
export function createGraph(): Graph {
  return new Graph();
}

/**
 * RDKit compares all pairs of rings for its spiro and bridgehead counts: a second for 600 rings, a minute for 4,000.
 * Symmetrised rings double with each pair of equal ways round, so that a macrocycle of twelve sugars has 4,000.
 */
export const MOST_RINGS_FOR_RDKIT = 500;
/** Its time grows with the square of the atoms as well: a second for 2,000, five for 4,000. */
export const MOST_ATOMS_FOR_RDKIT = 2_000;

/** Whether `get_descriptors()` would take seconds to minutes. */
export function isBeyondRdkit({ ringCount, atomCount }: Graph): boolean {
  return ringCount > MOST_RINGS_FOR_RDKIT || atomCount > MOST_ATOMS_FOR_RDKIT;
}

/**
 * Writes the 43 values, in the order of `DESCRIPTOR_COLUMNS`, from index `at` of `out` on.
 * False, with `out` untouched, where they could differ from RDKit's: no ring perception in the pickle, or so many atoms
 * that RDKit's substructure search ends at its limit of 1,000 matches. Ask `get_descriptors()` then: it takes a second at
 * most. For a graph that `isBeyondRdkit` it could take minutes: there the kernel's values stand, by the definition.
 */
export function computeDescriptors(graph: Graph, out: Float64Array, at: number): boolean {
  if (!graph.hasRings) return false;
  if (!withinMatchLimit(graph) && !isBeyondRdkit(graph)) return false;
  masses(graph, out, at);
  counts(graph, out, at);
  hydrogenBonds(graph, out, at);
  rotatableBonds(graph, out, at);
  rings(graph, out, at);
  ringFusion(graph, out, at);
  labuteAsa(graph, out, at);
  tpsa(graph, out, at);
  crippen(graph, out, at);
  connectivity(graph, out, at);
  kappa(graph, out, at);
  return true;
}

/**
 * Writes `FINGERPRINT_BYTES` from index `at` of `out` on; see `morgan`.
 * False, with `out` untouched, where the pickle has no ring perception: ask `get_morgan_fp_as_uint8array()` then.
 */
export function computeFingerprint(graph: Graph, out: Uint8Array, at: number): boolean {
  if (!graph.hasRings) return false;
  morgan(graph, out, at);
  return true;
}
