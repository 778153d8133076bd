/** A rejection as a line of NDJSON, with its raw bytes, so that it can be imported again. */
import { REJECTION_CODES, type RejectionCode, type Stage } from '../errors.js';
import { FORMATS, type Layout, type Rejection } from '../types.js';
import { isKnownEncoding } from './text.js';

export interface RejectsLine {
  readonly source: string;
  readonly stage: Stage;
  readonly code: RejectionCode;
  readonly message: string;
  readonly layout: Layout;
  readonly raw: Buffer;
}

export function writeRejectsLine(rejection: Rejection): string {
  const { input, ordinal, byteOffset, stage, code, message, externalId, raw } = rejection;
  const layout = rejection.layout ?? input.layout;
  const place = { input: input.uri, source: input.source, ordinal, byte_offset: byteOffset };
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const line = { ...place, stage, code, message, external_id: externalId, layout, raw: bytes.toString('base64') };
  return `${JSON.stringify(line)}\n`;
}

/** What `writeRejectsLine` wrote, or null for any other text. */
export function readRejectsLine(text: string): RejectsLine | null {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (!isLine(line)) return null;
  const { source, stage, code, message, layout, raw } = line;
  return { source, stage, code, message, layout, raw: Buffer.from(raw, 'base64') };
}

interface Written extends Omit<RejectsLine, 'raw'> {
  readonly raw: string;
}

function isLine(value: unknown): value is Written {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Partial<Record<keyof Written, unknown>>;
  return (
    typeof line.raw === 'string' &&
    typeof line.source === 'string' &&
    typeof line.message === 'string' &&
    typeof line.stage === 'string' &&
    (REJECTION_CODES as readonly unknown[]).includes(line.code) &&
    isLayout(line.layout)
  );
}

function isLayout(value: unknown): value is Layout {
  if (typeof value !== 'object' || value === null) return false;
  const { format, encoding, columns, delimiter, smilesColumn, idTag, nameTag } = value as Record<keyof Layout, unknown>;
  const isText = (text: unknown): text is string => typeof text === 'string';
  return (
    (FORMATS as readonly unknown[]).includes(format) &&
    (encoding === null || (isText(encoding) && isKnownEncoding(encoding))) &&
    (columns === null || (Array.isArray(columns) && columns.every(isText))) &&
    [delimiter, smilesColumn, idTag, nameTag].every((name) => name === null || isText(name))
  );
}
