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
 * Items on their way through a processor. Awaited, it gives all outcomes; iterated, it gives one after the other and
 * reads on only as they are taken. It begins with the first of the two, and does the work once: take one of them.
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
    const atWork = new Set<Promise<Done<In, Out>>>();
    try {
      for await (const batch of gather(this.#items, this.#options)) {
        atWork.add(tagged(this.#run(batch, either)));
        if (atWork.size >= concurrency) yield* await taken(atWork, ordered);
      }
      while (atWork.size > 0) yield* await taken(atWork, ordered);
    } finally {
      left.abort(new Error('the reader of the outcomes has left'));
      await Promise.allSettled(atWork);
    }
  }

  #run({ items, closedBy }: Batch<In>, signal: AbortSignal): Promise<Outcome<In, Out>[]> {
    return this.#options.limiter.run(async () => {
      await this.#options.monitor?.ready(signal);
      return this.#processor.run(items, closedBy, signal);
    });
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

async function taken<In, Out>(atWork: Set<Promise<Done<In, Out>>>, ordered: boolean): Promise<Outcome<In, Out>[]> {
  const oldest = atWork.values().next().value as Promise<Done<In, Out>>;
  const { self, outcomes } = await (ordered ? oldest : Promise.race(atWork));
  atWork.delete(self);
  return outcomes;
}
