/**
 * A sink that turns items into text and writes them to a file or another stream, which it owns from then on: it ends
 * the target when it ends itself, calls back when the target has finished, and destroys the target when it is destroyed.
 * Standard output and standard error stay open.
 */
import { createWriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { unwritable } from '../lib/errors.js';

type Callback = (error?: Error | null) => void;

/** `toText` gives null for an item that is not written. Fails with OUTPUT_FAILED. */
export function textSink<T>(
  target: string | Writable,
  toText: (item: T) => string | Uint8Array | null,
  header = '',
): Writable {
  return new TextSink(target, toText as (item: unknown) => string | Uint8Array | null, header);
}

class TextSink extends Writable {
  readonly #target: Writable;
  readonly #name: string;
  readonly #toText: (item: unknown) => string | Uint8Array | null;
  readonly #onError = (error: Error): void => {
    this.destroy(unwritable(this.#name, error));
  };

  constructor(target: string | Writable, toText: (item: unknown) => string | Uint8Array | null, header: string) {
    super({ objectMode: true });
    this.#toText = toText;
    this.#name = typeof target === 'string' ? target : 'the output';
    this.#target = typeof target === 'string' ? createWriteStream(target) : target;
    this.#target.on('error', this.#onError);
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
    this.#target.end();
    finished(this.#target, { readable: false }).then(
      () => callback(),
      (error: Error) => callback(unwritable(this.#name, error)),
    );
  }

  override _destroy(error: Error | null, callback: Callback): void {
    if (this.#isStandard) this.#target.off('error', this.#onError);
    else if (error !== null) this.#target.destroy();
    callback(error);
  }

  get #isStandard(): boolean {
    const { fd } = this.#target as { fd?: unknown };
    return fd === 1 || fd === 2;
  }
}
