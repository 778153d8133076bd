/**
 * Batches of many operations on many sources, under shared limits.
 *
 * Owns: the worker threads of modules; `close` ends them.
 */
import {
  type Check,
  checkOptions,
  checkValue,
  func,
  functionOrUrl,
  object,
  signal,
  text,
  truth,
  whole,
} from '../checks.js';
import { systemClock } from '../clock.js';
import { type BookSnapshot, StatisticsBook } from '../monitor/book.js';
import type { BatchSizer } from '../types.js';
import type { Clock } from './clock.js';
import { Limiter } from './limiter.js';
import { limitByMemory } from './monitor/limit.js';
import type { ResourceMonitor, Resources } from './monitor/monitor.js';
import { type Operation, openOperation } from './operation.js';
import type { BatchFunction } from './outcome.js';
import { type ProcessOptions, type ResolvedProcessOptions, resolveProcessOptions } from './process-options.js';
import { Processing } from './processing.js';
import { Processor } from './processor.js';
import { createSizer } from './sizer.js';

/** What holds for everything that a manager does; as of `processInBatches`. */
export type ManagerOptions = Pick<
  ProcessOptions<unknown>,
  'concurrency' | 'workers' | 'maxAgeMs' | 'retries' | 'retryDelayMs' | 'isTransient' | 'monitor' | 'clock'
>;

export interface Task<In, Out> {
  /** Name of the operation: sizes are learned for each operation and source. */
  operation: string;
  /** Where the items come from. */
  dataSource: string;
  /** A function of a batch that gives one result for each item, or the URL of a module whose default export is one. */
  process: BatchFunction<In, Out> | URL;
  /** Items of the first batch of this operation and source, 1 or more. Default 50. */
  initialBatchSize?: number;
  /** Whether outcomes keep the order of the items. Default true. */
  ordered?: boolean;
  /** Bytes of memory that an item stands for. Default: its raw bytes or text, and a constant. */
  sizeOf?: (item: In) => number;
  /** Ends the work on these items. */
  signal?: AbortSignal;
}

export interface ManagerStatistics extends BookSnapshot {
  /** State of the sizer of each operation and source, under `operation dataSource`. */
  readonly sizers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What the process uses, and whether batches are paused for it; null without a monitor. */
  readonly resources: Resources | null;
}

const TASK = {
  operation: text,
  dataSource: text,
  process: functionOrUrl,
  initialBatchSize: whole(1),
  ordered: truth,
  sizeOf: func,
  signal,
};

const iterable: Check = (value) =>
  value !== null && value !== undefined && (Symbol.iterator in Object(value) || Symbol.asyncIterator in Object(value))
    ? null
    : 'iterable';

/** Throws `UsageError` BAD_OPTION. */
export class BatchManager {
  readonly book: StatisticsBook;
  readonly #options: ResolvedProcessOptions<unknown>;
  readonly #clock: Clock;
  readonly #limiter: Limiter;
  readonly #monitor: ResourceMonitor | undefined;
  readonly #modules = new Map<string, Operation<never, unknown>>();
  readonly #sizers = new Map<string, { readonly name: string; readonly sizer: BatchSizer }>();

  constructor(options: ManagerOptions = {}) {
    checkValue('options', options, object);
    this.#clock = options.clock ?? systemClock;
    this.book = new StatisticsBook(() => this.#clock.now());
    this.#options = resolveProcessOptions({ ...options, book: this.book });
    this.#limiter = new Limiter(this.#options.concurrency);
    this.#monitor = options.monitor;
  }

  /** Await the result for all outcomes, or iterate it for one after the other. Throws `UsageError` BAD_OPTION. */
  process<In, Out>(items: Iterable<In> | AsyncIterable<In>, task: Task<In, Out>): Processing<In, Out> {
    checkValue('items', items, iterable);
    checkOptions(task, TASK, ['operation', 'dataSource', 'process']);
    const { operation, dataSource, initialBatchSize } = task;
    const sizer = this.#sizerOf(operation, dataSource, initialBatchSize);
    const processor = new Processor<In, Out>({
      ...this.#options,
      operation,
      dataSource,
      work: this.#workOf(task.process),
      sizer,
      sizeOf: task.sizeOf ?? this.#options.sizeOf,
    });
    return new Processing(items, processor, {
      sizer,
      maxAgeMs: this.#options.maxAgeMs,
      sizeOf: task.sizeOf ?? this.#options.sizeOf,
      clock: this.#clock,
      limiter: this.#limiter,
      concurrency: this.#options.concurrency,
      ordered: task.ordered ?? true,
      monitor: this.#monitor,
      signal: task.signal,
    });
  }

  stats(): ManagerStatistics {
    const sizers = [...this.#sizers.values()].map(({ name, sizer }) => [name, Object.freeze({ ...sizer.state })]);
    return Object.freeze({
      ...this.book.snapshot(),
      sizers: Object.freeze(Object.fromEntries(sizers)),
      resources: this.#monitor?.read() ?? null,
    });
  }

  /** Ends the workers, in the middle of a batch if need be. */
  async close(): Promise<void> {
    const open = [...this.#modules.values()];
    this.#modules.clear();
    await Promise.all(open.map((operation) => operation.close()));
  }

  #sizerOf(operation: string, dataSource: string, initialRows: number | undefined): BatchSizer {
    const scope = JSON.stringify([operation, dataSource]);
    const known = this.#sizers.get(scope);
    if (known !== undefined) return known.sizer;
    const own = createSizer('adaptive', initialRows === undefined ? {} : { initialRows });
    const sizer = this.#monitor === undefined ? own : limitByMemory(own, this.#monitor);
    this.#sizers.set(scope, { name: `${operation} ${dataSource}`, sizer });
    return sizer;
  }

  #workOf<In, Out>(work: BatchFunction<In, Out> | URL): BatchFunction<In, Out> {
    if (!(work instanceof URL)) return work;
    const module = this.#modules.get(work.href) ?? openOperation<never, unknown>(work, this.#options.workers);
    this.#modules.set(work.href, module);
    return module.run as BatchFunction<In, Out>;
  }
}
