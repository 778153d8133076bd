/**
 * The stream that `openInput` returns owns the file or pipe beneath it, and closes it at its end, on an error, and when
 * it is destroyed itself.
 */
import { createReadStream, ReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { input as anInput, checkOptions, checkValue, func, truth, whole } from '../checks.js';
import { InputError, unreadable } from '../errors.js';
import { isWide } from '../formats/text.js';
import type { Input } from '../types.js';
import { isGzip } from './compression.js';
import { GzipDamage, gunzip } from './gunzip.js';
import { bytesFrom, type HeldStream, takeStream } from './held-streams.js';
import { asPlainText, findMark, LONGEST_MARK } from './text-marks.js';
import { PREFIX_BYTES, TAIL_BYTES, Trail } from './trail.js';

const READ_BYTES = 512 * 1024;
/** Of compressed bytes: what may have to be unpacked one by one. */
const READ_PACKED_BYTES = 64 * 1024;

export interface OpenInputOptions {
  /** Offset of the first byte that is wanted. Default 0. */
  startOffset?: number;
  /** Is told of the bytes that a checkpoint's hash needs. Default: none. */
  trail?: Trail;
  /** `hashAt(startOffset)` of an earlier reading; the stream fails with INPUT_CHANGED if the bytes are others now. */
  prefixHash?: string | null;
  /** Nothing is to stand behind `startOffset`: the stream fails with INPUT_CHANGED if something does. Default false. */
  endsThere?: boolean;
  /**
   * Takes the error of an input that ends early or is corrupt; the stream then ends in the ordinary way after the
   * bytes before the damage, so that what was read of them can be committed. Default: the stream fails with it.
   */
  onDamage?: (error: InputError) => void;
}

/**
 * Bytes of the input: uncompressed, without byte-order mark, UTF-16 as UTF-8. Offset 0 is the first byte after the
 * mark. Fails with `InputError` INPUT_UNREADABLE, INPUT_TRUNCATED (gzip that ends early or is corrupt, or a file that is
 * shorter than its `sizeBytes`; after every byte before the damage, with the `offset` of the damage) or INPUT_CHANGED.
 * Throws `UsageError` BAD_OPTION, and INPUT_UNREADABLE for a pipe that was opened before.
 */
export function openInput(input: Input, options: OpenInputOptions = {}): InputStream {
  checkValue('input', input, anInput);
  checkOptions(options, { startOffset: whole(0), endsThere: truth, onDamage: func });
  return new InputStream(input, options);
}

export class InputStream extends Readable {
  readonly #chunks: AsyncGenerator<Buffer>;
  readonly #open = new Map<Readable, number>();

  /** Where reading stands in the file as it lies on disk, compressed if it is; 0 for a pipe. */
  get filePosition(): number {
    let position = 0;
    for (const [stream, from] of this.#open) if (stream instanceof ReadStream) position += from + stream.bytesRead;
    return position;
  }

  constructor(input: Input, options: OpenInputOptions) {
    // One piece at a time: an error that follows a piece cannot overtake it.
    super({ highWaterMark: 1 });
    const held = takeStream(input);
    if (held !== null) this.#open.set(held.rest, 0);
    this.#chunks = readInput({ input, held }, options, (stream, from = 0) => {
      this.#open.set(stream, from);
    });
  }

  override _read(): void {
    this.#chunks.next().then(
      ({ done, value }) => this.push(done ? null : value),
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    // A read that waits for bytes ends when its stream is destroyed; only then can the generator return.
    for (const stream of this.#open.keys()) stream.destroy();
    this.#chunks.return(undefined).then(
      () => callback(error),
      (second: Error) => callback(error ?? second),
    );
  }
}

/** `from`: where in the file the stream begins. */
type Opened = (stream: Readable, from?: number) => void;

interface Source {
  readonly input: Input;
  /** The pipe that it is; null for a file. */
  readonly held: HeldStream | null;
}

async function* readInput(source: Source, options: OpenInputOptions, opened: Opened): AsyncGenerator<Buffer> {
  const { input } = source;
  const startOffset = options.startOffset ?? 0;
  const trail = options.trail ?? new Trail();
  let offset = 0;
  let checked = startOffset === 0 || !options.prefixHash;
  const check = (): void => {
    if (checked) return;
    checked = true;
    if (trail.end < startOffset || trail.hashAt(startOffset) !== options.prefixHash) throw changed(input);
  };
  try {
    const bytes = await openBytes(source, startOffset, trail, opened);
    offset = bytes.offset;
    if (offset === startOffset) check();
    for await (const chunk of bytes.chunks) {
      trail.add(offset, chunk);
      const wanted = chunk.subarray(Math.max(0, startOffset - offset));
      offset += chunk.length;
      if (offset >= startOffset) check();
      if (wanted.length === 0) trail.release(offset);
      else if (options.endsThere) throw changed(input);
      else yield wanted;
    }
    check();
  } catch (error) {
    const failure = inputError(input, error, offset);
    if (failure.code !== 'INPUT_TRUNCATED' || !options.onDamage) throw failure;
    options.onDamage(failure);
  }
}

interface Bytes {
  /** Offset of the first of them. */
  readonly offset: number;
  readonly chunks: AsyncIterable<Buffer>;
}

/** Bytes from `startOffset` where the file can be read from there, else from the start. */
async function openBytes({ input, held }: Source, startOffset: number, trail: Trail, opened: Opened): Promise<Bytes> {
  if (held !== null) return { offset: 0, chunks: unpack(chain(held), null, held.head, input) };

  const file = await open(input.uri, 'r');
  let head: Buffer;
  let markLength: number;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_MARK), 0, LONGEST_MARK, 0);
    head = buffer.subarray(0, bytesRead);
    const mark = findMark(head);
    markLength = mark.length;
    if (isGzip(head) || mark.wide !== null || isWide(input.layout.encoding)) {
      const read = (): ReadStream => {
        const stream = createReadStream(input.uri, { highWaterMark: READ_PACKED_BYTES });
        opened(stream);
        return stream;
      };
      const bytes = isGzip(head) ? read() : wholeFile(read(), 0, input);
      return { offset: 0, chunks: unpack(bytes, read, head, input) };
    }
    if (startOffset > 0) {
      const read = async (from: number, to: number): Promise<void> => {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, markLength + from);
        trail.add(from, buffer.subarray(0, bytesRead));
      };
      const prefixEnd = Math.min(PREFIX_BYTES, startOffset);
      await read(0, prefixEnd);
      if (startOffset > prefixEnd) await read(Math.max(prefixEnd, startOffset - TAIL_BYTES), startOffset);
    }
  } finally {
    await file.close();
  }
  const stream = createReadStream(input.uri, { highWaterMark: READ_BYTES, start: markLength + startOffset });
  opened(stream, markLength + startOffset);
  return { offset: startOffset, chunks: wholeFile(stream, markLength + startOffset, input) };
}

/** `from`: where in the file the stream begins. Throws `Shortened` at its end, where the file was longer before. */
async function* wholeFile(stream: ReadStream, from: number, { sizeBytes }: Input): AsyncGenerator<Buffer> {
  yield* stream;
  const size = from + stream.bytesRead;
  if (sizeBytes !== null && size < sizeBytes) throw new Shortened(`${sizeBytes} bytes before, ${size} now`);
}

/** A file was made shorter between when it was found and when it was read. */
class Shortened extends Error {}

function unpack(
  bytes: AsyncIterable<Buffer>,
  again: (() => AsyncIterable<Buffer>) | null,
  head: Uint8Array,
  input: Input,
): AsyncIterable<Buffer> {
  const unpacked = isGzip(head) ? gunzip(bytes, again) : bytes;
  return asPlainText(unpacked, input.layout.encoding);
}

async function* chain({ head, rest }: HeldStream): AsyncGenerator<Buffer> {
  yield head;
  for await (const chunk of rest) yield bytesFrom(chunk);
}

function changed(input: Input): InputError {
  return new InputError(
    'INPUT_CHANGED',
    `${input.uri}: is not what was read before; --restart reads it from its start`,
    { input: input.uri },
  );
}

function inputError(input: Input, error: unknown, offset: number): InputError {
  if (error instanceof InputError) return error;
  const place = { input: input.uri, offset, cause: error };
  if (error instanceof GzipDamage) {
    return new InputError(
      'INPUT_TRUNCATED',
      `${input.uri}: the gzip data are cut short or damaged after byte ${offset} of the content (${error.message})`,
      place,
    );
  }
  if (error instanceof Shortened) {
    return new InputError(
      'INPUT_TRUNCATED',
      `${input.uri}: was made shorter while it was imported (${error.message})`,
      place,
    );
  }
  return unreadable(input.uri, error, offset);
}
