/** How the memory that a process may use is shared out, so that what holds data cannot fill it together. */
import { memoryAllowed } from './system.js';

export interface MemoryShares {
  /** Bytes of records in a chunk. What becomes of them on their way to the database takes several times as much. */
  readonly chunkBytes: number;
  /** Bytes of the pages that SQLite keeps in memory: it takes all of them once its file is large. */
  readonly cacheBytes: number;
  /** Bytes of records that pass by the workers and wait for those before them that are described. */
  readonly passingBytes: number;
}

/** `memoryLimit`: bytes; 0: what the system allows. From 2 GB on, more memory makes nothing faster. */
export function memoryShares(memoryLimit = 0): MemoryShares {
  const memory = memoryLimit === 0 ? memoryAllowed() : memoryLimit;
  return {
    chunkBytes: Math.min(16_000_000, Math.floor(memory / 64)),
    cacheBytes: Math.min(64_000_000, Math.floor(memory / 32)),
    passingBytes: Math.min(64_000_000, Math.floor(memory / 32)),
  };
}
