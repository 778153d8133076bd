/**
 * Streams that can be read only once (stdin, pipes) belong to the input that was made from them. Who opens the input
 * takes the stream over and closes it; `leaveStreams` closes those that were never opened.
 */
import type { Readable } from 'node:stream';
import { badOption } from '../checks.js';
import { InputError } from '../errors.js';
import type { Input } from '../types.js';

export interface HeldStream {
  /** What was read of it to recognise it. */
  readonly head: Buffer;
  readonly rest: Readable;
}

const held = new WeakMap<Input, HeldStream | 'taken'>();

export function holdStream(input: Input, head: Buffer, rest: Readable): void {
  held.set(input, { head, rest });
}

/** A stream is taken once; a file gives null. */
export function takeStream(input: Input): HeldStream | null {
  const stream = held.get(input);
  if (stream === undefined) return null;
  if (stream === 'taken') {
    throw new InputError('INPUT_UNREADABLE', `${input.uri}: a pipe is read only once`, { input: input.uri });
  }
  held.set(input, 'taken');
  return stream;
}

/** What a stream that was handed in gives: bytes, or text, which is taken as UTF-8. Throws `UsageError` BAD_OPTION. */
export function bytesFrom(chunk: unknown): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk);
  if (!(chunk instanceof Uint8Array)) throw badOption('stdin', 'a stream of bytes or text', chunk);
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

/** Closes what nobody opened of these inputs: a pipe that may be written to keeps the process waiting. */
export function leaveStreams(inputs: readonly Input[]): void {
  for (const input of inputs) {
    const stream = held.get(input);
    if (stream === undefined || stream === 'taken') continue;
    held.set(input, 'taken');
    stream.rest.destroy();
  }
}
