/**
 * The words of the project, each defined once.
 *
 * Items (records, molecules, rejections, unchanged records, ends of inputs) travel in one object stream, in input
 * order, so that a chunk commits all of them with one checkpoint.
 */
import type { RejectionCode, Stage, WarningCode } from './errors.js';

/** `rejects`: the NDJSON that the rejects sink writes; each line carries a record of one of the other formats. */
export const FORMATS = ['sdf', 'smiles', 'csv', 'tsv', 'rejects'] as const;
export type Format = (typeof FORMATS)[number];

/** How the bytes of an input are to be read: what was asked for, completed by what its first bytes show. */
export interface Layout {
  readonly format: Format;
  /** A label of the encoding, as iconv-lite knows it; null: UTF-8, and Windows-1252 for a record that is not UTF-8. */
  readonly encoding: string | null;
  /** Field separator of csv and tsv; null for the other formats. SMILES lines are split at blanks and tabs. */
  readonly delimiter: string | null;
  /** Names of the columns (csv, tsv, smiles; made up as `column1`, ... where there is no header); null for sdf. */
  readonly columns: readonly string[] | null;
  /** Bytes before the first record: a header row. A byte-order mark is not among them: sources drop it. */
  readonly headerBytes: number;
  /** The column of `columns` that holds the SMILES; null for sdf. */
  readonly smilesColumn: string | null;
  /** Tag or column whose value is the record's key; null: the content hash. */
  readonly idTag: string | null;
  /** Tag or column whose value is the record's name; null: the title line of a molblock, the text after a SMILES. */
  readonly nameTag: string | null;
  /** Of a file of rejections that holds those of several sources: the only one that is read. */
  readonly onlySource?: string;
  /** Of such a file: the sources that are read as other inputs. */
  readonly otherSources?: readonly string[];
}

/** One file or stdin, opened for reading. Compared by reference within a pipeline. */
export interface Input {
  /** Absolute path of a file; `stdin:NAME` for stdin, NAME being the source. */
  readonly uri: string;
  /** Name of the origin of the records in the database. */
  readonly source: string;
  /** Name of the source profile that was recognised (`pubchem`, `chembl`, ...), or null. */
  readonly profile: string | null;
  /** Size on disk in bytes, compressed if the file is; null for stdin. */
  readonly sizeBytes: number | null;
  readonly layout: Layout;
}

/**
 * Where a record stands. Offsets are bytes of the uncompressed input (of its UTF-8 form, if it is UTF-16), counted from
 * behind a byte-order mark.
 */
export interface Place {
  readonly input: Input;
  /** 0-based, within the input. */
  readonly ordinal: number;
  /** Offset of the record's first byte. */
  readonly byteOffset: number;
  /** Offset of what follows the record and its delimiter: where reading resumes once the record is committed. */
  readonly endOffset: number;
}

export interface Warning {
  readonly code: WarningCode;
  /** In words; absent where the code says it all. */
  readonly message?: string;
  /** How much a curator would mind, 1 (little) to 9; absent: 0. */
  readonly penalty?: number;
}

/** What every record has, whatever becomes of it. */
export interface Identified extends Place {
  /** The record's own bytes, without delimiter; a view, not to be changed. Cut to 64 KiB when RECORD_TOO_LARGE. */
  readonly raw: Uint8Array;
  /** How to read `raw`; absent: the input's own layout. Another one only where the input is a file of rejections. */
  readonly layout?: Layout;
  /** SHA-256 in hex of the record's normalised bytes (see `lib/formats/identity.ts`). */
  readonly contentHash: string;
  /** Value of the id tag as written; null where there is none. */
  readonly externalId: string | null;
  /** `externalId`, else `contentHash`. */
  readonly recordKey: string;
}

/** One SDF entry, SMILES line or CSV row as it was read. */
export interface RawRecord extends Identified {
  readonly kind: 'record';
  readonly layout: Layout;
  /** The fields of a csv or tsv row, one for each column; null for other formats. */
  readonly fields: readonly string[] | null;
  readonly warnings: readonly Warning[];
}

/** What RDKit made of a record. */
export interface Molecule extends Identified {
  readonly kind: 'molecule';
  readonly name: string | null;
  /** InChIKey, else `SMILES:` + SHA-256 in hex of the canonical SMILES. */
  readonly structureKey: string;
  /** Empty where the structure has no InChI (polymer, dummy atoms). */
  readonly inchi: string;
  readonly inchikey: string;
  readonly canonicalSmiles: string;
  /** In Hill order, without charge. */
  readonly formula: string;
  readonly formalCharge: number;
  readonly heavyAtoms: number;
  /** One value for each of `DESCRIPTOR_COLUMNS`, in that order; null with `descriptors: 'none'`. */
  readonly descriptors: Float64Array | null;
  /** Morgan fingerprint, radius 2, 2048 bits in 256 bytes, little-endian by bit; null with `fingerprint: 'none'`. */
  readonly morganFp: Uint8Array | null;
  /** JSON object of the data items, in the order found; repeated tags as arrays. `readTags` gives pairs. */
  readonly tagsJson: string;
  readonly warnings: readonly Warning[];
}

/** A record that did not become a row. */
export interface Rejection extends Identified {
  readonly kind: 'rejection';
  readonly stage: Stage;
  readonly code: RejectionCode;
  readonly message: string;
  readonly warnings: readonly Warning[];
}

/** A record that the database already holds as it is. */
export interface Unchanged extends Identified {
  readonly kind: 'unchanged';
  readonly warnings: readonly Warning[];
}

/** Says that the input was read to its end; `ordinal` is the number of its records, both offsets its length. */
export interface InputEnd extends Place {
  readonly kind: 'end';
}

/** What leaves `splitRecords` and `matchKnown`. */
export type SplitItem = RawRecord | Rejection | Unchanged | InputEnd;
/** What leaves `describe`, and is committed. */
export type Item = Molecule | Rejection | Unchanged | InputEnd;

export type ClosedBy = 'rows' | 'bytes' | 'age' | 'end';

/** The items that one transaction commits, in stream order; it may span inputs. */
export interface Chunk<T = Item> {
  readonly items: readonly T[];
  readonly bytes: number;
  readonly closedBy: ClosedBy;
}

/** What a batch cost. */
export interface BatchCost {
  rows: number;
  bytes: number;
  ms: number;
  closedBy: ClosedBy;
  /** Of the rows, those that are counted in statistics. Default: all. */
  records?: number;
  /** Why it failed, in words or as a code. */
  error?: string;
  /** What a failure is counted under in statistics. Default: `error`. */
  code?: string;
  /** How many of the rows failed by themselves, by code. Default: none. */
  rejected?: Readonly<Record<string, number>>;
  /** A deadlock or a timeout that a later attempt got over. */
  setback?: string;
  /** How often it was begun. Default 1. */
  attempts?: number;
}

/** Decides how large the next chunk is, from what the last ones cost. */
export interface BatchSizer {
  /** Asked again whenever an item is added: the open chunk grows to the current answer. Costs next to nothing. */
  next(): { rows: number; bytes: number };
  /** `ms` is the time of the transaction alone, from BEGIN to the answer of COMMIT. */
  report(cost: BatchCost): void;
  readonly state: Readonly<Record<string, unknown>>;
}

/** Counts of records by what became of them: `read` is the sum of the five that follow. */
export interface Counters {
  read: number;
  inserted: number;
  updated: number;
  unchanged: number;
  skipped: number;
  rejected: number;
  moleculesNew: number;
}

/** Asks a database which of these records it already holds; null where a record must be described. */
export type Lookup = (records: readonly RawRecord[], signal?: AbortSignal) => Promise<(Unchanged | Rejection | null)[]>;

export type ConflictPolicy = 'update' | 'skip' | 'reject';
export type Standardization = 'none' | 'cleanup' | 'fragment' | 'parent';

/** What `describe` works out for each record. */
export interface DescribeOptions {
  readonly descriptors: 'all' | 'none';
  readonly fingerprint: 'morgan' | 'none';
  readonly standardize: Standardization;
  /** Whether InChI and InChIKey are taken over from the tags of sources that are known to compute them. Default false. */
  readonly trustTags?: boolean;
}

/** What decides how the bytes of a record are read, and whether they are kept, where it was said. */
export interface ReadOptions {
  readonly smiles?: string | null;
  readonly name?: string | null;
  readonly encoding?: string | null;
  readonly raw?: 'all' | 'none';
}

/**
 * The text that `described_with` holds: two records of the same bytes that were described with the same text need no new
 * description. Of how they are read it holds what is not the default.
 */
export function describedWith(options: DescribeOptions & ReadOptions): string {
  const { descriptors, fingerprint, standardize, trustTags, smiles, name, encoding, raw } = options;
  const parts = [`descriptors=${descriptors}`, `fingerprint=${fingerprint}`, `standardize=${standardize}`];
  if (trustTags) parts.push('identifiers=tags');
  for (const [key, value] of Object.entries({ smiles, name, encoding })) {
    if (value) parts.push(`${key}=${JSON.stringify(value)}`);
  }
  if (raw === 'none') parts.push('raw=none');
  return parts.join(' ');
}
