import { sizer as aSizer, checkValue, object } from '../../checks.js';
import type { BatchSizer } from '../../types.js';

/** What `limitByMemory` asks; a `ResourceMonitor`, or any other. */
export interface MemoryFactor {
  /** What sizes are multiplied with, above 0, up to 1. */
  readonly factor: number;
}

/** Smaller chunks would free next to nothing, and each transaction has its price. */
const LEAST_BYTES = 1_000_000;
/** Of the share, from a chunk to the next: what a smaller chunk has freed, a larger one takes again. */
const GROWTH = 1.5;

/** The same sizer, its sizes reduced while memory is short. What it learns is its own: when memory is back, so are they. */
export function limitByMemory(sizer: BatchSizer, memory: MemoryFactor): BatchSizer {
  checkValue('sizer', sizer, aSizer);
  checkValue('memory', memory, object);
  let share = 1;
  let most = 1;
  return {
    next() {
      const { rows, bytes } = sizer.next();
      share = Math.min(1, Math.max(Math.min(most, memory.factor), LEAST_BYTES / bytes));
      return { rows: Math.max(1, Math.floor(rows * share)), bytes: Math.ceil(bytes * share) };
    },
    report(cost) {
      const asked = sizer.next();
      most = Math.min(1, GROWTH * share);
      const reduced = share < 1 && cost.rows < asked.rows && cost.bytes < asked.bytes;
      // As a chunk that has aged: it is not the size that was asked for, and tells nothing of others.
      sizer.report(reduced && cost.closedBy !== 'end' ? { ...cost, closedBy: 'age' } : cost);
    },
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
