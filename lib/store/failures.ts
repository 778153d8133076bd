/** What the codes of PostgreSQL and SQLite mean for the work that failed. */
import { URGENT_STATES } from '../batching/setbacks.js';
import { DatabaseError, MolstreamError } from '../errors.js';

/**
 * `row`: the data is refused, the rest of the chunk may be fine. `transient`: the whole chunk again, later.
 * `timeout`: a statement took too long. `full`, `refused`: the run fails. `defect`: a mistake of this program.
 */
export type FailureKind = 'row' | 'transient' | 'timeout' | 'full' | 'refused' | 'defect';

const POSTGRES: readonly (readonly [RegExp, FailureKind])[] = [
  [/^(22|23|54)/, 'row'],
  [/^57014$/, 'timeout'],
  [/^(40|08|57P0|25P0[34])|^(55P03|25006|53300|53200|XX001)$/, 'transient'],
  [/^53100$/, 'full'],
  [/^[0-9A-Z]{5}$/, 'refused'],
];

const SQLITE: readonly (readonly [RegExp, FailureKind])[] = [
  [/^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH)/, 'row'],
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, 'transient'],
  [/^SQLITE_FULL/, 'full'],
  [/^SQLITE_/, 'refused'],
];

const SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EAI_AGAIN|ENOTFOUND|ENOENT|EADDR|ERR_STREAM)/;
/** pg and knex give these without a code. */
const SOCKET_MESSAGE =
  /^(Connection (terminated|ended)|Client (has encountered a connection error|was closed)|timeout expired|timeout exceeded|Query read timeout|Knex: Timeout acquiring|.*not queryable)/i;

export function kindOf(error: unknown): FailureKind {
  const code = databaseCodeOf(error);
  if (code !== undefined) {
    if (SOCKET.test(code)) return 'transient';
    const table = code.startsWith('SQLITE_') ? SQLITE : POSTGRES;
    const entry = table.find(([pattern]) => pattern.test(code));
    if (entry !== undefined) return entry[1];
  }
  if (error instanceof AggregateError && error.errors.length > 0) return kindOf(error.errors[0]);
  return SOCKET_MESSAGE.test(serverMessage(error)) ? 'transient' : 'defect';
}

/** A deadlock or a timeout, in words for a sizer: fewer rows at a time make them rarer. Null for any other error. */
export function setbackOf(error: unknown): string | null {
  const code = databaseCodeOf(error);
  return code !== undefined && URGENT_STATES.includes(code) ? `${serverMessage(error)} (${code})` : null;
}

/** Whether the error is the database's own, not one of the way to it. */
export function isServerError(error: unknown): boolean {
  const code = databaseCodeOf(error);
  return code !== undefined && (/^SQLITE_/.test(code) || (/^[0-9A-Z]{5}$/.test(code) && !SOCKET.test(code)));
}

/** Whether the connection is lost, or no longer in step with the server. */
export function isBroken(error: unknown): boolean {
  if (isServerError(error)) return /^(08|57P0|25P0[34])/.test(databaseCodeOf(error) ?? '');
  return kindOf(error) === 'transient';
}

export function databaseCodeOf(error: unknown): string | undefined {
  if (error instanceof DatabaseError) return error.databaseCode;
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The server's own words, without the statement that knex puts in front of them, in one line. */
export function serverMessage(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return serverMessage(error.errors[0]);
  const text = error instanceof Error ? error.message : String(error);
  const sent = text.lastIndexOf(' - ');
  const isKnex = /^(select|insert|update|delete|with|create|alter|begin|commit|rollback|set|copy|pragma)\b/i.test(text);
  const words = (isKnex && sent >= 0 ? text.slice(sent + 3) : text).replace(/\s+/g, ' ').trim();
  return words === '' ? (databaseCodeOf(error) ?? 'no reason was given') : words;
}

/** A `DatabaseError` for people; what already is an error of ours stays as it is. */
export function databaseError(error: unknown, where: string): Error {
  if (error instanceof MolstreamError) return error;
  const databaseCode = databaseCodeOf(error);
  const place = { cause: error, databaseCode };
  const said = serverMessage(error);
  switch (kindOf(error)) {
    case 'transient':
    case 'timeout':
      return new DatabaseError('DATABASE_UNAVAILABLE', `${where} does not answer: ${said}`, {
        ...place,
        retryable: true,
      });
    case 'full':
      return new DatabaseError('DATABASE_FULL', `${where} is full: ${said}`, place);
    case 'row':
    case 'refused':
      return new DatabaseError('DATABASE_REFUSED', `${where} refused the work: ${said}`, place);
    case 'defect':
      return error instanceof Error ? error : new Error(said);
  }
}
