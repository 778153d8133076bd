import { type Batch, type GatherOptions, gather } from './gather.js';
import type { Limiter } from './limiter.js';
import type { ResourceMonitor } from './monitor/monitor.js';
import type { Outcome } from './outcome.js';
import type { Processor } from './processor.js';

export interface ProcessingOptions<In> extends GatherOptions<In> {
  readonly limiter: Limiter;
  /** Batches of these items at work, or done and not yet taken. */
  readonly concurrency: number;
  readonly ordered: boolean;
  readonly monitor: ResourceMonitor | undefined;
}

/**
 * Items on their way through a processor. Awaited, it gives all outcomes; iterated, it gives one after the other, as soon
 * as they are there, and reads on, beyond `concurrency` batches, only as they are taken. It begins with the first of the
 * two, and does the work once: take one of them.
 */
export class Processing<In, Out> implements PromiseLike<Outcome<In, Out>[]>, AsyncIterable<Outcome<In, Out>> {
  readonly #items: Iterable<In> | AsyncIterable<In>;
  readonly #processor: Processor<In, Out>;
  readonly #options: ProcessingOptions<In>;
  #all: Promise<Outcome<In, Out>[]> | undefined;
  #begun = false;

  constructor(items: Iterable<In> | AsyncIterable<In>, processor: Processor<In, Out>, options: ProcessingOptions<In>) {
    this.#items = items;
    this.#processor = processor;
    this.#options = options;
  }

  // biome-ignore lint/suspicious/noThenProperty: it is awaited or iterated, as its users choose.
  then<Result = Outcome<In, Out>[], Failure = never>(
    onFulfilled?: ((outcomes: Outcome<In, Out>[]) => Result | PromiseLike<Result>) | null,
    onRejected?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Result | Failure> {
    this.#all ??= this.#collect();
    return this.#all.then(onFulfilled, onRejected);
  }

  [Symbol.asyncIterator](): AsyncGenerator<Outcome<In, Out>> {
    if (this.#begun) throw new TypeError('these items are being processed: await or iterate them, once');
    this.#begun = true;
    return this.#outcomes();
  }

  async #collect(): Promise<Outcome<In, Out>[]> {
    const all: Outcome<In, Out>[] = [];
    for await (const outcome of this) all.push(outcome);
    return all;
  }

  async *#outcomes(): AsyncGenerator<Outcome<In, Out>> {
    const { concurrency, ordered, signal } = this.#options;
    const left = new AbortController();
    const either = signal === undefined ? left.signal : AbortSignal.any([left.signal, signal]);
    const leave = (): void => left.abort(new Error('the reader of the outcomes has left'));
    const atWork = new Set<Promise<Done<In, Out>>>();
    const soonest = (): Promise<Done<In, Out>> | undefined => (ordered ? atWork.values().next().value : anyOf(atWork));
    try {
      for await (const next of orDone(this.#batches(atWork, either), soonest, leave)) {
        if (next === 'begun' && atWork.size < concurrency) continue;
        const { self, outcomes } = (await soonest())!;
        yield* outcomes;
        // It counts until all its outcomes are taken.
        atWork.delete(self);
      }
    } finally {
      leave();
      await Promise.allSettled(atWork);
    }
  }

  /** Begins the next batch each time that it is asked. */
  async *#batches(atWork: Set<Promise<Done<In, Out>>>, signal: AbortSignal): AsyncGenerator<'begun'> {
    for await (const batch of gather(this.#items, { ...this.#options, signal })) {
      atWork.add(tagged(this.#run(batch, signal)));
      yield 'begun';
    }
  }

  #run({ items, closedBy }: Batch<In>, signal: AbortSignal): Promise<Outcome<In, Out>[]> {
    return this.#options.limiter.run(async () => {
      await this.#options.monitor?.ready(signal);
      return this.#processor.run(items, closedBy, signal);
    }, signal);
  }
}

/** Outcomes of a batch, with the promise of them, so that it can be found again. */
interface Done<In, Out> {
  readonly self: Promise<Done<In, Out>>;
  readonly outcomes: Outcome<In, Out>[];
}

function tagged<In, Out>(work: Promise<Outcome<In, Out>[]>): Promise<Done<In, Out>> {
  const self: Promise<Done<In, Out>> = work.then((outcomes) => ({ self, outcomes }));
  // It may fail while another one is awaited; whoever takes it sees the failure.
  self.catch(() => undefined);
  return self;
}

const anyOf = <T>(promises: Set<Promise<T>>): Promise<T> | undefined =>
  promises.size === 0 ? undefined : Promise.race(promises);

/**
 * What `begun` gives, and `done` each time that it makes wait while what `soonest` names is there, and at its end for all
 * that is left; what it was asked for goes on meanwhile. `leave` is to end that when the reader does not wait for it.
 */
async function* orDone(
  begun: AsyncGenerator<'begun'>,
  soonest: () => Promise<unknown> | undefined,
  leave: () => void,
): AsyncGenerator<'begun' | 'done'> {
  let asked: Promise<IteratorResult<'begun'>> | undefined;
  try {
    for (;;) {
      if (asked === undefined) {
        asked = begun.next();
        // It may fail while the reader is busy; whoever awaits it next sees the failure.
        asked.catch(() => undefined);
      }
      const first = await Promise.race([asked, turnAfter(soonest())]);
      if (first !== 'done') asked = undefined;
      if (first !== 'done' && first.done) break;
      yield first === 'done' ? first : first.value;
    }
    while (soonest() !== undefined) yield 'done';
  } finally {
    if (asked !== undefined) leave();
    await begun.return(undefined);
  }
}

/**
 * A turn of the event loop after `work`, however it ended: a batch whose items are at hand is begun before outcomes are
 * given, so that there is work while the reader is busy. Never where there is no `work`.
 */
function turnAfter(work: Promise<unknown> | undefined): Promise<'done'> {
  return new Promise((resolve) => {
    const inATurn = (): void => void setImmediate(resolve, 'done');
    work?.then(inATurn, inATurn);
  });
}
