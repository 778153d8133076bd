/**
 * What a batch is worked on with: a function, or a module in worker threads.
 *
 * Whoever opens an operation closes it; that ends its workers, in the middle of a batch if need be.
 */
import type { Piscina } from 'piscina';
import { messageOf, type RunCode } from '../errors.js';
import { openThreads } from '../threads.js';
import { OperationError } from './isolate.js';
import { Limiter } from './limiter.js';
import { type Answer, type Asked, LOADING } from './module-worker.js';
import type { BatchFunction } from './outcome.js';
import { received } from './thrown.js';

export interface Operation<In, Out> {
  readonly run: BatchFunction<In, Out>;
  close(): Promise<void>;
}

/** Milliseconds after which a thread that has nothing to do ends: a slow source is not to start one a batch. */
const IDLE_MS = 10_000;

/**
 * `work`: a function of a batch, or the URL of a module whose default export is one; then `workers` threads run it, and
 * items, results and errors are cloned. `run` rejects with an `OperationError`, from then on, when the module cannot be
 * loaded, fails while it has nothing to do, or is closed.
 */
export function openOperation<In, Out>(work: BatchFunction<In, Out> | URL, workers: number): Operation<In, Out> {
  return work instanceof URL ? new ModuleOperation(work.href, workers) : { run: work, close: async () => {} };
}

class ModuleOperation<In, Out> implements Operation<In, Out> {
  readonly #href: string;
  readonly #pool: Piscina<Asked, Answer>;
  /** The pool's own queue forgets those who wait in it when the last of its threads ends. */
  readonly #limiter: Limiter;
  #broken: OperationError | undefined;

  constructor(href: string, workers: number) {
    this.#href = href;
    this.#limiter = new Limiter(workers);
    this.#pool = openThreads<Asked, Answer>(new URL('./module-worker.js', import.meta.url), {
      minThreads: 0,
      maxThreads: workers,
      concurrentTasksPerWorker: 1,
      idleTimeout: IDLE_MS,
    });
    this.#pool.on('error', (error: unknown) => {
      this.#break(error);
      // Batches that wait for a thread would wait for ever.
      this.#pool.destroy();
    });
  }

  readonly run = (items: readonly In[], signal: AbortSignal): Promise<readonly Out[]> =>
    this.#limiter.run(async () => {
      if (this.#broken !== undefined) throw this.#broken;
      const answer = await this.#answer(items, signal);
      if ('broken' in answer) throw this.#break(received(answer.broken));
      if ('failure' in answer) throw received(answer.failure);
      return answer.results as readonly Out[];
    }, signal);

  close(): Promise<void> {
    this.#break(new Error('it was closed'), 'INTERRUPTED');
    return this.#pool.destroy();
  }

  async #answer(items: readonly In[], signal: AbortSignal): Promise<Answer> {
    const progress = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    try {
      return await this.#pool.run({ href: this.#href, items, progress }, { signal });
    } catch (error) {
      if (this.#broken !== undefined) throw this.#broken;
      // A thread that ends while it loads the module would do so each time.
      if (!signal.aborted && Atomics.load(progress, 0) === LOADING) throw this.#break(error);
      throw error;
    }
  }

  #break(cause: unknown, code: RunCode = 'INTERNAL'): OperationError {
    this.#broken ??= new OperationError(code, `module ${this.#href} failed: ${messageOf(cause)}`, { cause });
    return this.#broken;
  }
}
