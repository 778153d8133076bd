import type { BatchSizer, ClosedBy } from '../types.js';
import { ChunkBuffer } from './buffer.js';
import type { Clock } from './clock.js';

export interface Batch<T> {
  readonly items: readonly T[];
  readonly closedBy: ClosedBy;
}

export interface GatherOptions<T> {
  readonly sizer: BatchSizer;
  readonly maxAgeMs: number;
  readonly sizeOf: (item: T) => number;
  readonly clock: Clock;
  /** Ends the gathering, also while an item is awaited. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Batches of what `source` gives, each closed on rows, bytes or age, or at the end. Closes `source` when left early; what
 * a source throws that is left while it is asked for an item becomes a warning of the process.
 */
export async function* gather<T>(
  source: Iterable<T> | AsyncIterable<T>,
  { sizer, maxAgeMs, sizeOf, clock, signal }: GatherOptions<T>,
): AsyncGenerator<Batch<T>> {
  const buffer = new ChunkBuffer<T>({ sizer, maxAgeMs, sizeOf, now: () => clock.now() });
  const iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const close = (closedBy: ClosedBy): Batch<T> => ({ items: buffer.close(closedBy).items, closedBy });
  let ended = false;
  let thrown: unknown;
  let waiting: Promise<IteratorResult<T>> | undefined;
  // One listener for all items: it costs more than an item at hand does.
  let fail: (reason: unknown) => void = () => {};
  const aborted = (): void => fail(signal?.reason);
  signal?.addEventListener('abort', aborted);
  try {
    for (;;) {
      waiting ??= Promise.resolve(iterator.next());
      signal?.throwIfAborted();
      const arrived = await arrival(waiting, buffer.agesInMs(), clock, (reject) => {
        fail = reject;
      });
      if (arrived === null) {
        yield close('age');
        continue;
      }
      waiting = undefined;
      if (arrived.done) break;
      if (!buffer.add(arrived.value)) {
        yield close(buffer.closable() ?? 'rows');
        buffer.add(arrived.value);
      }
      const closedBy = buffer.closable();
      if (closedBy !== null) yield close(closedBy);
    }
    ended = true;
    if (buffer.rows > 0) yield close('end');
  } catch (error) {
    thrown = error;
    throw error;
  } finally {
    signal?.removeEventListener('abort', aborted);
    if (!ended) await leave(iterator, waiting, (error) => error === thrown || isAbort(error, signal));
  }
}

/** A source that is asked for an item closes once it has come, which nobody can wait for. */
async function leave<T>(
  iterator: Iterator<T> | AsyncIterator<T>,
  waiting: Promise<IteratorResult<T>> | undefined,
  isKnown: (error: unknown) => boolean,
): Promise<void> {
  if (waiting === undefined) {
    await iterator.return?.();
    return;
  }
  waiting
    .then(() => iterator.return?.())
    .catch((error: unknown) => {
      if (!isKnown(error)) process.emitWarning(error instanceof Error ? error : String(error));
    });
}

/** A source may listen to the same signal. */
function isAbort(error: unknown, signal: AbortSignal | undefined): boolean {
  if (!signal?.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.cause === signal.reason);
}

/** The next item, or null when the open batch ages before it comes. `onWait` gets what makes it reject before. */
function arrival<T>(
  next: Promise<IteratorResult<T>>,
  agesInMs: number | null,
  clock: Clock,
  onWait: (fail: (reason: unknown) => void) => void,
): Promise<IteratorResult<T> | null> {
  return new Promise((resolve, reject) => {
    const cancel = agesInMs === null ? undefined : clock.after(agesInMs, () => resolve(null));
    onWait(reject);
    next.then(resolve, reject).finally(() => cancel?.());
  });
}
