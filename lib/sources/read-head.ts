import type { Readable } from 'node:stream';
import { constants, gunzipSync } from 'node:zlib';
import { InputError, messageOf } from '../errors.js';
import { showsRecord } from '../formats/shows-record.js';
import { isGzip } from './compression.js';
import { GzipDamage, gunzip } from './gunzip.js';
import { bytesFrom } from './held-streams.js';
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

/** Milliseconds without a byte after which a pipe that has given a record is taken to have no more to say for now. */
const QUIET_MS = 2_000;

/** Reads the beginning of a file, and destroys the stream. Rejects with `InputError` INPUT_UNREADABLE. */
export async function readHead(stream: Readable, uri: string, encoding: string | null): Promise<Head> {
  const chunks: Buffer[] = [];
  const source = stream.iterator();
  const first = await firstChunk(source, uri);
  if (first !== null) chunks.push(first);
  return recognisable(first ?? Buffer.alloc(0), replay(first, source, chunks), chunks, uri, encoding);
}

/**
 * Takes what a pipe has to say so far, and leaves it open: who writes to it may wait to be read before writing more.
 * Rejects with `InputError` INPUT_UNREADABLE.
 */
export async function takeHead(stream: Readable, uri: string, encoding: string | null): Promise<Head> {
  const chunks: Buffer[] = [];
  for (let bytes = 0; bytes < HEAD_BYTES && !stream.readableEnded && !stream.destroyed; ) {
    const given: unknown = stream.read();
    if (given !== null) {
      const chunk = bytesFrom(given);
      chunks.push(chunk);
      bytes += chunk.length;
    } else if (!(await saysMore(stream, uri, () => isEnough(Buffer.concat(chunks))))) {
      break;
    }
  }
  // In one piece: the marks at the start may have come in several.
  const packed = Buffer.concat(chunks);
  return recognisable(packed, [packed], [packed], uri, encoding);
}

function isEnough(head: Buffer): boolean {
  if (!isGzip(head)) return showsRecord(head);
  try {
    return showsRecord(gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: HEAD_BYTES }));
  } catch {
    // It is damaged, which is told when it is read, or more than is looked at.
    return true;
  }
}

/** Resolves to false when the stream ended, or was quiet for a while after enough had come. */
function saysMore(stream: Readable, uri: string, isEnough: () => boolean): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      stream.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onError);
      act();
    };
    const onReadable = (): void => settle(() => resolve(true));
    const onEnd = (): void => settle(() => resolve(false));
    const onError = (error: Error): void => settle(() => reject(unreadable(uri, error)));
    const timer = setTimeout(() => {
      if (isEnough()) onEnd();
    }, QUIET_MS);
    stream.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onError);
  });
}

async function recognisable(
  packed: Buffer,
  bytes: AsyncIterable<Buffer> | Iterable<Buffer>,
  chunks: readonly Buffer[],
  uri: string,
  encoding: string | null,
): Promise<Head> {
  const all = asAsync(bytes);
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

async function* asAsync(bytes: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* bytes;
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

async function* replay(
  first: Buffer | null,
  rest: AsyncIterableIterator<Buffer>,
  chunks: Buffer[],
): AsyncGenerator<Buffer> {
  if (first !== null) yield first;
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
