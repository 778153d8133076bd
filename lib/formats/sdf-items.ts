/** Data items of an SDF entry, read exactly as they stand. */
import type { Tag } from './tags.js';

const NUMBERED = /^>[ \t]+(?:.*[ \t])?(DT\d+)(?:[ \t]|$)/;
const HEADER = 0x3e;
/** A delimiter that is none, because of the blank before it, left at the end of an entry. */
const FAILED_DELIMITER = /^\s+\$\$\$\$\s*$/;

/** Name in a data header: what is between its first `<` and last `>`, else its `DTn`; null for any other line. */
export function headerName(line: string): string | null {
  if (!line.startsWith('>')) return null;
  const first = line.indexOf('<');
  const last = line.lastIndexOf('>');
  if (first > 0 && last > first) {
    const before = line.slice(1, first);
    if (before === '' || before.startsWith(' ') || before.startsWith('\t')) return line.slice(first + 1, last);
  }
  return NUMBERED.exec(line)?.[1] ?? null;
}

/**
 * The items of `text`, which is what follows the molblock, with LF as line end. A value keeps its lines, blank ones
 * too, but for the blank lines that end it. Text before the first header is no item.
 */
export function readItems(text: string): Tag[] {
  const tags: Tag[] = [];
  let name: string | null = null;
  let valueStart = 0;
  for (let line = 0; line >= 0; ) {
    const lf = text.indexOf('\n', line);
    if (text.charCodeAt(line) === HEADER) {
      const header = headerName(text.slice(line, lf < 0 ? text.length : lf));
      if (header !== null) {
        if (name !== null) tags.push([name, withoutBlankEnd(text.slice(valueStart, Math.max(valueStart, line - 1)))]);
        name = header;
        valueStart = lf < 0 ? text.length : lf + 1;
      }
    }
    line = lf < 0 ? -1 : lf + 1;
  }
  if (name !== null) tags.push([name, withoutBlankEnd(withoutFailedDelimiters(text.slice(valueStart)))]);
  return tags;
}

/** The value without the blank lines that end it; its first line stays, even if it is blank. */
function withoutBlankEnd(value: string): string {
  let end = value.length;
  for (let lf = value.lastIndexOf('\n', end); lf >= 0; lf = lf === 0 ? -1 : value.lastIndexOf('\n', lf - 1)) {
    if (value.slice(lf + 1, end).trim() !== '') break;
    end = lf;
  }
  return value.slice(0, end);
}

/** The value without the blank lines and failed delimiters that end it, all of it if there is nothing else. */
function withoutFailedDelimiters(value: string): string {
  let end = value.length;
  for (;;) {
    const lf = end === 0 ? -1 : value.lastIndexOf('\n', end - 1);
    const line = value.slice(lf + 1, end);
    if (line.trim() !== '' && !FAILED_DELIMITER.test(line)) return value.slice(0, end);
    if (lf < 0) return '';
    end = lf;
  }
}
