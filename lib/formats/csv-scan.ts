const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** Where a row ends, by the rules of quoting; `needs more` where these bytes do not tell. */
export type RowScan =
  | {
      readonly kind: 'row';
      readonly to: number;
      readonly next: number;
      readonly columns: number;
      readonly lines: number;
    }
  | { readonly kind: 'bad quote' }
  | { readonly kind: 'needs more' };

const MORE: RowScan = { kind: 'needs more' };
const BAD: RowScan = { kind: 'bad quote' };

/** Scans the row that begins at `from`. A quote opens only at the start of a field, and closes only at its end. */
export function scanRow(bytes: Buffer, from: number, delimiter: number, final: boolean): RowScan {
  let columns = 1;
  let lines = 1;
  let fieldStart = true;
  let index = from;
  while (index < bytes.length) {
    const byte = bytes[index] as number;
    if (fieldStart && byte === QUOTE) {
      const close = findClose(bytes, index + 1);
      if (close < 0) return final ? BAD : MORE;
      if (close + 1 === bytes.length && !final) return MORE;
      const after = bytes[close + 1];
      if (after !== undefined && after !== delimiter && after !== LF && after !== CR) return BAD;
      lines += countLines(bytes, index, close);
      index = close + 1;
      fieldStart = false;
    } else if (byte === LF) return { kind: 'row', to: index, next: index + 1, columns, lines };
    else if (byte === CR) {
      if (index + 1 === bytes.length && !final) return MORE;
      return { kind: 'row', to: index, next: bytes[index + 1] === LF ? index + 2 : index + 1, columns, lines };
    } else {
      fieldStart = byte === delimiter;
      if (fieldStart) columns += 1;
      index += 1;
    }
  }
  return final ? { kind: 'row', to: index, next: index, columns, lines } : MORE;
}

/** Scans a row as if quotes meant nothing: to the end of its line. */
export function scanLine(bytes: Buffer, from: number, final: boolean): { to: number; next: number } | null {
  const lf = bytes.indexOf(LF, from);
  let cr = bytes.subarray(from, lf < 0 ? bytes.length : lf).indexOf(CR);
  if (cr >= 0) {
    cr += from;
    if (cr + 1 === bytes.length && !final) return null;
    return { to: cr, next: bytes[cr + 1] === LF ? cr + 2 : cr + 1 };
  }
  if (lf >= 0) return { to: lf, next: lf + 1 };
  return final ? { to: bytes.length, next: bytes.length } : null;
}

/** Index of the quote that closes a field; two quotes are one character of it. */
function findClose(bytes: Buffer, from: number): number {
  let close = bytes.indexOf(QUOTE, from);
  while (close >= 0 && bytes[close + 1] === QUOTE) close = bytes.indexOf(QUOTE, close + 2);
  return close;
}

function countLines(bytes: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let index = from; index < to; index += 1) {
    const byte = bytes[index];
    if (byte === LF || (byte === CR && bytes[index + 1] !== LF)) lines += 1;
  }
  return lines;
}
