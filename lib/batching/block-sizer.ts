import type { BatchSizer } from '../types.js';
import { createSizer } from './sizer.js';
import type { SizerOptions } from './sizer-options.js';

/** Milliseconds that a block should take at most: a few slow molecules among ordinary ones are no reason to shrink. */
const BLOCK_TARGET_MS = 500;
const BLOCK_ROWS = 16;
/** With fewer, a slow molecule stands for its block, and others wait in line behind it. */
const LEAST_BLOCK_ROWS = 8;
const MOST_BLOCK_ROWS = 64;
const MOST_BLOCK_BYTES = 2_000_000;

/** Blocks that may wait, run or be done and not yet read, for each worker, so that a slow molecule leaves none idle. */
export const BLOCKS_PER_WORKER = 16;

/**
 * Decides how large blocks for worker threads are, from what they cost to compute: large enough that sending them costs
 * little, small enough that a few slow molecules keep no other worker waiting. Report to it the time from sending a block
 * to its answer while a worker had it, not the time it waited for a worker. Weigh items with `chemicalSizeOf`.
 *
 * Throws `UsageError` BAD_OPTION.
 */
export function createBlockSizer(options: SizerOptions = {}): BatchSizer {
  const sizer = createSizer('chemical', {
    commitTargetMs: BLOCK_TARGET_MS,
    initialRows: BLOCK_ROWS,
    maxRows: MOST_BLOCK_ROWS,
    maxBytes: MOST_BLOCK_BYTES,
    ...options,
  });
  return {
    next() {
      const { rows, bytes } = sizer.next();
      const least = Math.min(LEAST_BLOCK_ROWS, options.maxRows ?? MOST_BLOCK_ROWS);
      if (rows >= least) return { rows, bytes };
      return { rows: least, bytes: Math.min(options.maxBytes ?? MOST_BLOCK_BYTES, Math.ceil((bytes * least) / rows)) };
    },
    report: (cost) => sizer.report(cost),
    get state() {
      return { ...sizer.state, ...this.next() };
    },
  };
}
