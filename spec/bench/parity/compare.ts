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
import type { Failure } from '../../../lib/chemistry/failures.js';
import { identify } from '../../../lib/chemistry/identify.js';
import { DeadInstance, parseStructure } from '../../../lib/chemistry/parse-structure.js';
import { isRdkitException, type Rdkit } from '../../../lib/chemistry/rdkit.js';
import { withWholeCoordinates } from '../../../lib/chemistry/whole-coordinates.js';
import type { Structure } from './structures.js';

/** A value, or a bit of the fingerprint, that ours and RDKit's own way do not agree on. */
export interface Difference {
  record: number;
  /** Name of its column, `morgan_fp bit N`, or `rejection`. */
  value: string;
  ours: number | string;
  rdkit: number | string;
}

/**
 * `compared`: 43 values and a fingerprint each, and of molblocks SMILES and InChI; `fallback`: the kernel leaves the
 * molecule to RDKit; `capped`: the kernel has values, but RDKit would take seconds to minutes for its own; `unreadable`:
 * RDKit reads no molecule (of a molblock it is compared why), or cannot describe it.
 */
export type Verdict = 'compared' | 'fallback' | 'capped' | 'unreadable';

const TOLERANCE = 1e-6;

const graph = createGraph();
const values = new Float64Array(DESCRIPTORS.length);
const bits = new Uint8Array(FINGERPRINT_BYTES);

/** Describes one structure both ways. Throws when the instance broke. */
export function compare(rdkit: Rdkit, { record, form, structure }: Structure, differences: Difference[]): Verdict {
  const mol = parseStructure(rdkit, form, structure);
  try {
    if (typeof structure !== 'string') compareNames(rdkit, record, structure, mol, differences);
    if ('code' in mol) return 'unreadable';
    const decoded = decodePickle(mol.get_as_uint8array(PICKLE_FLAGS) as Uint8Array, graph);
    if (!decoded || !computeFingerprint(graph, bits, 0)) return 'fallback';
    compareBits(record, mol.get_morgan_fp_as_uint8array() as Uint8Array, differences);
    if (!computeDescriptors(graph, values, 0)) return 'fallback';
    if (isBeyondRdkit(graph)) return 'capped';
    const expected = ownDescriptors(mol);
    if (!rdkit.isIntact()) throw new DeadInstance('its stack overflowed');
    if (expected === null) return 'unreadable';
    DESCRIPTORS.forEach(([value, name], i) => {
      const ours = values[i]!;
      const own = expected[name] ?? Number.NaN;
      if (!agree(ours, own)) differences.push({ record, value, ours, rdkit: own });
    });
    return 'compared';
  } finally {
    if (!('code' in mol)) mol.delete();
  }
}

/** What a molecule is called, or why it is refused, where its coordinates are handed over as whole numbers. */
function compareNames(
  rdkit: Rdkit,
  record: number,
  molblock: Uint8Array,
  expected: Mol | Failure,
  differences: Difference[],
): void {
  const whole = withWholeCoordinates(molblock);
  if (whole === molblock) return;
  const mol = parseStructure(rdkit, 'molblock', whole);
  try {
    const ours = namesOf(rdkit, mol);
    const own = namesOf(rdkit, expected);
    for (const value of ['rejection', 'canonical_smiles', 'inchi'] as const) {
      if (ours[value] !== own[value]) differences.push({ record, value, ours: ours[value], rdkit: own[value] });
    }
  } finally {
    if (!('code' in mol)) mol.delete();
  }
}

function namesOf(rdkit: Rdkit, mol: Mol | Failure): Record<'rejection' | 'canonical_smiles' | 'inchi', string> {
  if ('code' in mol) return { rejection: `${mol.code}: ${mol.message}`, canonical_smiles: '', inchi: '' };
  const { inchi } = identify(rdkit, mol, '');
  return { rejection: '', canonical_smiles: mol.get_smiles(), inchi };
}

function compareBits(record: number, expected: Uint8Array, differences: Difference[]): void {
  for (let bit = 0; bit < 8 * FINGERPRINT_BYTES; bit++) {
    const ours = (bits[bit >> 3]! >> (bit & 7)) & 1;
    const rdkit = (expected[bit >> 3]! >> (bit & 7)) & 1;
    if (ours !== rdkit) differences.push({ record, value: `morgan_fp bit ${bit}`, ours, rdkit });
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
