/** Data items of an SDF entry, read exactly as they stand. */
import type { Tag } from './tags.js';

const NUMBERED = /^>[ \t]+(?:.*[ \t])?(DT\d+)(?:[ \t]|$)/;
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
  let value: string[] = [];
  const lines = text.split('\n');
  for (const line of lines) {
    const header = headerName(line);
    if (header === null) {
      value.push(line);
      continue;
    }
    if (name !== null) tags.push([name, joinValue(value)]);
    name = header;
    value = [];
  }
  if (name !== null) {
    while (value.length > 0 && (value.at(-1)?.trim() === '' || FAILED_DELIMITER.test(value.at(-1) as string)))
      value.pop();
    tags.push([name, joinValue(value)]);
  }
  return tags;
}

function joinValue(lines: string[]): string {
  let length = lines.length;
  while (length > 1 && lines[length - 1]?.trim() === '') length -= 1;
  return lines.slice(0, length).join('\n');
}
