import { molblockEnd } from './molblock.js';

const DELIMITER = /(?:^|[\r\n])\$\$\$\$\s*(?:[\r\n]|$)/;
/** Three lines, and a counts line. */
const BEGINNING = /^[^\r\n]*(?:\r\n?|\n)[^\r\n]*(?:\r\n?|\n)[^\r\n]*(?:\r\n?|\n)[ \d]{6}[^\r\n]*V[23]000/;

export function looksLikeSdf(head: Buffer): boolean {
  return hasDelimiter(head) || molblockEnd(head) >= 0 || BEGINNING.test(head.toString('latin1'));
}

/** Whether an entry of SDF ends in it. */
export function hasDelimiter(head: Buffer): boolean {
  return DELIMITER.test(head.toString('latin1'));
}
