/**
 * Rows in PostgreSQL's binary COPY format (documented under "COPY, Binary Format"): numbers and bytes go as they are,
 * half the size of text for a `bytea`.
 */
import { getDefaultHighWaterMark } from 'node:stream';
import { plainText } from './plain-text.js';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const BUFFER_BYTES = 262_144;
/** What is left for a row, before the buffer has to grow for it. */
const ROOM_BYTES = 65_536;

/**
 * Encodes the rows piece by piece, to be sent one after the other: each piece is gone when the next is asked for, because
 * all lie in one buffer. To that end each but the last is as large as what a stream takes without saying "wait". `add`
 * writes the values of a row behind `CopyRow.begin`.
 */
export function* copyRows<T>(rows: Iterable<T>, add: (to: CopyRow, row: T) => void): Generator<Buffer, void> {
  const to = new CopyRow();
  for (const row of rows) {
    add(to, row);
    if (to.isFull) yield to.take();
  }
  to.end();
  yield to.take();
}

export class CopyRow {
  #buffer: Buffer = Buffer.allocUnsafeSlow(Math.max(BUFFER_BYTES, getDefaultHighWaterMark(false) + ROOM_BYTES));
  #length = SIGNATURE.copy(this.#buffer);

  begin(columns: number): void {
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
    const most = text.length * 3;
    this.#reserve(4 + (this.#has(4 + most) ? most : Buffer.byteLength(text)));
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

  /** Ends the rows. */
  end(): void {
    this.#reserve(2);
    this.#length = this.#buffer.writeInt16BE(-1, this.#length);
  }

  get isFull(): boolean {
    return !this.#has(ROOM_BYTES);
  }

  /** What was written since the last time. The next value is written over it. */
  take(): Buffer {
    const piece = this.#buffer.subarray(0, this.#length);
    this.#length = 0;
    return piece;
  }

  #has(bytes: number): boolean {
    return this.#length + bytes <= this.#buffer.length;
  }

  #reserve(bytes: number): void {
    if (this.#has(bytes)) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#length + bytes, 2 * this.#buffer.length));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
