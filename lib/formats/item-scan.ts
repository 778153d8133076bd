import { isLineEnd, nextLine } from './bytes.js';
import { headerName } from './sdf-items.js';

/** Most bytes of a data header before the name. */
const HEADER_BYTES = 200;

const needles = new Map<string, Buffer>();

/** First line of the value of the first data item of that name, found without reading the others; null: no such item. */
export function findItemValue(raw: Buffer, name: string): Buffer | null {
  const needle = needleOf(name);
  for (let index = raw.indexOf(needle); index >= 0; index = raw.indexOf(needle, index + 1)) {
    let line = index;
    while (line > 0 && index - line < HEADER_BYTES && !isLineEnd(raw[line - 1] as number)) line -= 1;
    if (raw[line] !== 0x3e || (line > 0 && !isLineEnd(raw[line - 1] as number))) continue;
    const next = nextLine(raw, line);
    if (headerName(withoutLineEnd(raw, line, next).toString('utf8')) !== name) continue;
    const value = withoutLineEnd(raw, next, nextLine(raw, next));
    // The header of an item without a value is followed by the next header.
    return headerName(value.toString('latin1')) === null ? value : value.subarray(0, 0);
  }
  return null;
}

function needleOf(name: string): Buffer {
  let needle = needles.get(name);
  if (needle === undefined) {
    needle = Buffer.from(/^DT\d+$/.test(name) ? name : `<${name}>`);
    needles.set(name, needle);
  }
  return needle;
}

function withoutLineEnd(raw: Buffer, from: number, to: number): Buffer {
  let end = to;
  while (end > from && isLineEnd(raw[end - 1] as number)) end -= 1;
  return raw.subarray(from, end);
}
