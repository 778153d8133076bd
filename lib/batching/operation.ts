/**
 * What a batch is worked on with: a function, or a module in worker threads.
 *
 * Whoever opens an operation closes it; that ends its workers, in the middle of a batch if need be.
 */
import { Piscina } from 'piscina';
import type { BatchFunction } from './outcome.js';

export interface Operation<In, Out> {
  readonly run: BatchFunction<In, Out>;
  close(): Promise<void>;
}

/**
 * `work`: a function of a batch, or the URL of a module whose default export is one; then `workers` threads run it, and
 * items and results are cloned.
 */
export function openOperation<In, Out>(work: BatchFunction<In, Out> | URL, workers: number): Operation<In, Out> {
  if (!(work instanceof URL)) return { run: work, close: async () => {} };
  const pool = new Piscina({ filename: work.href, minThreads: 0, maxThreads: workers, concurrentTasksPerWorker: 1 });
  return {
    run: (items, signal) => pool.run(items, { signal }),
    close: () => pool.destroy(),
  };
}
