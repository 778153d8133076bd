import type { MainModule } from '@rdkit/rdkit';
import { DESCRIPTORS } from '../../../lib/chemistry/columns.js';
import {
  computeDescriptors,
  createGraph,
  decodePickle,
  MOST_RINGS_FOR_RDKIT,
  PICKLE_FLAGS,
} from '../../../lib/chemistry/descriptors/kernel.js';
import type { Structure } from './structures.js';

/** A value that the kernel and RDKit do not agree on. */
export interface Difference {
  record: number;
  descriptor: string;
  kernel: number;
  rdkit: number;
}

/**
 * `compared`: 43 values each; `fallback`: the kernel leaves the molecule to RDKit; `capped`: the kernel has values, but
 * RDKit would take seconds to minutes for its own; `unreadable`: RDKit reads no molecule, or cannot describe it.
 */
export type Verdict = 'compared' | 'fallback' | 'capped' | 'unreadable';

export const TOLERANCE = 1e-6;

const graph = createGraph();
const values = new Float64Array(DESCRIPTORS.length);

/** Describes one structure both ways. Throws what RDKit throws. */
export function compare(rdkit: MainModule, structure: Structure, differences: Difference[]): Verdict {
  // The declared type wants a string; a Buffer spares its conversion, and is how the import hands molblocks over.
  const mol = structure.molblock
    ? rdkit.get_mol(Buffer.from(structure.text, 'latin1') as unknown as string, '{"removeHs":true}')
    : rdkit.get_mol(structure.text);
  if (mol === null) return 'unreadable';
  try {
    const decoded = decodePickle(mol.get_as_uint8array(PICKLE_FLAGS) as Uint8Array, graph);
    if (decoded && graph.atomCount === 0) return 'unreadable';
    if (!decoded || !computeDescriptors(graph, values, 0)) return 'fallback';
    if (graph.ringCount > MOST_RINGS_FOR_RDKIT) return 'capped';
    const expected = readDescriptors(mol.get_descriptors());
    if (expected === null) return 'unreadable';
    DESCRIPTORS.forEach(([descriptor, name], i) => {
      const kernel = values[i]!;
      const own = expected[name] ?? Number.NaN;
      if (!agree(kernel, own)) differences.push({ record: structure.record, descriptor, kernel, rdkit: own });
    });
    return 'compared';
  } finally {
    mol.delete();
  }
}

/** RDKit writes values that are no numbers as such, which JSON does not know. */
function readDescriptors(json: string): Record<string, number> | null {
  if (json === '' || json === '{}') return null;
  return JSON.parse(json.replace(/:-?(?:nan|inf)/gi, ':null')) as Record<string, number>;
}

/** Equal within `TOLERANCE`, absolute or relative; whole numbers that differ differ by more. */
export function agree(a: number, b: number): boolean {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
  return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}
