/** Small questions about bytes of text. */

export function isLineEnd(byte: number): boolean {
  return byte === 0x0a || byte === 0x0d;
}

/** Blank, or what old systems leave at the end of a file: NUL and Ctrl-Z. */
function isEmpty(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x00 || byte === 0x1a;
}

/** NUL to the end of a block, as old systems and tape leave them. More are what is left of lost data. */
const MOST_PADDING = 4096;

export function isBlank(bytes: Uint8Array): boolean {
  let padding = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] as number;
    if (!isEmpty(byte)) return false;
    if (byte === 0 && ++padding > MOST_PADDING) return false;
  }
  return true;
}

/** Control characters that no text has. */
function isControl(byte: number): boolean {
  return byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1a && byte !== 0x1b) || byte === 0x7f;
}

const BINARY_SHARE = 0.02;

/** Whether these are not the bytes of a text: too many of them, NUL above all, are control characters. */
export function isBinary(bytes: Uint8Array): boolean {
  let controls = 0;
  for (let index = 0; index < bytes.length; index += 1) if (isControl(bytes[index] as number)) controls += 1;
  return controls > bytes.length * BINARY_SHARE;
}

/** Length without the blank lines, and the last line's end, at the end. */
export function trimmedLength(bytes: Uint8Array): number {
  let end = bytes.length;
  let line = end;
  while (end > 0) {
    const byte = bytes[end - 1] as number;
    if (byte === 0x0a || byte === 0x0d) line = end - 1;
    else if (byte !== 0x20 && byte !== 0x09) break;
    end -= 1;
  }
  return end === 0 ? 0 : line;
}

/** Index of what follows the line that begins at `from`; the length of the bytes where it is the last one. */
export function nextLine(bytes: Uint8Array, from: number): number {
  for (let index = from; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (byte === 0x0a) return index + 1;
    if (byte === 0x0d) return bytes[index + 1] === 0x0a ? index + 2 : index + 1;
  }
  return bytes.length;
}

/** The bytes with CRLF and CR as LF: the same array where there is no CR. */
export function withLf(bytes: Buffer): Buffer {
  const first = bytes.indexOf(0x0d);
  if (first < 0) return bytes;
  const result = Buffer.allocUnsafe(bytes.length);
  result.set(bytes.subarray(0, first));
  let length = first;
  for (let index = first; index < bytes.length; index += 1) {
    const byte = bytes[index] as number;
    if (byte !== 0x0d) result[length++] = byte;
    else if (bytes[index + 1] !== 0x0a) result[length++] = 0x0a;
  }
  return result.subarray(0, length);
}
