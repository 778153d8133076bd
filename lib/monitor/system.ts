/** What the machine and the process's control group allow, and what the process uses of it. */
import { availableParallelism, totalmem } from 'node:os';
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import process from 'node:process';
import { coresOfGroups, memoryOfGroups, type ReadText } from './control-groups.js';

/** What the process uses at a moment. */
export interface Usage {
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Processor time since the process began, in milliseconds, over all threads. */
  readonly cpuMs: number;
  /** Share of the time since the last reading that the main thread's event loop was busy. */
  readonly loopUtilization: number;
}

/** Reads usage; each reader has a memory of its own for what counts from one reading to the next. */
export function usageReader(): () => Usage {
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    const { rss, heapUsed, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return {
      rssBytes: rss,
      heapBytes: heapUsed + external,
      cpuMs: (user + system) / 1000,
      loopUtilization: utilization,
    };
  };
}

/** Bytes of memory that the process may use: those of the machine, fewer where a control group has a limit. */
export function memoryAllowed(readText?: ReadText): number {
  return Math.min(totalmem(), memoryOfGroups(readText) ?? Number.POSITIVE_INFINITY);
}

/** Cores that the process may use, 1 or more: those of its affinity, fewer where its control group has a quota. */
export function coresAllowed(readText?: ReadText): number {
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(coresOfGroups(readText) ?? Number.POSITIVE_INFINITY)));
}

/** What a process without workers holds, its buffers filled, and each worker beside it, with its RDKit: measured. */
const BASE_BYTES = 180_000_000;
const WORKER_BYTES = 55_000_000;

/** Worker threads that cores and memory allow, 1 or more. `memoryLimit`: bytes; 0: what the system allows. */
export function workersAllowed(memoryLimit = 0): number {
  const memory = memoryLimit === 0 ? memoryAllowed() : memoryLimit;
  return Math.max(1, Math.min(coresAllowed(), Math.floor((memory - BASE_BYTES) / WORKER_BYTES)));
}
