import type { BatchSizer } from '../../types.js';

/** What `limitByMemory` asks; a `ResourceMonitor`, or any other. */
export interface MemoryFactor {
  /** What sizes are multiplied with, above 0, up to 1. */
  readonly factor: number;
}

/** Smaller chunks would free next to nothing, and each transaction has its price. */
const LEAST_ROWS = 50;
const LEAST_BYTES = 1_000_000;

/** The same sizer, its sizes reduced while memory is short. What it learns is its own: when memory is back, so are they. */
export function limitByMemory(sizer: BatchSizer, memory: MemoryFactor): BatchSizer {
  return {
    next() {
      const { rows, bytes } = sizer.next();
      const { factor } = memory;
      return { rows: reduced(rows, factor, LEAST_ROWS), bytes: reduced(bytes, factor, LEAST_BYTES) };
    },
    report: (cost) => sizer.report(cost),
    get state() {
      const { factor } = memory;
      if (factor >= 1) return { ...sizer.state, memoryFactor: 1 };
      return {
        ...sizer.state,
        ...this.next(),
        memoryFactor: factor,
        bound: 'memory',
        reason: 'memory is near its limit',
      };
    },
  };
}

/** Never more than it was. */
function reduced(size: number, factor: number, least: number): number {
  return Math.min(size, Math.max(least, Math.floor(size * factor)));
}
