import { createGunzip, type Gunzip } from 'node:zlib';

const OUTPUT_BYTES = 256 * 1024;

/** Compressed bytes that do not go on: what stands before the damage was given out. */
export class GzipDamage extends Error {}

/**
 * Unpacks gzip of one or more members, holding one piece of output at a time. Throws `GzipDamage` where the data end
 * early or are corrupt, after all output that came before.
 */
export async function* gunzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  // With a high-water mark of 1 the unpacker works on only when its last piece was taken, so none is lost by an error.
  const unpacker = createGunzip({ chunkSize: OUTPUT_BYTES, highWaterMark: 1 } as object);
  const state = new Unpacking(unpacker);
  try {
    for await (const chunk of packed) {
      state.feed(chunk);
      yield* state.drain();
    }
    state.finish();
    yield* state.drain();
  } finally {
    unpacker.destroy();
  }
}

class Unpacking {
  readonly #unpacker: Gunzip;
  #done = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(unpacker: Gunzip) {
    this.#unpacker = unpacker;
    unpacker.on('readable', () => this.#wake?.());
    unpacker.on('end', () => this.#settle());
    unpacker.on('error', (error) => {
      this.#failure = error;
      this.#wake?.();
    });
  }

  feed(chunk: Uint8Array): void {
    this.#done = false;
    this.#unpacker.write(chunk, (error) => {
      if (!error) this.#settle();
    });
  }

  finish(): void {
    this.#done = false;
    this.#unpacker.end();
  }

  /** Output until what was fed is used up. */
  async *drain(): AsyncGenerator<Buffer> {
    for (;;) {
      const piece: Buffer | null = this.#failure ? null : this.#unpacker.read();
      if (piece !== null) yield piece;
      else if (this.#failure) throw new GzipDamage(this.#failure.message, { cause: this.#failure });
      else if (this.#done) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    }
  }

  #settle(): void {
    this.#done = true;
    this.#wake?.();
  }
}
