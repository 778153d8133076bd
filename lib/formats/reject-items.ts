/** The data items that the rejects sink adds to an SDF entry, and a later import takes off again. */
import type { Rejection } from '../types.js';
import { isLineEnd } from './bytes.js';

const FIRST = '>  <REJECT_CODE>';
const SHAPE =
  /^> {2}<REJECT_CODE>\r?\n[A-Z_]+\r?\n\r?\n> {2}<REJECT_STAGE>\r?\n[a-z]+\r?\n\r?\n> {2}<REJECT_MESSAGE>\r?\n[^\r\n]*\r?\n\s*$/;
const LONGEST_MESSAGE = 1000;
/** More than the three items can take. */
const TAIL_BYTES = 4500;
const FIRST_BYTES = Buffer.from(FIRST);

export function rejectItems(rejection: Pick<Rejection, 'code' | 'stage' | 'message'>): string {
  const message = rejection.message.replace(/\s+/g, ' ').slice(0, LONGEST_MESSAGE);
  return `${FIRST}\n${rejection.code}\n\n>  <REJECT_STAGE>\n${rejection.stage}\n\n>  <REJECT_MESSAGE>\n${message}\n\n`;
}

/** The entry without the items at its end. */
export function withoutRejectItems(raw: Buffer): Buffer {
  const tailStart = Math.max(0, raw.length - TAIL_BYTES);
  const index = raw.subarray(tailStart).lastIndexOf(FIRST_BYTES);
  if (index < 0) return raw;
  const start = tailStart + index;
  if (start > 0 && !isLineEnd(raw[start - 1] as number)) return raw;
  return SHAPE.test(raw.toString('latin1', start)) ? raw.subarray(0, start) : raw;
}
