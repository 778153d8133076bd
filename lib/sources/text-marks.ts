import iconv from 'iconv-lite';
import { isWide } from '../formats/text.js';

const MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: null },
  { bytes: [0xff, 0xfe, 0x00, 0x00], encoding: 'utf-32le' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

export const LONGEST_MARK = 4;

const FIRST_HALF = /[\ud800-\udbff]$/;

/** The byte-order mark at the start of `head`: its length, and the wide encoding that it stands for. */
export function findMark(head: Uint8Array): { length: number; wide: string | null } {
  const mark = MARKS.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
  return mark === undefined ? { length: 0, wide: null } : { length: mark.bytes.length, wide: mark.encoding };
}

/** Drops a byte-order mark, and turns UTF-16 and UTF-32, shown by their mark or by `encoding`, into UTF-8. */
export async function* asPlainText(bytes: AsyncIterable<Buffer>, encoding: string | null): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  let decoder: iconv.DecoderStream | null = null;
  /** The first half of a character, whose second comes with the next bytes. */
  let half = '';
  const decode = (chunk: Buffer): Buffer => {
    if (decoder === null) return chunk;
    const text = half + decoder.write(chunk);
    half = FIRST_HALF.exec(text)?.[0] ?? '';
    return Buffer.from(text.slice(0, text.length - half.length));
  };
  const begin = (start: Buffer): Buffer => {
    const { length, wide } = findMark(start);
    const label = wide ?? (isWide(encoding) ? encoding : null);
    if (label !== null) decoder = iconv.getDecoder(label);
    return decode(start.subarray(length));
  };

  for await (const chunk of bytes) {
    let text: Buffer;
    if (head === null) text = decode(chunk);
    else {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      if (head.length < LONGEST_MARK) continue;
      text = begin(head);
      head = null;
    }
    if (text.length > 0) yield text;
  }
  const rest = [head === null ? Buffer.alloc(0) : begin(head), Buffer.from(half + finish(decoder))];
  for (const text of rest) if (text.length > 0) yield text;
}

function finish(decoder: iconv.DecoderStream | null): string {
  return decoder?.end() ?? '';
}
