import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { constants, gunzipSync } from 'node:zlib';
import { unreadable } from '../errors.js';
import { showsRecord } from '../formats/shows-record.js';
import { isGzip } from './compression.js';
import { GzipDamage, gunzip } from './gunzip.js';
import { bytesFrom } from './held-streams.js';
import { asPlainText } from './text-marks.js';

/** Uncompressed bytes that an input is recognised by. */
const HEAD_BYTES = 256 * 1024;
/** Bytes of a file that give as many: UTF-16 has two for each. */
const FILE_BYTES = 2 * HEAD_BYTES;

export interface Head {
  /** The beginning of the text: uncompressed, without byte-order mark. */
  readonly text: Buffer;
  /** All that was read, as it is. */
  readonly packed: Buffer;
}

/** Milliseconds without a byte after which a pipe that has given a record is taken to have no more to say for now. */
const QUIET_MS = 2_000;

/** Reads the beginning of a file. Rejects with `InputError` INPUT_UNREADABLE. */
export async function readHead(path: string, encoding: string | null): Promise<Head> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: FILE_BYTES - 1 })) chunks.push(chunk as Buffer);
  } catch (error) {
    throw unreadable(path, error);
  }
  return recognisable(chunks, path, encoding);
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
  return recognisable(chunks, uri, encoding);
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

async function recognisable(chunks: readonly Buffer[], uri: string, encoding: string | null): Promise<Head> {
  const packed = Buffer.concat(chunks);
  const text: Buffer[] = [];
  let length = 0;
  try {
    const bytes = Readable.from(chunks);
    for await (const piece of asPlainText(isGzip(packed) ? gunzip(bytes, null) : bytes, encoding)) {
      text.push(piece);
      length += piece.length;
      if (length >= HEAD_BYTES) break;
    }
  } catch (error) {
    // Damaged data are told of when they are read; what comes before them is enough to recognise them.
    if (!(error instanceof GzipDamage)) throw unreadable(uri, error);
  }
  return { text: Buffer.concat(text).subarray(0, HEAD_BYTES), packed };
}
