import { isBlank } from './bytes.js';
import { hasDelimiter, looksLikeSdf } from './sdf-likeness.js';

/** Whether there seems to be a whole record: of less nothing can be read, and little be recognised. */
export function showsRecord(head: Buffer): boolean {
  if (looksLikeSdf(head)) return hasDelimiter(head);
  const lines = head.toString('latin1').split(/[\r\n]/);
  return lines.slice(0, -1).some((line) => !line.startsWith('#') && !isBlank(Buffer.from(line, 'latin1')));
}
