/** From one record to all that is stored about its structure. */
import type { Mol } from '@rdkit/rdkit';
import type { ParsedRecord } from '../formats/read-record.js';
import type { DescribeOptions, Warning } from '../types.js';
import { checkStructure } from './checks/check-structure.js';
import { DESCRIPTORS } from './columns.js';
import type { Composition } from './composition.js';
import type { Graph } from './descriptors/graph.js';
import { createGraph, decodePickle, PICKLE_FLAGS } from './descriptors/kernel.js';
import { type Failure, reasonFromLog } from './failures.js';
import { type Identifiers, identify } from './identify.js';
import { measure } from './measure.js';
import { checkIdentifier, type OwnIdentifiers, ownIdentifiers } from './own-identifier.js';
import { DeadInstance, parseStructure } from './parse-structure.js';
import { isAlive, isRdkitException, type Rdkit } from './rdkit.js';
import type { Standardizer } from './standardize/standardize.js';

/** An instance of RDKit, and what belongs to it. */
export interface Tools {
  readonly rdkit: Rdkit;
  readonly standardizer: Standardizer;
}

/** What is asked for of a record. */
export interface Task {
  readonly record: ParsedRecord;
  readonly options: DescribeOptions;
  /** Name of the source profile of its input. */
  readonly profile: string | null;
  /** Whether the identifiers among its tags are taken over, where its profile has any. */
  readonly trustTags: boolean;
}

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

const graph = createGraph();

/**
 * Describes a record and writes descriptors and fingerprint into row `row` of `columns`. A structure that RDKit refuses
 * is a `Failure`, and every `Mol` that was made is deleted. Throws when the instance trapped or died; then all of it must
 * be replaced.
 */
export function describeRecord(tools: Tools, task: Task, columns: NumericColumns, row: number): Described | Failure {
  const { rdkit } = tools;
  const mol = parseStructure(rdkit, task.record.form, task.record.structure);
  if ('code' in mol) return mol;
  let described: Described | Failure;
  try {
    described = deletedAfter(mol, rdkit, () => describeMol(tools, task, mol, columns, row));
  } catch (error) {
    if (!isRdkitException(error) || !isAlive(rdkit)) throw error;
    described = { code: 'PARSE_FAILED', message: reasonFromLog(rdkit.log.get_buffer()) || 'RDKit gave up on it' };
  }
  if (!rdkit.isIntact()) throw new DeadInstance('its memory or its stack did not suffice');
  return described;
}

function describeMol(tools: Tools, task: Task, parsed: Mol, columns: NumericColumns, row: number): Described {
  const { rdkit, standardizer } = tools;
  const level = task.options.standardize;
  const scan = decode(parsed);
  if (level === 'none') return describeAsRead(rdkit, task, parsed, scan, columns, row, []);
  const { mol, warnings } = standardizer.apply(parsed, level, scan);
  if (mol === parsed) return describeAsRead(rdkit, task, parsed, scan, columns, row, warnings);
  // No InChI is computed of what was read; the record's own identifier names what was there before.
  const found = checkStructure({ molblock: molblockOf(task), graph: scan, inchi: '' });
  return deletedAfter(mol, rdkit, () => describeFinal(rdkit, mol, decode(mol), columns, row, [...found, ...warnings]));
}

function describeAsRead(
  rdkit: Rdkit,
  task: Task,
  mol: Mol,
  scan: Graph | null,
  columns: NumericColumns,
  row: number,
  before: readonly Warning[],
): Described {
  const own = task.trustTags ? ownIdentifiers(task.profile, task.record.tagsJson) : null;
  const described = describeFinal(rdkit, mol, scan, columns, row, before, own);
  const found = checkStructure({ molblock: molblockOf(task), graph: scan, inchi: described.inchi });
  const mismatch = checkIdentifier(task.profile, task.record.tagsJson, described.inchikey);
  if (found.length === 0 && mismatch === null) return described;
  return { ...described, warnings: [...found, ...described.warnings, ...(mismatch === null ? [] : [mismatch])] };
}

/** What the pickle tells of a molecule, until the next is decoded; null where it cannot be read. */
function decode(mol: Mol): Graph | null {
  return decodePickle(mol.get_as_uint8array(PICKLE_FLAGS) as Uint8Array, graph) ? graph : null;
}

function molblockOf({ record }: Task): Uint8Array | null {
  return record.form === 'molblock' && typeof record.structure !== 'string' ? record.structure : null;
}

/** Deletes `mol` after `work`, unless that broke the instance: then it goes as a whole, its molecules with it. */
function deletedAfter<T>(mol: Mol, rdkit: Rdkit, work: () => T): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    if (isRdkitException(error) && isAlive(rdkit)) mol.delete();
    throw error;
  }
  mol.delete();
  return result;
}

function describeFinal(
  rdkit: Rdkit,
  mol: Mol,
  scan: Graph | null,
  columns: NumericColumns,
  row: number,
  before: readonly Warning[],
  own: OwnIdentifiers | null = null,
): Described {
  const composition = measure(mol, scan, columns.descriptors, row * DESCRIPTORS.length);
  const identifiers = identify(rdkit, mol, own);
  columns.fingerprints?.set(mol.get_morgan_fp_as_uint8array(MORGAN) as Uint8Array, row * FINGERPRINT_BYTES);
  const warnings = [...before];
  if (identifiers.inchi === '') warnings.push({ code: 'INCHI_FAILED', message: 'RDKit gives no InChI for it' });
  return { ...identifiers, ...composition, warnings };
}
