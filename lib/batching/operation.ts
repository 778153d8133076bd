/**
 * What a batch is worked on with: a function, or a module in worker threads.
 *
 * Whoever opens an operation closes it; that ends its workers, in the middle of a batch if need be.
 */
import { messageOf } from '../errors.js';
import { openThreads } from '../threads.js';
import { OperationError } from './isolate.js';
import type { BatchFunction } from './outcome.js';

export interface Operation<In, Out> {
  readonly run: BatchFunction<In, Out>;
  close(): Promise<void>;
}

/** Milliseconds after which a thread that has nothing to do ends: a slow source is not to start one a batch. */
const IDLE_MS = 10_000;

/**
 * `work`: a function of a batch, or the URL of a module whose default export is one; then `workers` threads run it, and
 * items and results are cloned. `run` rejects with an `OperationError`, from then on, when the module cannot be loaded, or
 * fails while it has nothing to do.
 */
export function openOperation<In, Out>(work: BatchFunction<In, Out> | URL, workers: number): Operation<In, Out> {
  if (!(work instanceof URL)) return { run: work, close: async () => {} };
  const pool = openThreads<readonly In[], readonly Out[]>(work, {
    minThreads: 0,
    maxThreads: workers,
    concurrentTasksPerWorker: 1,
    idleTimeout: IDLE_MS,
  });
  let broken: OperationError | undefined;
  pool.on('error', (error: unknown) => {
    broken ??= new OperationError('INTERNAL', `module ${work.href} failed: ${messageOf(error)}`, { cause: error });
    // Batches that wait for a thread would wait for ever.
    pool.destroy();
  });
  return {
    async run(items, signal) {
      if (broken !== undefined) throw broken;
      try {
        return await pool.run(items, { signal });
      } catch (error) {
        throw broken ?? error;
      }
    },
    close: () => pool.destroy(),
  };
}
