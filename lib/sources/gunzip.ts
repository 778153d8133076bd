import { createGunzip, type Gunzip } from 'node:zlib';

const OUTPUT_BYTES = 64 * 1024;

/** Compressed bytes that do not go on: what stands before the damage was given out. */
export class GzipDamage extends Error {
  /** Where the piece of compressed bytes begins in which the damage is; null where they just end. */
  readonly piece: number | null;

  constructor(cause: Error, piece: number | null) {
    super(cause.message, { cause });
    this.piece = piece;
  }
}

/**
 * Unpacks gzip of one or more members, holding one piece of output at a time. Throws `GzipDamage` where the data end
 * early or are corrupt, after the output that came before. zlib keeps to itself what it unpacked of the very piece in
 * which it finds corrupt data: `again` gives the compressed bytes once more, to unpack that piece byte by byte. Without
 * it (null: a pipe) up to 64 KiB before the damage are missing.
 */
export async function* gunzip(
  packed: AsyncIterable<Uint8Array>,
  again: (() => AsyncIterable<Uint8Array>) | null,
): AsyncGenerator<Buffer> {
  let given = 0;
  try {
    for await (const output of unpack(packed)) {
      given += output.length;
      yield output;
    }
  } catch (error) {
    if (!(error instanceof GzipDamage) || error.piece === null || again === null) throw error;
    let offset = 0;
    for await (const output of unpack(singleBytesFrom(again(), error.piece))) {
      const fresh = output.subarray(Math.max(0, given - offset));
      offset += output.length;
      if (fresh.length > 0) yield fresh;
    }
  }
}

async function* unpack(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  // With a high-water mark of 1 the unpacker works on only when its last piece was taken, so none is lost by an error.
  const unpacker = createGunzip({ chunkSize: OUTPUT_BYTES, highWaterMark: 1 } as object);
  const state = new Unpacking(unpacker);
  let position = 0;
  try {
    for await (const chunk of packed) {
      state.feed(chunk);
      yield* state.drain(position);
      position += chunk.length;
    }
    state.finish();
    yield* state.drain(null);
  } finally {
    unpacker.destroy();
  }
}

/** The same bytes, in single ones from a position on. */
async function* singleBytesFrom(chunks: AsyncIterable<Uint8Array>, position: number): AsyncGenerator<Uint8Array> {
  let offset = 0;
  for await (const chunk of chunks) {
    const whole = chunk.subarray(0, Math.max(0, position - offset));
    if (whole.length > 0) yield whole;
    for (let index = whole.length; index < chunk.length; index += 1) yield chunk.subarray(index, index + 1);
    offset += chunk.length;
  }
}

class Unpacking {
  readonly #unpacker: Gunzip;
  #done = false;
  /** Behind the last member, where zeros follow it: zlib takes nothing more. */
  #ended = false;
  #fed = 0;
  #last: Uint8Array = Buffer.alloc(0);
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
    if (this.#ended) {
      this.#refuse(chunk);
      return;
    }
    this.#fed += chunk.length;
    this.#last = chunk;
    this.#done = false;
    this.#unpacker.write(chunk, (error) => {
      if (!error) this.#settle();
    });
  }

  finish(): void {
    if (this.#ended) return;
    this.#done = false;
    this.#unpacker.end();
  }

  /** Output until what was fed, which began at `piece`, is used up. */
  async *drain(piece: number | null): AsyncGenerator<Buffer> {
    for (;;) {
      const output: Buffer | null = this.#unpacker.read();
      if (output !== null) yield output;
      else if (this.#failure) throw new GzipDamage(this.#failure, piece);
      else if (this.#done) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    }
  }

  /** Padding is zeros, as tapes and block devices have it. */
  #refuse(padding: Uint8Array): void {
    if (padding.some((byte) => byte !== 0)) this.#failure = new Error('other data follow the padding of its end');
  }

  /** What zlib leaves of a piece is behind the last member: it says so before, and sometimes instead of, its end. */
  #settle(): void {
    const left = this.#fed - this.#unpacker.bytesWritten;
    if (left > 0) {
      this.#ended = true;
      this.#refuse(this.#last.subarray(this.#last.length - left));
    }
    this.#done = true;
    this.#wake?.();
  }
}
