/** Exit codes, and the one line that an error gets. */
import { MolstreamError, messageOf, OptionError, type RunCode } from '../../lib/errors.js';
import { ImportFailed } from '../import-failed.js';

export const EXIT = { ok: 0, failed: 1, usage: 2, tooManyRejects: 3, sigint: 130, sigterm: 143 } as const;

/** Wrong use, or something that cannot be read: nothing was begun, and the same command will not do better. */
const USAGE_CODES: ReadonlySet<RunCode> = new Set<RunCode>([
  'BAD_OPTION',
  'INPUT_NOT_FOUND',
  'INPUT_UNREADABLE',
  'UNKNOWN_FORMAT',
  'UNSUPPORTED_COMPRESSION',
  'DATABASE_UNAVAILABLE',
  'DATABASE_REFUSED',
  'TABLES_NOT_OURS',
  'OUTPUT_FAILED',
]);

/** The exit code of an error. What goes wrong once a run has begun is never a matter of usage: the run resumes. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof MolstreamError)) return EXIT.failed;
  if (error instanceof ImportFailed) return error.code === 'TOO_MANY_REJECTS' ? EXIT.tooManyRejects : EXIT.failed;
  return USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failed;
}

/** `molstream: INPUT_NOT_FOUND: no such file: a.sdf`, on stderr; never a stack trace. */
export function reportError(error: unknown): void {
  const code = error instanceof MolstreamError ? `${error.code}: ` : '';
  const message = error instanceof OptionError ? `${flagOf(error.option)}: ${error.complaint}` : messageOf(error);
  process.stderr.write(`molstream: ${code}${message}\n`);
}

/** `recordTimeoutMs` -> `--record-timeout`: flags take units as part of their values. */
function flagOf(option: string): string {
  if (option === 'inputs') return '<input...>';
  return `--${option.replace(/Ms$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
