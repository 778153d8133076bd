import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import type { Warning } from '../types.js';

/** Encodings in which a line end is not one byte: they are turned into UTF-8 when an input is opened. */
const WIDE = /^(utf(16|32)|ucs[24])/;
const UTF8 = /^(utf(8|16|32)|ucs[24]|(us)?ascii$)/;
/** What iconv-lite knows beside encodings of texts. */
const NO_TEXT: ReadonlySet<string> = new Set(['base64', 'hex']);

const GUESSED: Warning = { code: 'ENCODING_GUESSED', message: 'Not UTF-8: read as Windows-1252' };
const NUL: Warning = { code: 'NUL_REPLACED', message: 'NUL characters were replaced by U+FFFD' };

export interface Text {
  readonly text: string;
  readonly warnings: readonly Warning[];
}

/** Text of a record. Without `encoding` it is UTF-8, or Windows-1252 where it is not UTF-8. NUL becomes U+FFFD. */
export function decodeText(bytes: Buffer, encoding: string | null): Text {
  const { text, guessed } = decode(bytes, encoding);
  if (!guessed && !text.includes('\0')) return { text, warnings: [] };
  const warnings = guessed ? [GUESSED] : [];
  return text.includes('\0')
    ? { text: text.replaceAll('\0', '\ufffd'), warnings: [...warnings, NUL] }
    : { text, warnings };
}

/** Text of bytes as it stands, NUL included. */
export function decodeExactly(bytes: Buffer, encoding: string | null): string {
  return decode(bytes, encoding).text;
}

function decode(bytes: Buffer, encoding: string | null): { text: string; guessed: boolean } {
  if (encoding !== null && !UTF8.test(plain(encoding))) return { text: iconv.decode(bytes, encoding), guessed: false };
  if (isAscii(bytes)) return { text: bytes.toString('latin1'), guessed: false };
  if (encoding !== null || isUtf8(bytes)) return { text: bytes.toString('utf8'), guessed: false };
  return { text: iconv.decode(bytes, 'windows-1252'), guessed: true };
}

export function isWide(encoding: string | null): boolean {
  return encoding !== null && WIDE.test(plain(encoding));
}

/** A label as iconv-lite compares it. */
function plain(label: string): string {
  return label.toLowerCase().replace(/[^a-z0-9]/g, '');
}

export function isKnownEncoding(label: string): boolean {
  return iconv.encodingExists(label) && !NO_TEXT.has(plain(label));
}
