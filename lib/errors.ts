/** Every code that molstream gives, in one place, and the errors that carry them. */

/** Where a record was rejected: while the input was split, by RDKit, against the database's rows, by the database. */
export type Stage = 'read' | 'describe' | 'match' | 'sink';

export const REJECTION_CODES = [
  'TRUNCATED',
  'MOLBLOCK_UNTERMINATED',
  'NO_STRUCTURE',
  'RECORD_TOO_LARGE',
  'ROW_SHAPE',
  'ROW_QUOTE',
  'SMILES_SYNTAX',
  'PARSE_FAILED',
  'UNKNOWN_ELEMENT',
  'INVALID_VALENCE',
  'KEKULIZE_FAILED',
  'RECORD_TIMEOUT',
  'WORKER_CRASHED',
  'DUPLICATE_ID',
  'CONFLICT',
  'ROW_REFUSED',
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

export const WARNING_CODES = [
  'DELIMITER_MISSING',
  'INCHI_FAILED',
  'STRUCTURE_MERGED',
  'IDENTIFIER_MISMATCH',
  'ID_MISSING',
  'ENCODING_GUESSED',
  'NUL_REPLACED',
  'METALS_DISCONNECTED',
  'NORMALIZATION_APPLIED',
  'FRAGMENTS_REMOVED',
  'PROTONATION_CHANGED',
  'STANDARDIZATION_FAILED',
  'STEREO_MISMATCH',
  'RADICAL',
  'POLYMER',
  'ZERO_COORDINATES',
  'OVERLAPPING_ATOMS',
  'UNUSUAL_VALENCE',
  'QUERY_FEATURES',
] as const;
export type WarningCode = (typeof WARNING_CODES)[number];

export const RUN_CODES = [
  'BAD_OPTION',
  'INPUT_NOT_FOUND',
  'INPUT_UNREADABLE',
  'INPUT_TRUNCATED',
  'INPUT_CHANGED',
  'INPUT_IN_USE',
  'UNKNOWN_FORMAT',
  'UNSUPPORTED_COMPRESSION',
  'DATABASE_UNAVAILABLE',
  'DATABASE_FULL',
  'DATABASE_REFUSED',
  'TABLES_NOT_OURS',
  'TOO_MANY_REJECTS',
  'FENCED',
  'INTERRUPTED',
  'OUTPUT_FAILED',
  'INTERNAL',
] as const;
export type RunCode = (typeof RUN_CODES)[number];

export interface ErrorPlace {
  /** URI of the input. */
  input?: string | undefined;
  ordinal?: number | undefined;
  /** Byte of the uncompressed input. */
  offset?: number | undefined;
  cause?: unknown;
}

/** Base of all errors that molstream throws. Its message is one line for people: what, where, and what to do. */
export class MolstreamError extends Error {
  readonly code: RunCode;
  readonly input: string | undefined;
  readonly ordinal: number | undefined;
  readonly offset: number | undefined;

  constructor(code: RunCode, message: string, place: ErrorPlace = {}) {
    super(message, place.cause === undefined ? undefined : { cause: place.cause });
    this.name = new.target.name;
    this.code = code;
    this.input = place.input;
    this.ordinal = place.ordinal;
    this.offset = place.offset;
  }

  /** Whether the same work, done again in a moment, may succeed. */
  get retryable(): boolean {
    return false;
  }

  /** This error, and one that came while its consequences were dealt with: told like this one, with both. */
  and(second: unknown): MolstreamError {
    const { input, ordinal, offset } = this;
    const cause = new AggregateError([this, second]);
    return new MolstreamError(this.code, `${this.message}; then: ${messageOf(second)}`, {
      input,
      ordinal,
      offset,
      cause,
    });
  }
}

/** Wrong use: an option, a file name, a format. Nothing was created. */
export class UsageError extends MolstreamError {}

/** An option that is not what it may be. `message` is `option: complaint`. */
export class OptionError extends UsageError {
  /** As the library calls it. */
  readonly option: string;
  readonly complaint: string;

  constructor(option: string, complaint: string, place: ErrorPlace = {}) {
    super('BAD_OPTION', `${option}: ${complaint}`, place);
    this.option = option;
    this.complaint = complaint;
  }
}

/** An input that cannot be read, or not to its end. */
export class InputError extends MolstreamError {}

/** The database said no, or nothing at all. */
export class DatabaseError extends MolstreamError {
  /** SQLSTATE of PostgreSQL, `SQLITE_...` of SQLite, or the code of a socket error. */
  readonly databaseCode: string | undefined;
  readonly #retryable: boolean;

  constructor(
    code: RunCode,
    message: string,
    place: ErrorPlace & { databaseCode?: string | undefined; retryable?: boolean } = {},
  ) {
    super(code, message, place);
    this.databaseCode = place.databaseCode;
    this.#retryable = place.retryable ?? false;
  }

  override get retryable(): boolean {
    return this.#retryable;
  }
}

/** The run ended before its inputs did, for a reason that is not a fault. It resumes. */
export class StoppedError extends MolstreamError {}

/** An input that the system gives no bytes of. */
export function unreadable(uri: string, cause: unknown, offset?: number): InputError {
  return new InputError('INPUT_UNREADABLE', `${uri}: cannot be read (${messageOf(cause)})`, {
    input: uri,
    offset,
    cause,
  });
}

/** `name`: of the file or stream that the system takes no bytes for. */
export function unwritable(name: string, cause: unknown): MolstreamError {
  return new MolstreamError('OUTPUT_FAILED', `${name}: cannot be written (${messageOf(cause)})`, { cause });
}

/** What was thrown, or INTERNAL where it is no error of ours. */
export function asMolstreamError(error: unknown): MolstreamError {
  return error instanceof MolstreamError ? error : new MolstreamError('INTERNAL', messageOf(error), { cause: error });
}

/** One line for people, from whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) {
    return [error.message, ...error.errors.map(messageOf)].filter(Boolean).join('; ');
  }
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}
