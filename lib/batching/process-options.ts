import { clock as aClock, checkOptions, func, having, MOST_MS, signal, sizer, text, truth, whole } from '../checks.js';
import { systemClock } from '../clock.js';
import { StatisticsBook } from '../monitor/book.js';
import { coresAllowed } from '../monitor/system.js';
import type { BatchSizer } from '../types.js';
import type { Clock } from './clock.js';
import type { ResourceMonitor } from './monitor/monitor.js';
import { isTransient } from './outcome.js';
import { bytesOf } from './size-of.js';
import { createSizer } from './sizer.js';

/** Settings of processing in batches. Every field has a default. */
export interface ProcessOptions<In> {
  /** Name of the operation in statistics. Default: the function's name, else `process`. */
  operation?: string;
  /** Name of where the items come from, in statistics. Default `items`. */
  dataSource?: string;
  /** Batches at work at once, 1 or more. Default: the cores that the process may use. */
  concurrency?: number;
  /** Threads that run a module, 1 or more. Default: `concurrency`. */
  workers?: number;
  /** Whether outcomes keep the order of the items. Default true. */
  ordered?: boolean;
  /** Decides how large batches are. Default: an adaptive one. */
  sizer?: BatchSizer;
  /** Milliseconds after which a batch that is not full is worked on all the same, 1 or more. Default 100. */
  maxAgeMs?: number;
  /** Attempts after the first where an error is transient, 0 or more. Default 3. */
  retries?: number;
  /** Milliseconds before the first of them, 0 or more, doubled each time. Default 100. */
  retryDelayMs?: number;
  /** Whether the same batch may succeed in a moment. Default: errors that say so, and codes of lost connections. */
  isTransient?: (error: unknown) => boolean;
  /** Bytes of memory that an item stands for. Default: its raw bytes or text, and a constant. */
  sizeOf?: (item: In) => number;
  /** Ends all work; the stream is destroyed with an `AbortError` whose cause is its reason. */
  signal?: AbortSignal;
  /** Pauses new batches while memory is short. Default: none. */
  monitor?: ResourceMonitor;
  /** What is measured is written into it: ask it for a `snapshot()`, or listen to it. Default: a book of its own. */
  book?: StatisticsBook;
  /** Default: the system's. */
  clock?: Clock;
}

export type ResolvedProcessOptions<In> = Readonly<
  Required<Omit<ProcessOptions<In>, 'signal' | 'monitor' | 'operation'>> &
    Pick<ProcessOptions<In>, 'signal' | 'monitor' | 'operation'>
>;

const CHECKS = {
  operation: text,
  dataSource: text,
  concurrency: whole(1),
  workers: whole(1),
  ordered: truth,
  sizer,
  maxAgeMs: whole(1, MOST_MS),
  retries: whole(0),
  retryDelayMs: whole(0, MOST_MS),
  isTransient: func,
  sizeOf: func,
  signal,
  monitor: having('a ResourceMonitor', 'read', 'ready'),
  book: having('a StatisticsBook', 'record', 'snapshot'),
  clock: aClock,
};

/** Completes and checks. Throws `UsageError` BAD_OPTION. */
export function resolveProcessOptions<In>(options: ProcessOptions<In>): ResolvedProcessOptions<In> {
  checkOptions(options, CHECKS);
  const concurrency = options.concurrency ?? coresAllowed();
  const clock = options.clock ?? systemClock;
  const resolved = {
    dataSource: 'items',
    workers: concurrency,
    ordered: true,
    maxAgeMs: 100,
    retries: 3,
    retryDelayMs: 100,
    isTransient,
    sizeOf: bytesOf,
    ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    concurrency,
    clock,
    sizer: options.sizer ?? createSizer('adaptive'),
    book: options.book ?? new StatisticsBook(() => clock.now()),
  } as ResolvedProcessOptions<In>;
  return Object.freeze(resolved);
}
