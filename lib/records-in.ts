import type { Chunk } from './types.js';

/** How many records a chunk holds: its items but for the marks of where inputs end. */
export function recordsIn(chunk: Chunk): number {
  return chunk.items.filter((item) => item.kind !== 'end').length;
}
