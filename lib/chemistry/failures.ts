/** Why RDKit refused a structure, from what it logged. */
import type { RejectionCode } from '../errors.js';

export interface Failure {
  readonly code: RejectionCode;
  /** RDKit's own reason, in words. */
  readonly message: string;
}

const EVIDENCE: readonly (readonly [RegExp, RejectionCode])[] = [
  [/Explicit valence for atom .*greater than permitted/, 'INVALID_VALENCE'],
  [/Can't kekulize|non-ring atom \d+ marked aromatic/, 'KEKULIZE_FAILED'],
  // A V3000 atom block that is shorter than its count says: what follows it was read as an atom.
  [/Element 'ATOM' not found/, 'PARSE_FAILED'],
  [/Element '.*' not found/, 'UNKNOWN_ELEMENT'],
  [/SMILES Parse Error/, 'SMILES_SYNTAX'],
];

/** SMILES are repeated in RDKit's messages, and may be long. */
const LONGEST_MESSAGE = 300;
/** What RDKit prints around the reason: time, frames, places in its source. */
const TIME = /^\[\d\d:\d\d:\d\d\] /;
const NOISE = /^\*+$|^Violation occurred on line|^(Pre|Post)-condition Violation$|check for mistakes around|^[~^ ]*\^$/;

/** Failure of a structure that RDKit refused. The log may be empty: RDKit does not always say why. */
export function failureFromLog(log: string): Failure {
  const code = EVIDENCE.find(([pattern]) => pattern.test(log))?.[1] ?? 'PARSE_FAILED';
  return { code, message: reasonFromLog(log) || 'RDKit cannot read this structure, and gives no reason' };
}

/** Elements are looked up leniently: RDKit makes an atom it does not know a `*`, and only logs it. */
export function unknownElement(log: string): Failure | null {
  const found = /Element '.*' not found/.exec(log);
  return found === null ? null : failureFromLog(log);
}

/** RDKit's reason, on one line; empty where it gave none. */
export function reasonFromLog(log: string): string {
  const lines = log
    .split('\n')
    .map((line) => line.replace(TIME, '').trim())
    .filter((line) => line !== '' && !NOISE.test(line));
  // The last lines of a SMILES error repeat the first with the whole input.
  const kept = [...new Set(lines)].slice(0, 3);
  const reason = kept.join('; ').replace('Failed Expression: ', '');
  return reason.length > LONGEST_MESSAGE ? `${reason.slice(0, LONGEST_MESSAGE)}...` : reason;
}
