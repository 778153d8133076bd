/** Steps through the bytes of an RDKit pickle, little-endian, without garbage. Reading past the end sets `failed`. */
export class PickleReader {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  /** Atom and bond indices are 32 bits wide, in molecules of more than 255 atoms or bonds; else 8 bits. */
  wide = false;
  failed = false;

  open(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
    this.wide = false;
    this.failed = false;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) {
      this.failed = true;
      return 0;
    }
    return value;
  }

  uint16(): number {
    return this.byte() | (this.byte() << 8);
  }

  int32(): number {
    return this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24);
  }

  /** An atom or bond index, or a number of them. */
  index(): number {
    return this.wide ? this.int32() : this.byte();
  }

  skip(bytes: number): void {
    this.at += bytes;
    if (bytes < 0 || this.at > this.bytes.length) this.failed = true;
  }

  skipIndices(count: number): void {
    this.skip(this.wide ? 4 * count : count);
  }

  skipString(): void {
    this.skip(this.int32());
  }

  /** Whether the next string is this one; steps over it. */
  stringIs(text: string): boolean {
    const length = this.int32();
    const start = this.at;
    this.skip(length);
    if (this.failed || length !== text.length) return false;
    for (let i = 0; i < length; i++) if (this.bytes[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** Sets `failed` unless the next byte is this tag. */
  expect(tag: number): void {
    if (this.byte() !== tag) this.failed = true;
  }
}
