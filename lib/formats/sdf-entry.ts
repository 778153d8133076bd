import type { Rejection } from '../types.js';
import { rejectItems } from './reject-items.js';

const LF = Buffer.from('\n');
const DELIMITER = Buffer.from('$$$$\n');
const DELIMITER_LINE = /(?:^|[\r\n])\$\$\$\$[ \t\v\f]*(?:[\r\n]|$)/;

/** The record's own bytes as an SDF entry, with its delimiter. */
export function toSdfEntry(raw: Uint8Array): Buffer {
  return Buffer.concat([raw, ...(endsLine(raw) ? [] : [LF]), DELIMITER]);
}

/** The rejected record's bytes with the items that say why, or null where they cannot be an SDF entry. */
export function toRejectsEntry(rejection: Rejection): Buffer | null {
  const { raw, code, input } = rejection;
  const { format } = rejection.layout ?? input.layout;
  // Of a record that is too large there is but its beginning.
  if (format !== 'sdf' || code === 'RECORD_TOO_LARGE') return null;
  if (DELIMITER_LINE.test(Buffer.from(raw).toString('latin1'))) return null;
  const items = Buffer.from(rejectItems(rejection));
  return Buffer.concat([raw, ...(endsLine(raw) ? [] : [LF]), items, DELIMITER]);
}

function endsLine(raw: Uint8Array): boolean {
  const last = raw.at(-1);
  return raw.length === 0 || last === 0x0a || last === 0x0d;
}
