/** From the structure of one record to all that is stored about it. */
import type { Mol } from '@rdkit/rdkit';
import type { ParsedRecord } from '../formats/read-record.js';
import type { Warning } from '../types.js';
import { DESCRIPTORS } from './columns.js';
import { type Composition, composition } from './composition.js';
import { type Failure, reasonFromLog } from './failures.js';
import { type Identifiers, identify } from './identify.js';
import { parseStructure } from './parse-structure.js';
import { isAlive, isRdkitException, type Rdkit } from './rdkit.js';

/** Values of many records, a row each. Null: not asked for. */
export interface NumericColumns {
  /** `DESCRIPTORS.length` values a row. */
  readonly descriptors: Float64Array<ArrayBuffer> | null;
  /** `FINGERPRINT_BYTES` a row. */
  readonly fingerprints: Uint8Array<ArrayBuffer> | null;
}

export interface Described extends Identifiers, Composition {
  readonly warnings: readonly Warning[];
}

export const FINGERPRINT_BYTES = 256;
const MORGAN = JSON.stringify({ radius: 2, nBits: 8 * FINGERPRINT_BYTES });

/**
 * Describes a record and writes descriptors and fingerprint into row `row` of `columns`. A structure that RDKit refuses
 * is a `Failure`. Throws when the instance trapped or died: then all of it must be replaced. Otherwise every `Mol` that
 * was made is deleted.
 */
export function describeRecord(
  rdkit: Rdkit,
  record: ParsedRecord,
  columns: NumericColumns,
  row: number,
): Described | Failure {
  const mol = parseStructure(rdkit, record.form, record.structure);
  if ('code' in mol) return mol;
  let described: Described | Failure;
  try {
    described = describeMol(rdkit, mol, columns, row);
  } catch (error) {
    // After a trap the instance goes as a whole, its molecules with it.
    if (!isRdkitException(error) || !isAlive(rdkit)) throw error;
    described = { code: 'PARSE_FAILED', message: reasonFromLog(rdkit.log.get_buffer()) || 'RDKit gave up on it' };
  }
  mol.delete();
  return described;
}

function describeMol(rdkit: Rdkit, mol: Mol, columns: NumericColumns, row: number): Described {
  const identifiers = identify(rdkit, mol);
  columns.fingerprints?.set(mol.get_morgan_fp_as_uint8array(MORGAN) as Uint8Array, row * FINGERPRINT_BYTES);
  if (columns.descriptors !== null) {
    const values = JSON.parse(mol.get_descriptors()) as Readonly<Record<string, number>>;
    DESCRIPTORS.forEach(([, name], i) => {
      columns.descriptors![row * DESCRIPTORS.length + i] = values[name] ?? Number.NaN;
    });
  }
  const warnings: Warning[] = [];
  if (identifiers.inchi === '') warnings.push({ code: 'INCHI_FAILED', message: 'RDKit gives no InChI for it' });
  return { ...identifiers, ...composition(mol), warnings };
}
