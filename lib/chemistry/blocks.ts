/** What the main thread and its workers send each other: blocks of records, in columns, their bytes transferred. */
import type { Stage } from '../errors.js';
import { identityOf } from '../identity-of.js';
import type { DescribeOptions, Layout, Molecule, RawRecord, Rejection, Warning } from '../types.js';
import { DESCRIPTORS } from './columns.js';
import { FINGERPRINT_BYTES } from './descriptors/kernel.js';
import type { Failure } from './failures.js';
import type { NumericColumns } from './measure.js';
import { isSampled } from './own-identifier.js';

/** What a record takes beside its bytes: blocks of short ones are weighed with it. */
export const RECORD_BYTES = 500;

export interface Block {
  readonly options: DescribeOptions;
  /** The records, one after the other; record `i` ends at `ends[i]`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
  readonly layouts: readonly Layout[];
  readonly fields: readonly (readonly string[] | null)[];
  /** Names of source profiles. */
  readonly profiles: readonly (string | null)[];
  /** Whether identifiers among the tags are taken over. */
  readonly trusted: readonly boolean[];
  readonly progress: Progress;
}

/** Shared with the worker, which writes what stands where the names below say. */
export type Progress = Int32Array<SharedArrayBuffer>;
/** Its thread; 0 before it begins. */
export const THREAD = 0;
/** 1 + the record that it works on. */
export const CURRENT = 1;
/** Steps of records that were begun. */
export const STEP = 2;
/** Times that records had to be described once more. */
export const ATTEMPT = 3;

export interface BlockFailure extends Failure {
  readonly row: number;
  readonly stage: Stage;
}

/** One entry for each record in every column; those of failures mean nothing. */
export interface BlockResult extends NumericColumns {
  readonly names: (string | null)[];
  readonly structureKeys: string[];
  readonly inchis: string[];
  readonly inchikeys: string[];
  readonly smiles: string[];
  readonly formulas: string[];
  readonly tags: string[];
  readonly charges: Int32Array<ArrayBuffer>;
  readonly heavyAtoms: Int32Array<ArrayBuffer>;
  /** Of the rows that have any. */
  readonly warnings: [row: number, warnings: readonly Warning[]][];
  readonly failures: BlockFailure[];
  /** Milliseconds that the worker took. */
  ms: number;
}

export function packBlock(records: readonly RawRecord[], options: DescribeOptions): Block {
  const bytes = new Uint8Array(records.reduce((sum, record) => sum + record.raw.byteLength, 0));
  const ends = new Uint32Array(records.length);
  let end = 0;
  records.forEach((record, i) => {
    bytes.set(record.raw, end);
    end += record.raw.byteLength;
    ends[i] = end;
  });
  return {
    options,
    bytes,
    ends,
    layouts: records.map((record) => record.layout),
    fields: records.map((record) => record.fields),
    profiles: records.map((record) => record.input.profile),
    trusted: records.map((record) => options.trustTags === true && !isSampled(record.contentHash)),
    progress: new Int32Array(new SharedArrayBuffer(16)),
  };
}

export function emptyResult(rows: number, options: DescribeOptions): BlockResult {
  return {
    names: [],
    structureKeys: [],
    inchis: [],
    inchikeys: [],
    smiles: [],
    formulas: [],
    tags: [],
    charges: new Int32Array(rows),
    heavyAtoms: new Int32Array(rows),
    descriptors: options.descriptors === 'all' ? new Float64Array(rows * DESCRIPTORS.length) : null,
    fingerprints: options.fingerprint === 'morgan' ? new Uint8Array(rows * FINGERPRINT_BYTES) : null,
    warnings: [],
    failures: [],
    ms: 0,
  };
}

/** The items that become of the records of a block. Descriptors and fingerprints are views on the result's columns. */
export function unpackResult(records: readonly RawRecord[], result: BlockResult): (Molecule | Rejection)[] {
  const failures = new Map(result.failures.map((failure) => [failure.row, failure]));
  const warnings = new Map(result.warnings);
  return records.map((record, row) => {
    const failure = failures.get(row);
    if (failure !== undefined) return rejectionOf(record, failure.stage, failure);
    const more = warnings.get(row);
    return {
      kind: 'molecule',
      input: record.input,
      ordinal: record.ordinal,
      byteOffset: record.byteOffset,
      endOffset: record.endOffset,
      raw: record.raw,
      layout: record.layout,
      contentHash: record.contentHash,
      externalId: record.externalId,
      recordKey: record.recordKey,
      name: result.names[row]!,
      structureKey: result.structureKeys[row]!,
      inchi: result.inchis[row]!,
      inchikey: result.inchikeys[row]!,
      canonicalSmiles: result.smiles[row]!,
      formula: result.formulas[row]!,
      formalCharge: result.charges[row]!,
      heavyAtoms: result.heavyAtoms[row]!,
      descriptors: result.descriptors?.subarray(row * DESCRIPTORS.length, (row + 1) * DESCRIPTORS.length) ?? null,
      morganFp: result.fingerprints?.subarray(row * FINGERPRINT_BYTES, (row + 1) * FINGERPRINT_BYTES) ?? null,
      tagsJson: result.tags[row]!,
      warnings: more === undefined ? record.warnings : [...record.warnings, ...more],
    };
  });
}

export function rejectionOf(record: RawRecord, stage: Stage, { code, message }: Failure): Rejection {
  return { kind: 'rejection', ...identityOf(record), stage, code, message, warnings: record.warnings };
}
