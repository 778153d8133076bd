/** What `importMolecules` and the command line take, what they default to, and what they refuse. */

import { badOption, type Check, checkValue, inputs, MOST_MS, object, oneOf, text, truth, whole } from './checks.js';
import { OptionError } from './errors.js';
import { memoryShares } from './monitor/memory-shares.js';
import { workersAllowed } from './monitor/system.js';
import { type ConflictPolicy, type DescribeOptions, FORMATS, type Format, type Standardization } from './types.js';

/** Settings of one import. Every field but `inputs` has a default. */
export interface ImportOptions {
  /** Paths, globs, or `-` for stdin, read in this order; a file named twice is read once. */
  inputs: readonly string[];
  /** A SQLite file (created if it is missing) or a `postgres://` URL. Default `molecules.sqlite`. */
  to?: string;
  /** Default: detected from the content, then from the name. */
  format?: Format;
  /** Label of a text encoding, such as `windows-1252`. Default: UTF-8, Windows-1252 for records that are not. */
  encoding?: string;
  /** Name of the source in the database. Default: the recognised profile's name, else each input's base name. */
  source?: string;
  /** Tag or column whose value is the record's key; `none`: the content hash. Default: from the source profile. */
  id?: string;
  /** Tag or column whose value is the record's name. Default: from the source profile, else the title line. */
  name?: string;
  /** Column that holds the SMILES, of csv and tsv. Default: detected from its name, else from its content. */
  smiles?: string;
  /** Default `all`: RDKit's 43. */
  descriptors?: 'all' | 'none';
  /** Default `morgan`: radius 2, 2048 bits. */
  fingerprint?: 'morgan' | 'none';
  /** Default `none`. */
  standardize?: Standardization;
  /**
   * Take over the InChI and InChIKey that PubChem, ChEMBL and DrugBank records carry. One record in 50 is computed all the
   * same, and a difference is a warning. Default false: all are computed.
   */
  trustTags?: boolean;
  /** What happens to a record whose key an earlier run stored with another content. Default `update`. */
  onConflict?: ConflictPolicy;
  /** Describe records again that the database holds unchanged. Default false. */
  redescribe?: boolean;
  /** Keep each record's bytes. Default `all`; rejections always keep theirs. */
  raw?: 'all' | 'none';
  /** Rows of every chunk, 1 or more. Default 0: adaptive. */
  batchSize?: number;
  /** Most rows of a chunk, 1 or more. Default 10,000. */
  maxBatchRows?: number;
  /** Most bytes of records in a chunk, 1 or more. Default 16,000,000, less where memory is less than 1 GB. */
  maxBatchBytes?: number;
  /** Milliseconds after which an open chunk is closed when the sink is idle, 1 or more. Default 2,000. */
  maxBatchAgeMs?: number;
  /** Milliseconds that a commit should take at most, 1 or more. Default 1,000. */
  commitTargetMs?: number;
  /** Worker threads, 1 to 256. Default: what cores and memory allow. */
  workers?: number;
  /** Bytes of memory that the process should keep below, 250,000,000 or more. Default 0: the system's or cgroup's limit. */
  memoryLimit?: number;
  /** Milliseconds that describing one record may take, 1 or more. Default 30,000. */
  recordTimeoutMs?: number;
  /** Bytes of one record, 1 or more; longer ones are rejected. Default 16,000,000. */
  maxRecordBytes?: number;
  /** Milliseconds to wait for a database that is away, 0 or more. Default 600,000. */
  databaseTimeoutMs?: number;
  /** Most rejections: a number, or a percentage such as `2%`, which counts after 1,000 records. Default: no limit. */
  maxRejects?: number | string;
  /** File for rejections: `.ndjson` or `.sdf`. Default: none. */
  rejects?: string;
  /** Most records to read in this execution, 1 or more. Default 0: all. */
  limit?: number;
  /** Count what would happen, write nothing. Default false. */
  dryRun?: boolean;
  /** Forget checkpoints (not data) and read the inputs from their start. Default false. */
  restart?: boolean;
  /** Port on this machine at which Prometheus finds metrics while the import runs; 0: any free one. Default: none. */
  metricsPort?: number;
  /** PostgreSQL schema of the tables. Default `molstream`. */
  schema?: string;
  /** What the tables' names start with. Default: nothing. */
  tablePrefix?: string;
}

/** A limit on rejections: in all, or as a share (0 to 1) once 1,000 records were read. */
export type RejectLimit = { readonly count: number } | { readonly share: number };

/** Options without a default value: null in `ResolvedOptions`. */
type Optional = 'format' | 'encoding' | 'source' | 'id' | 'name' | 'smiles' | 'rejects' | 'maxRejects' | 'metricsPort';

/** Options as the pipeline uses them: complete, checked, frozen. */
export interface ResolvedOptions extends Readonly<Required<Omit<ImportOptions, Optional>>>, DescribeOptions {
  readonly format: Format | null;
  readonly encoding: string | null;
  readonly source: string | null;
  readonly id: string | null;
  readonly name: string | null;
  readonly smiles: string | null;
  readonly rejects: string | null;
  readonly maxRejects: RejectLimit | null;
  readonly metricsPort: number | null;
  readonly trustTags: boolean;
}

export const DEFAULTS = Object.freeze({
  to: 'molecules.sqlite',
  descriptors: 'all',
  fingerprint: 'morgan',
  standardize: 'none',
  trustTags: false,
  onConflict: 'update',
  redescribe: false,
  raw: 'all',
  batchSize: 0,
  maxBatchRows: 10_000,
  maxBatchAgeMs: 2_000,
  commitTargetMs: 1_000,
  memoryLimit: 0,
  recordTimeoutMs: 30_000,
  maxRecordBytes: 16_000_000,
  databaseTimeoutMs: 600_000,
  limit: 0,
  dryRun: false,
  restart: false,
  schema: 'molstream',
  tablePrefix: '',
} as const);

export const CHOICES = {
  format: FORMATS,
  descriptors: ['all', 'none'],
  fingerprint: ['morgan', 'none'],
  standardize: ['none', 'cleanup', 'fragment', 'parent'],
  onConflict: ['update', 'skip', 'reject'],
  raw: ['all', 'none'],
} as const;

/** Smallest value allowed of each numeric option. All are whole numbers. */
const MINIMA = {
  batchSize: 0,
  maxBatchRows: 1,
  maxBatchBytes: 1,
  maxBatchAgeMs: 1,
  commitTargetMs: 1,
  workers: 1,
  recordTimeoutMs: 1,
  maxRecordBytes: 1,
  databaseTimeoutMs: 0,
  limit: 0,
} as const;

/** 300 of them took 3.4 GB and half a minute for five records. */
export const MOST_WORKERS = 256;

/** Node and one worker with its RDKit take about 200 MB before the first record. */
const LEAST_MEMORY = 250_000_000;

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,40}$/;

const TRUTHS = ['trustTags', 'redescribe', 'dryRun', 'restart'] as const;
const TEXTS = ['source', 'id', 'name', 'smiles', 'encoding', 'rejects'] as const;

/** Completes and checks. Throws `UsageError` BAD_OPTION that names the option, what it may be and what it was. */
export function resolveOptions(options: ImportOptions): ResolvedOptions {
  checkValue('options', options, object);
  // Before all else, since defaults of other options follow from it.
  if (options.memoryLimit !== undefined) checkValue('memoryLimit', options.memoryLimit, memory);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const defaults = {
    ...DEFAULTS,
    workers: workersAllowed(options.memoryLimit),
    maxBatchBytes: memoryShares(options.memoryLimit).chunkBytes,
    format: null,
    encoding: null,
    source: null,
    id: null,
    name: null,
    smiles: null,
    rejects: null,
    metricsPort: null,
    maxRejects: null,
    inputs: [],
  };
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(defaults, name));
  if (unknown !== undefined) throw new OptionError(unknown, 'there is no such option');
  const maxRejects = resolveRejectLimit(options.maxRejects);
  const resolved = { ...defaults, ...given, maxRejects } as unknown as ResolvedOptions;

  if (!Array.isArray(resolved.inputs) || resolved.inputs.length === 0) {
    throw new OptionError('inputs', 'name at least one file, glob, or - for stdin');
  }
  checkValue('inputs', resolved.inputs, inputs);
  for (const [name, choices] of Object.entries(CHOICES)) {
    const value = resolved[name as keyof typeof CHOICES];
    if (name !== 'format' || value !== null) checkValue(name, value, oneOf(choices));
  }
  for (const [name, least] of Object.entries(MINIMA)) {
    const value = resolved[name as keyof typeof MINIMA];
    const isTime = name.endsWith('Ms');
    if (Number.isSafeInteger(value) && value >= least && !(isTime && value > MOST_MS)) continue;
    throw badOption(name, `a whole number from ${least}${isTime ? ` to ${MOST_MS}, in milliseconds` : ''}`, value);
  }
  if (resolved.workers > MOST_WORKERS) throw badOption('workers', `at most ${MOST_WORKERS}`, resolved.workers);
  if (resolved.metricsPort !== null && !(Number.isInteger(resolved.metricsPort) && isPort(resolved.metricsPort))) {
    throw badOption('metricsPort', 'a port, 0 to 65535', resolved.metricsPort);
  }
  checkPlace(resolved.to, resolved.schema, resolved.tablePrefix);
  for (const name of TRUTHS) checkValue(name, resolved[name], truth);
  for (const name of TEXTS) if (resolved[name] !== null) checkValue(name, resolved[name], text);
  if (resolved.rejects !== null && !/\.(ndjson|sdf)$/i.test(resolved.rejects)) {
    throw badOption('rejects', 'a file name that ends in .ndjson or .sdf', resolved.rejects);
  }
  return Object.freeze(resolved);
}

/** A limit of memory in bytes. */
export const memory: Check = (limit) =>
  limit === 0 || whole(LEAST_MEMORY)(limit) === null ? null : `a number of bytes from ${LEAST_MEMORY}, or 0 for none`;

/** Where the tables are. Throws `UsageError` BAD_OPTION. */
export function checkPlace(to: string, schema: string, tablePrefix: string): void {
  checkValue('to', to, text);
  // It would be gone with its connection, before anybody could read it.
  if (to === ':memory:') throw badOption('to', 'the name of a file', to);
  if (typeof schema !== 'string' || !IDENTIFIER.test(schema))
    throw badOption('schema', 'a name of letters, digits and _', schema);
  if (tablePrefix !== '' && (typeof tablePrefix !== 'string' || !IDENTIFIER.test(tablePrefix))) {
    throw badOption('tablePrefix', 'letters, digits and _, not starting with a digit', tablePrefix);
  }
}

function isPort(value: number): boolean {
  return value >= 0 && value <= 65_535;
}

function resolveRejectLimit(value: number | string | undefined): RejectLimit | null {
  if (value === undefined) return null;
  const text = String(value);
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text);
  if (percent && Number(percent[1]) <= 100) return { share: Number(percent[1]) / 100 };
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return { count: Number(text) };
  throw badOption('maxRejects', 'a whole number from 0, or a percentage from 0% to 100%', value);
}
