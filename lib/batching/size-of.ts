/** What an item holds beside its raw bytes: keys, descriptors, fingerprint, and the objects themselves. */
const ITEM_BYTES = 1_000;

/** Bytes of memory that an item stands for: its raw bytes (or its own, if it is text or bytes) and a constant. */
export function bytesOf(item: unknown): number {
  if (typeof item === 'string') return item.length;
  if (item instanceof Uint8Array) return item.byteLength;
  if (typeof item === 'object' && item !== null && 'raw' in item && item.raw instanceof Uint8Array) {
    return item.raw.byteLength + ITEM_BYTES;
  }
  return ITEM_BYTES;
}
