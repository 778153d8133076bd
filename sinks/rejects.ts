/**
 * Owns the file it writes: opened when the stream is constructed, closed when it is destroyed, which is after its end
 * and after an error.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { checkOptions, checkValue, text, truth } from '../lib/checks.js';
import { unwritable } from '../lib/errors.js';
import { writeRejectsLine } from '../lib/formats/rejects-line.js';
import { toRejectsEntry } from '../lib/formats/sdf-entry.js';
import type { Item, Rejection } from '../lib/types.js';

export interface RejectsSinkOptions {
  /** Go on behind what an earlier execution wrote, after taking off what it did not finish. Default false: replace. */
  append?: boolean;
}

type Callback = (error?: Error | null) => void;

const BLOCK_BYTES = 64 * 1024;

/**
 * Writes rejections to a file: as NDJSON, exact and importable again, or, where the name ends in `.sdf`, as the SDF
 * entries that can be written as such. Each is in the file when `write` returns; items that are no rejections pass
 * unwritten. Throws OUTPUT_FAILED where the file cannot be opened, and `UsageError` BAD_OPTION; fails with OUTPUT_FAILED.
 */
export function rejectsSink(path: string, options: RejectsSinkOptions = {}): RejectsSink {
  checkValue('path', path, text);
  checkOptions(options, { append: truth });
  return new RejectsSink(path, options);
}

export class RejectsSink extends Writable {
  /** Rejections that could not be written as SDF. */
  skipped = 0;
  readonly #path: string;
  readonly #toBytes: (rejection: Rejection) => Buffer | null;
  #file: number | null;

  constructor(path: string, { append = false }: RejectsSinkOptions) {
    super({ objectMode: true });
    this.#path = path;
    const isSdf = /\.sdf$/i.test(path);
    this.#toBytes = isSdf ? toRejectsEntry : (rejection) => Buffer.from(writeRejectsLine(rejection));
    try {
      this.#file = openSync(path, append ? 'a+' : 'w');
      if (append) dropUnfinished(this.#file, isSdf ? Buffer.from('\n$$$$\n') : Buffer.from('\n'));
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  override _write(item: Item, _encoding: BufferEncoding, callback: Callback): void {
    if (item.kind !== 'rejection' || this.#file === null) {
      callback();
      return;
    }
    const bytes = this.#toBytes(item);
    if (bytes === null) this.skipped += 1;
    else {
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(this.#file, bytes, written);
      } catch (error) {
        callback(unwritable(this.#path, error));
        return;
      }
    }
    callback();
  }

  override _final(callback: Callback): void {
    try {
      if (this.#file !== null) fsyncSync(this.#file);
    } catch (error) {
      // A pipe or a device has no disk to wait for.
      if ((error as NodeJS.ErrnoException).code !== 'EINVAL') {
        callback(unwritable(this.#path, error));
        return;
      }
    }
    callback();
  }

  override _destroy(error: Error | null, callback: Callback): void {
    const file = this.#file;
    this.#file = null;
    try {
      if (file !== null) closeSync(file);
    } catch (second) {
      callback(error ?? unwritable(this.#path, second));
      return;
    }
    callback(error);
  }
}

/** Cuts the file behind the last of the ends of its entries. */
function dropUnfinished(file: number, end: Buffer): void {
  const size = fstatSync(file).size;
  const block = Buffer.alloc(BLOCK_BYTES + end.length);
  for (let to = size; to > 0; to -= BLOCK_BYTES) {
    const from = Math.max(0, to - BLOCK_BYTES);
    const read = readSync(file, block, 0, Math.min(size, to + end.length - 1) - from, from);
    const last = block.subarray(0, read).lastIndexOf(end);
    if (last < 0) continue;
    ftruncateSync(file, from + last + end.length);
    return;
  }
  ftruncateSync(file, 0);
}
