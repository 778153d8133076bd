import { createHash } from 'node:crypto';

export const PREFIX_BYTES = 1024 * 1024;
export const TAIL_BYTES = 64 * 1024;

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Remembers of an input what a checkpoint's hash needs: its first 1 MiB, and the bytes since 64 KiB before the last
 * offset that was released. `openInput` tells it what is read.
 */
export class Trail {
  readonly #prefix: Buffer[] = [];
  #prefixLength = 0;
  #prefixHash: string | undefined;
  #pieces: Piece[] = [];
  #end = 0;

  /** Offset of what follows the last byte that was seen. */
  get end(): number {
    return this.#end;
  }

  /** Takes bytes in order; those between the prefix and 64 KiB before `offset` may be left out. */
  add(offset: number, bytes: Uint8Array): void {
    if (offset <= this.#prefixLength && this.#prefixLength < PREFIX_BYTES) {
      const fresh = bytes.subarray(this.#prefixLength - offset, PREFIX_BYTES - offset);
      this.#prefix.push(Buffer.from(fresh));
      this.#prefixLength += fresh.length;
    }
    this.#pieces.push({ offset, bytes });
    this.#end = offset + bytes.length;
  }

  /**
   * `HASH:HASH`, SHA-256 in hex of the first 1 MiB before `offset` and of the last 64 KiB before it. Throws RangeError
   * for an offset that was not read yet, or that lies before a released one.
   */
  hashAt(offset: number): string {
    const prefix = Math.min(PREFIX_BYTES, offset);
    const tail = createHash('sha256');
    let next = Math.max(0, offset - TAIL_BYTES);
    for (const piece of this.#pieces) {
      const pieceEnd = piece.offset + piece.bytes.length;
      if (pieceEnd <= next || next === offset) continue;
      if (piece.offset > next) break;
      tail.update(piece.bytes.subarray(next - piece.offset, offset - piece.offset));
      next = Math.min(pieceEnd, offset);
    }
    if (next !== offset || this.#prefixLength < prefix) {
      throw new RangeError(`The bytes before offset ${offset} are not known (any more)`);
    }
    return `${this.#hashOfPrefix(prefix)}:${tail.digest('hex')}`;
  }

  /** Forgets what no hash at `offset` or later needs. */
  release(offset: number): void {
    const keep = offset - TAIL_BYTES;
    const first = this.#pieces.findIndex((piece) => piece.offset + piece.bytes.length > keep);
    if (first > 0) this.#pieces = this.#pieces.slice(first);
    // From here on, only the hash of the whole prefix is asked for.
    if (offset >= PREFIX_BYTES && this.#prefixLength === PREFIX_BYTES) {
      this.#hashOfPrefix(PREFIX_BYTES);
      this.#prefix.length = 0;
    }
  }

  /** Forgets what no hash needs because no offset after `from` and before `to` will be asked for. */
  leaveOut(from: number, to: number): void {
    const keep = to - TAIL_BYTES;
    this.#pieces = this.#pieces.filter(({ offset, bytes }) => offset < from || offset + bytes.length > keep);
  }

  #hashOfPrefix(length: number): string {
    if (length === PREFIX_BYTES && this.#prefixHash !== undefined) return this.#prefixHash;
    const hash = createHash('sha256');
    let left = length;
    for (const bytes of this.#prefix) {
      if (left <= 0) break;
      hash.update(bytes.subarray(0, left));
      left -= bytes.length;
    }
    const digest = hash.digest('hex');
    if (length === PREFIX_BYTES) {
      this.#prefixHash = digest;
    }
    return digest;
  }
}
