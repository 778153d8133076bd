import type { Identified } from './types.js';

/** Of a record that becomes something else, what stays as it was. */
export function identityOf({ input, layout = input.layout, ...record }: Identified): Required<Identified> {
  const { ordinal, byteOffset, endOffset, raw, contentHash, externalId, recordKey } = record;
  return { input, ordinal, byteOffset, endOffset, raw, layout, contentHash, externalId, recordKey };
}
