import type { Mol } from '@rdkit/rdkit';
import { DESCRIPTORS } from '../../../lib/chemistry/columns.js';
import {
  computeDescriptors,
  computeFingerprint,
  createGraph,
  decodePickle,
  FINGERPRINT_BYTES,
  isBeyondRdkit,
  PICKLE_FLAGS,
} from '../../../lib/chemistry/descriptors/kernel.js';
import { DeadInstance, parseStructure } from '../../../lib/chemistry/parse-structure.js';
import { isRdkitException, type Rdkit } from '../../../lib/chemistry/rdkit.js';
import type { Structure } from './structures.js';

/** A value, or a bit of the fingerprint, that the kernel and RDKit do not agree on. */
export interface Difference {
  record: number;
  /** Name of its column, or `morgan_fp bit N`. */
  descriptor: string;
  kernel: number;
  rdkit: number;
}

/**
 * `compared`: 43 values and a fingerprint each; `fallback`: the kernel leaves the molecule to RDKit; `capped`: the kernel has values, but
 * RDKit would take seconds to minutes for its own; `unreadable`: RDKit reads no molecule, or cannot describe it.
 */
export type Verdict = 'compared' | 'fallback' | 'capped' | 'unreadable';

const TOLERANCE = 1e-6;

const graph = createGraph();
const values = new Float64Array(DESCRIPTORS.length);
const bits = new Uint8Array(FINGERPRINT_BYTES);

/** Describes one structure both ways. Throws when the instance broke. */
export function compare(rdkit: Rdkit, { record, form, structure }: Structure, differences: Difference[]): Verdict {
  const mol = parseStructure(rdkit, form, structure);
  if ('code' in mol) return 'unreadable';
  try {
    const decoded = decodePickle(mol.get_as_uint8array(PICKLE_FLAGS) as Uint8Array, graph);
    if (!decoded || !computeFingerprint(graph, bits, 0)) return 'fallback';
    compareBits(record, mol.get_morgan_fp_as_uint8array() as Uint8Array, differences);
    if (!computeDescriptors(graph, values, 0)) return 'fallback';
    if (isBeyondRdkit(graph)) return 'capped';
    const expected = ownDescriptors(mol);
    if (!rdkit.isIntact()) throw new DeadInstance('its stack overflowed');
    if (expected === null) return 'unreadable';
    DESCRIPTORS.forEach(([descriptor, name], i) => {
      const kernel = values[i]!;
      const own = expected[name] ?? Number.NaN;
      if (!agree(kernel, own)) differences.push({ record, descriptor, kernel, rdkit: own });
    });
    return 'compared';
  } finally {
    mol.delete();
  }
}

function compareBits(record: number, expected: Uint8Array, differences: Difference[]): void {
  for (let bit = 0; bit < 8 * FINGERPRINT_BYTES; bit++) {
    const kernel = (bits[bit >> 3]! >> (bit & 7)) & 1;
    const rdkit = (expected[bit >> 3]! >> (bit & 7)) & 1;
    if (kernel !== rdkit) differences.push({ record, descriptor: `morgan_fp bit ${bit}`, kernel, rdkit });
  }
}

/** RDKit's own values, null for those that are no numbers; null where it gives up. */
function ownDescriptors(mol: Mol): Record<string, number | null> | null {
  try {
    return JSON.parse(mol.get_descriptors()) as Record<string, number | null>;
  } catch (error) {
    if (isRdkitException(error)) return null;
    throw error;
  }
}

/** Equal within `TOLERANCE`, absolute or relative; whole numbers that differ differ by more. */
export function agree(a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}
