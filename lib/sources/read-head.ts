import type { Readable } from 'node:stream';
import { InputError, messageOf } from '../errors.js';
import { isGzip } from './compression.js';
import { GzipDamage, gunzip } from './gunzip.js';
import { asPlainText } from './text-marks.js';

/** Uncompressed bytes that an input is recognised by. */
const HEAD_BYTES = 256 * 1024;

export interface Head {
  /** The beginning of the text: uncompressed, without byte-order mark. */
  readonly text: Buffer;
  /** The first bytes as they are. */
  readonly packed: Buffer;
  /** All that was taken from the stream. */
  readonly chunks: readonly Buffer[];
}

/** Reads the beginning of a stream, and destroys it unless the rest is to be kept. */
export async function readHead(
  stream: Readable,
  uri: string,
  encoding: string | null,
  keepRest = false,
): Promise<Head> {
  const chunks: Buffer[] = [];
  const source = stream.iterator({ destroyOnReturn: !keepRest });
  const first = await firstChunk(source, uri);
  if (first !== null) chunks.push(first);
  const packed = first ?? Buffer.alloc(0);
  const all = replay(packed, source, chunks);
  const text: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of asPlainText(isGzip(packed) ? gunzip(all, null) : all, encoding)) {
      text.push(piece);
      length += piece.length;
      if (length >= HEAD_BYTES) break;
    }
  } catch (error) {
    // Damaged data are told of when they are read; what comes before them is enough to recognise them.
    if (!(error instanceof GzipDamage)) throw unreadable(uri, error);
  }
  return { text: Buffer.concat(text).subarray(0, HEAD_BYTES), packed, chunks };
}

async function firstChunk(source: AsyncIterator<Buffer>, uri: string): Promise<Buffer | null> {
  try {
    // The marks at the start may come in pieces, from a pipe.
    let chunk: Buffer = Buffer.alloc(0);
    for (;;) {
      const { done, value } = await source.next();
      if (done) return chunk.length === 0 ? null : chunk;
      chunk = chunk.length === 0 ? value : Buffer.concat([chunk, value]);
      if (chunk.length >= 16) return chunk;
    }
  } catch (error) {
    throw unreadable(uri, error);
  }
}

async function* replay(first: Buffer, rest: AsyncIterableIterator<Buffer>, chunks: Buffer[]): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  for await (const chunk of rest) {
    chunks.push(chunk);
    yield chunk;
  }
}

function unreadable(uri: string, error: unknown): InputError {
  return new InputError('INPUT_UNREADABLE', `${uri}: cannot be read (${messageOf(error)})`, {
    input: uri,
    cause: error,
  });
}
