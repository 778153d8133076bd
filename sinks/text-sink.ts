/**
 * A sink that turns items into text and writes them to a file or another stream, which it owns from then on: it ends
 * the target when it ends itself, calls back when the target has finished, and destroys the target when it is destroyed.
 * Standard output and standard error stay open.
 */
import { createWriteStream } from 'node:fs';
import { finished, Writable } from 'node:stream';
import { text as aText, type Check, checkValue, having } from '../lib/checks.js';
import { unwritable } from '../lib/errors.js';

type Callback = (error?: Error | null) => void;

const fileOrStream: Check = (value) => {
  const isFine = [aText, having('a stream', 'write', 'end', 'on')].some((check) => check(value) === null);
  return isFine ? null : 'a file name, or a stream to write to';
};

/** `toText` gives null for an item that is not written. Fails with OUTPUT_FAILED; throws `UsageError` BAD_OPTION. */
export function textSink<T>(
  target: string | Writable,
  toText: (item: T) => string | Uint8Array | null,
  header = '',
): Writable {
  checkValue('target', target, fileOrStream);
  return new TextSink(target, toText as (item: unknown) => string | Uint8Array | null, header);
}

class TextSink extends Writable {
  readonly #target: Writable;
  readonly #name: string;
  readonly #toText: (item: unknown) => string | Uint8Array | null;
  readonly #onError = (error: Error): void => {
    this.destroy(unwritable(this.#name, error));
  };
  readonly #unwatch: () => void;
  /** Called once the target has finished; null until this sink ends it. */
  #ended: Callback | null = null;

  constructor(target: string | Writable, toText: (item: unknown) => string | Uint8Array | null, header: string) {
    super({ objectMode: true });
    this.#toText = toText;
    this.#name = typeof target === 'string' ? target : 'the output';
    this.#target = typeof target === 'string' ? createWriteStream(target) : target;
    this.#target.on('error', this.#onError);
    // It may also close, or be ended by another, without an error; no write would be answered then.
    this.#unwatch = finished(this.#target, { readable: false }, (error) => {
      if (error) this.#onError(error);
      else if (this.#ended === null) this.#onError(new Error('another has ended it'));
      else this.#ended();
    });
    if (header !== '') this.#target.write(header);
  }

  override _write(item: unknown, _encoding: BufferEncoding, callback: Callback): void {
    let text: string | Uint8Array | null;
    try {
      text = this.#toText(item);
    } catch (error) {
      callback(error as Error);
      return;
    }
    if (text === null || this.#target.write(text)) callback();
    else this.#target.once('drain', callback);
  }

  override _final(callback: Callback): void {
    if (this.#isStandard) {
      callback();
      return;
    }
    this.#ended = callback;
    this.#target.end();
  }

  override _destroy(error: Error | null, callback: Callback): void {
    this.#unwatch();
    if (this.#isStandard) this.#target.off('error', this.#onError);
    else if (error !== null || !this.writableFinished) this.#target.destroy();
    callback(error);
  }

  get #isStandard(): boolean {
    const { fd } = this.#target as { fd?: unknown };
    return fd === 1 || fd === 2;
  }
}
