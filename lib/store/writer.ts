/** What a chunk's transaction asks of the database, row by row or in bulk, whichever is fastest there. */
import type { Molecule, Rejection, Warning } from '../types.js';
import type { RecordWrite, StoredRecord } from './resolve.js';

/** Warns that the record shares its molecule with one that is drawn otherwise. */
export const MERGED: Warning = { code: 'STRUCTURE_MERGED' };

/** A row of `molecules`, as far as it decides. */
export interface StoredStructure {
  readonly canonicalSmiles: string;
  readonly hasDescriptors: boolean;
  readonly hasFingerprint: boolean;
}

/** A row of `records` with what is known once its molecule is stored. */
export interface RecordRow extends RecordWrite {
  readonly inputId: number;
  /** Null: the molecule's. */
  readonly canonicalSmiles: string | null;
  /** JSON, or null. */
  readonly warnings: string | null;
}

/** The same for every row of a run. */
export interface RowConstants {
  readonly runId: number;
  readonly describedWith: string;
  readonly keepRaw: boolean;
  readonly standardizer: string;
  readonly toolkitVersion: string;
}

/** Lives for one transaction. Rows come in the order in which they are to be written. */
export interface ChunkWriter {
  records(sourceId: number, keys: readonly string[]): Promise<Map<string, StoredRecord>>;
  structures(keys: readonly string[]): Promise<Map<string, StoredStructure>>;
  /** The same, and no other transaction gives these rows another SMILES before this one ends. */
  holdStructures(keys: readonly string[]): Promise<Map<string, StoredStructure>>;
  /** Keys of the rows that were not there before. */
  insertMolecules(molecules: readonly Molecule[]): Promise<ReadonlySet<string>>;
  /** To be called before rows of `molecules` get another SMILES: the records that rely on the old keep it. */
  keepSmiles(keys: readonly string[]): Promise<void>;
  /** Overwrites all but the identity of rows that are there. */
  refreshMolecules(molecules: readonly Molecule[]): Promise<void>;
  /** Locks rows in the order of their keys. Throws `Overtaken` if their content is another now. */
  lockRecords(records: readonly StoredRecord[]): Promise<void>;
  insertRecords(rows: readonly RecordRow[]): Promise<void>;
  replaceRecords(rows: readonly RecordRow[]): Promise<void>;
  insertRejections(rows: readonly { rejection: Rejection; inputId: number }[]): Promise<void>;
}

/** A row was changed between the reading and the writing by another transaction: the chunk is to be done again. */
export class Overtaken extends Error {
  /** SQLSTATE of a serialization failure, which this is. */
  readonly code = '40001';
  constructor() {
    super('another import changed the same records at the same time');
  }
}

/** The record's warnings as JSON, or null. `isMerged`: whether it shares its molecule with one that is drawn otherwise. */
export function warningsOf({ warnings }: Molecule, isMerged: boolean): string | null {
  const all = isMerged ? [...warnings, MERGED] : warnings;
  return all.length === 0 ? null : JSON.stringify(all);
}

/** As JSON; null where the rejection is to be read as its input. */
export function layoutOf({ layout, input }: Rejection): string | null {
  return layout === undefined || layout === input.layout ? null : JSON.stringify(layout);
}
