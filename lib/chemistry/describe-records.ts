/**
 * From records to all that is stored about their structures, each step for all of them before the next one: what a step
 * needs of RDKit's code is then in the processor's caches, and a record takes a quarter less time than by itself.
 */
import type { Mol } from '@rdkit/rdkit';
import type { ParsedRecord } from '../formats/read-record.js';
import type { DescribeOptions, Warning } from '../types.js';
import { checkStructure } from './checks/check-structure.js';
import type { Composition } from './composition.js';
import type { Graph } from './descriptors/graph.js';
import { createGraph, decodePickle, PICKLE_FLAGS } from './descriptors/kernel.js';
import { type Failure, reasonFromLog } from './failures.js';
import { type Identifiers, identify } from './identify.js';
import { measure, type NumericColumns } from './measure.js';
import { checkIdentifier, ownIdentifiers } from './own-identifier.js';
import { DeadInstance, parseStructure } from './parse-structure.js';
import { isAlive, isRdkitException, type Rdkit } from './rdkit.js';
import type { Standardizer } from './standardize/standardize.js';
import { withWholeCoordinates } from './whole-coordinates.js';

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
  /** Row of the columns that its values go into. */
  readonly row: number;
}

/** Is told what is worked on. */
export interface Tracker {
  /** Before each step of the task of that row. */
  begins(row: number): void;
  /** Before tasks are described once more: what they took until then does not count. */
  again(): void;
}

export interface Described extends Identifiers, Composition {
  readonly warnings: readonly Warning[];
}

/** A structure that RDKit has read, on its way through the steps. */
interface Work {
  readonly task: Task;
  /** What is described, and deleted in the end. */
  mol: Mol;
  /** Whether that is what was read: standardising changed nothing. */
  isAsRead: boolean;
  pickle: Uint8Array;
  warnings: readonly Warning[];
  canonicalSmiles: string;
  identifiers: Identifiers | null;
  described: Described | null;
}

const NOT_YET = new Uint8Array(0);

const graph = createGraph();

type Step = (work: Work, tools: Tools, columns: NumericColumns) => void;
const STEPS: readonly Step[] = [standardize, writeSmiles, nameStructure, measureAndCheck];

/**
 * One result for each task, in order; descriptors and fingerprints go into `columns`. A structure that RDKit refuses is a
 * `Failure`, and every `Mol` that was made is deleted. Throws where the instance trapped or died: then all of it must be
 * replaced. Throws as well where RDKit gives up on one of several: each by itself shows which it was.
 */
export function describeRecords(
  tools: Tools,
  tasks: readonly Task[],
  columns: NumericColumns,
  tracker?: Tracker,
): (Described | Failure)[] {
  const { rdkit } = tools;
  const works: Work[] = [];
  let results: (Described | Failure | Work)[];
  try {
    results = tasks.map((task) => {
      tracker?.begins(task.row);
      const mol = parseStructure(rdkit, task.record.form, structureOf(task));
      if ('code' in mol) return mol;
      const work = workOn(task, mol);
      works.push(work);
      return work;
    });
    for (const step of STEPS) {
      for (const work of works) {
        tracker?.begins(work.task.row);
        step(work, tools, columns);
      }
    }
  } catch (error) {
    if (!isRdkitException(error) || !isAlive(rdkit)) throw error;
    for (const { mol } of works) mol.delete();
    if (tasks.length > 1) throw error;
    results = [{ code: 'PARSE_FAILED', message: reasonFromLog(rdkit.log.get_buffer()) || 'RDKit gave up on it' }];
    works.length = 0;
  }
  for (const { mol } of works) mol.delete();
  if (!rdkit.isIntact()) throw new DeadInstance('its memory or its stack did not suffice');
  return results.map((result) => ('task' in result ? (result.described as Described) : result));
}

function structureOf(task: Task): Uint8Array | string {
  const molblock = molblockOf(task);
  // Standardising writes molblocks, whose columns have no room for large coordinates.
  if (molblock === null || task.options.standardize !== 'none') return task.record.structure;
  return withWholeCoordinates(molblock);
}

function workOn(task: Task, mol: Mol): Work {
  return {
    task,
    mol,
    isAsRead: true,
    pickle: NOT_YET,
    warnings: [],
    canonicalSmiles: '',
    identifiers: null,
    described: null,
  };
}

function standardize(work: Work, { standardizer }: Tools): void {
  const { mol, task } = work;
  work.pickle = pickleOf(mol);
  const level = task.options.standardize;
  if (level === 'none') return;
  const scan = decode(work.pickle);
  const { mol: result, warnings } = standardizer.apply(mol, level, scan);
  work.warnings = warnings;
  if (result === mol) return;
  work.mol = result;
  work.isAsRead = false;
  mol.delete();
  // No InChI is computed of what was read; the record's own identifier names what was there before.
  work.warnings = [...checkStructure({ molblock: molblockOf(task), graph: scan, inchi: '' }), ...warnings];
  work.pickle = pickleOf(result);
}

function writeSmiles(work: Work): void {
  work.canonicalSmiles = work.mol.get_smiles();
}

function nameStructure(work: Work, { rdkit }: Tools): void {
  const { mol, task, canonicalSmiles, isAsRead } = work;
  const own = isAsRead && task.trustTags ? ownIdentifiers(task.profile, task.record.tagsJson) : null;
  work.identifiers = identify(rdkit, mol, canonicalSmiles, own);
}

function measureAndCheck(work: Work, _tools: Tools, columns: NumericColumns): void {
  const { mol, task, isAsRead, pickle } = work;
  const identifiers = work.identifiers as Identifiers;
  const scan = decode(pickle);
  const composition = measure(mol, scan, columns, task.row);
  const warnings: Warning[] = [];
  if (isAsRead) {
    warnings.push(...checkStructure({ molblock: molblockOf(task), graph: scan, inchi: identifiers.inchi }));
  }
  warnings.push(...work.warnings);
  if (identifiers.inchi === '') warnings.push({ code: 'INCHI_FAILED', message: 'RDKit gives no InChI for it' });
  const mismatch = isAsRead ? checkIdentifier(task.profile, task.record.tagsJson, identifiers.inchikey) : null;
  if (mismatch !== null) warnings.push(mismatch);
  work.described = { ...identifiers, ...composition, warnings };
}

function pickleOf(mol: Mol): Uint8Array {
  return mol.get_as_uint8array(PICKLE_FLAGS) as Uint8Array;
}

/** What the pickle tells of a molecule, until the next is decoded; null where it cannot be read. */
function decode(pickle: Uint8Array): Graph | null {
  return decodePickle(pickle, graph) ? graph : null;
}

function molblockOf({ record }: Task): Uint8Array | null {
  return record.form === 'molblock' && typeof record.structure !== 'string' ? record.structure : null;
}
