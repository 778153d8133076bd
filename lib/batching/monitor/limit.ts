import type { BatchSizer } from '../../types.js';

/** What `limitByMemory` asks; a `ResourceMonitor`, or any other. */
export interface MemoryFactor {
  /** What sizes are multiplied with, above 0, up to 1. */
  readonly factor: number;
}

/** The same sizer, its sizes reduced while memory is short. What it learns is its own: when memory is back, so are they. */
export function limitByMemory(sizer: BatchSizer, memory: MemoryFactor): BatchSizer {
  return {
    next() {
      const { rows, bytes } = sizer.next();
      const { factor } = memory;
      return factor >= 1
        ? { rows, bytes }
        : { rows: Math.max(1, Math.floor(rows * factor)), bytes: Math.max(1, Math.floor(bytes * factor)) };
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
