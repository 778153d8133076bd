import type { StatisticsBook } from '../monitor/book.js';
import type { BatchSizer, ClosedBy } from '../types.js';
import type { Clock } from './clock.js';
import { isolate, type RetryOptions } from './isolate.js';
import { type BatchFunction, codeOf, type Outcome } from './outcome.js';
import { seededRandom } from './random.js';

export interface ProcessorOptions<In, Out> extends RetryOptions {
  readonly operation: string;
  readonly dataSource: string;
  readonly work: BatchFunction<In, Out>;
  readonly sizer: BatchSizer;
  readonly sizeOf: (item: In) => number;
  readonly clock: Clock;
  readonly book: StatisticsBook;
}

/** Runs batches of one operation on items of one source; tells its sizer and the book what each of them cost. */
export class Processor<In, Out> {
  readonly #options: ProcessorOptions<In, Out>;
  readonly #random = seededRandom(1);

  constructor(options: ProcessorOptions<In, Out>) {
    this.#options = options;
  }

  /** One outcome for each item, in their order. Rejects with the signal's reason once aborted. */
  async run(items: readonly In[], closedBy: ClosedBy, signal: AbortSignal): Promise<Outcome<In, Out>[]> {
    const { work, sizer, clock, book, operation, dataSource, sizeOf } = this.#options;
    const bytes = items.reduce((sum, item) => sum + sizeOf(item), 0);
    const startedAt = clock.now();
    let retries = 0;
    let failure: string | undefined;
    // The time that the sizer learns from is that of the whole batch going through at once.
    let ms: number | undefined;
    const timed: BatchFunction<In, Out> = async (batch, abort) => {
      const began = clock.now();
      try {
        return await work(batch, abort);
      } finally {
        if (batch.length === items.length) ms = clock.now() - began;
      }
    };
    const failed = (error: unknown): void => {
      failure ??= codeOf(error);
    };
    const outcomes = await isolate(items, timed, {
      ...this.#options,
      random: this.#random,
      signal,
      onRetry(error) {
        retries += 1;
        failed(error);
      },
      onSplit: failed,
    });
    const errors = countErrors(outcomes);
    const error = failure ?? Object.keys(errors)[0];
    sizer.report({ rows: items.length, bytes, ms: ms ?? 0, closedBy, ...(error === undefined ? {} : { error }) });
    book.record({
      operation,
      dataSource,
      startedAt,
      endedAt: clock.now(),
      items: items.length,
      bytes,
      errors,
      retries,
    });
    return outcomes;
  }
}

function countErrors(outcomes: readonly Outcome<unknown, unknown>[]): Record<string, number> {
  // No plain object: a code may be called `toString`.
  const errors = new Map<string, number>();
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    const code = codeOf(outcome.reason);
    errors.set(code, (errors.get(code) ?? 0) + 1);
  }
  return Object.fromEntries(errors);
}
