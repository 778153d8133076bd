/**
 * Rows in PostgreSQL's binary COPY format (documented under "COPY, Binary Format"): numbers and bytes go as they are,
 * half the size of text for a `bytea`.
 */
import { plainText } from './plain-text.js';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const PIECE_BYTES = 262_144;

export class CopyRows {
  readonly #pieces: Buffer[] = [];
  #buffer: Buffer = Buffer.allocUnsafe(PIECE_BYTES);
  #length = 0;

  constructor() {
    this.#length = SIGNATURE.copy(this.#buffer);
  }

  /** Begins a row. */
  row(columns: number): void {
    this.#reserve(2);
    this.#length = this.#buffer.writeInt16BE(columns, this.#length);
  }

  null(): void {
    this.#reserve(4);
    this.#length = this.#buffer.writeInt32BE(-1, this.#length);
  }

  /** For `text` and `json`. */
  text(value: string | null): void {
    if (value === null) {
      this.null();
      return;
    }
    const text = plainText(value);
    this.#reserve(4 + text.length * 3);
    const bytes = this.#buffer.write(text, this.#length + 4, 'utf8');
    this.#buffer.writeInt32BE(bytes, this.#length);
    this.#length += 4 + bytes;
  }

  /** For `bigint`; a whole number, or null. */
  bigint(value: number | null): void {
    if (value === null) {
      this.null();
      return;
    }
    this.#reserve(12);
    this.#length = this.#buffer.writeInt32BE(8, this.#length);
    this.#length = this.#buffer.writeInt32BE(Math.floor(value / 0x1_0000_0000), this.#length);
    this.#length = this.#buffer.writeUInt32BE(value >>> 0, this.#length);
  }

  /** For `double precision`. */
  double(value: number): void {
    this.#reserve(12);
    this.#length = this.#buffer.writeInt32BE(8, this.#length);
    this.#length = this.#buffer.writeDoubleBE(value, this.#length);
  }

  /** For `bytea`. */
  bytes(value: Uint8Array | null): void {
    if (value === null) {
      this.null();
      return;
    }
    this.#reserve(4 + value.length);
    this.#length = this.#buffer.writeInt32BE(value.length, this.#length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  /** Ends the rows and hands them out, to be sent one after the other. */
  finish(): Buffer[] {
    this.#reserve(2);
    this.#length = this.#buffer.writeInt16BE(-1, this.#length);
    this.#pieces.push(this.#buffer.subarray(0, this.#length));
    return this.#pieces;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    if (this.#length > 0) this.#pieces.push(this.#buffer.subarray(0, this.#length));
    this.#buffer = Buffer.allocUnsafe(Math.max(PIECE_BYTES, bytes));
    this.#length = 0;
  }
}
