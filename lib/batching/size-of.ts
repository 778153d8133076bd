import { UsageError } from '../errors.js';
import type { SplitItem } from '../types.js';

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

/** Bytes that an item was read from; 0 for the end of an input. Throws `UsageError` BAD_OPTION for bytes and text. */
export function rawBytesOf(stage: string, item: SplitItem): number {
  if (typeof item !== 'object' || item instanceof Uint8Array) {
    throw new UsageError('BAD_OPTION', `${stage}: takes records, not bytes or text: put splitRecords() before it`);
  }
  return 'raw' in item ? item.raw.byteLength : 0;
}
