import { MOST_MS } from '../checks.js';
import { MolstreamError } from '../errors.js';
import { type Clock, pause } from './clock.js';
import type { BatchFunction, Outcome } from './outcome.js';

export interface RetryOptions {
  /** Attempts after the first, for transient errors; 0: none. */
  readonly retries: number;
  /** Milliseconds before the first of them; doubled each time, then drawn at random from half of it on. */
  readonly retryDelayMs: number;
  readonly isTransient: (error: unknown) => boolean;
}

export interface IsolateOptions extends RetryOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Told of each retry and of each halving. */
  readonly onRetry?: (error: unknown) => void;
  readonly onSplit?: (error: unknown) => void;
}

/**
 * Runs `work` on a batch. One that throws is tried again where the error is transient, then halved until the failing
 * items stand alone: with k of n items failing, within 2k(ceil(log2(n/k)) + 1) + 1 attempts, retries not counted. One
 * outcome for each item, in their order.
 *
 * Rejects with the signal's reason once aborted, with a `RangeError` when `work` does not give one result an item, and
 * with the `OperationError` that it throws.
 */
export async function isolate<In, Out>(
  items: readonly In[],
  work: BatchFunction<In, Out>,
  options: IsolateOptions,
): Promise<Outcome<In, Out>[]> {
  try {
    const values = await withRetries(items, work, options);
    return items.map((item, index) => ({ status: 'fulfilled', item, value: values[index] as Out }));
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof OperationError) throw error;
    if (error instanceof WrongLength) throw new RangeError(error.message);
    if (items.length === 1) return [{ status: 'rejected', item: items[0] as In, reason: error }];
    options.onSplit?.(error);
    const middle = Math.ceil(items.length / 2);
    // A transient error has had its retries; any other has spent none.
    const rest = options.isTransient(error) ? { ...options, retries: 0 } : options;
    const left = await isolate(items.slice(0, middle), work, rest);
    return [...left, ...(await isolate(items.slice(middle), work, rest))];
  }
}

/** The work cannot be done at all: no item is to blame. */
export class OperationError extends MolstreamError {}

class WrongLength extends Error {}

async function withRetries<In, Out>(
  items: readonly In[],
  work: BatchFunction<In, Out>,
  { retries, retryDelayMs, isTransient, clock, random, signal, onRetry }: IsolateOptions,
): Promise<readonly Out[]> {
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      const values = await work(items, signal);
      if (Array.isArray(values) && values.length === items.length) return values;
      const given = Array.isArray(values) ? `${values.length} results` : 'no array of results';
      throw new WrongLength(`a batch of ${items.length} items gave ${given}: it must give one each`);
    } catch (error) {
      if (attempt >= retries || signal.aborted || error instanceof OperationError || !isTransient(error)) throw error;
      onRetry?.(error);
      await pause(clock, Math.min(MOST_MS, retryDelayMs * 2 ** attempt * (0.5 + random() / 2)), signal);
    }
  }
}
