/**
 * What sets the pace of an import: the sizers of its chunks and of the workers' blocks, the watch over memory, and the
 * book of what was measured.
 */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createBlockSizer } from '../lib/batching/block-sizer.js';
import { createChemicalSizer } from '../lib/batching/chemical.js';
import { chemicalSizeOf } from '../lib/batching/chemical-size.js';
import type { Learned } from '../lib/batching/costs.js';
import { limitByMemory } from '../lib/batching/monitor/limit.js';
import { ResourceMonitor } from '../lib/batching/monitor/monitor.js';
import { createSizer } from '../lib/batching/sizer.js';
import { systemClock } from '../lib/clock.js';
import { StatisticsBook } from '../lib/monitor/book.js';
import { collectGarbage } from '../lib/monitor/garbage.js';
import { measured } from '../lib/monitor/measured.js';
import { memoryAllowed, usageReader } from '../lib/monitor/system.js';
import type { ResolvedOptions } from '../lib/options.js';
import type { RunStatistics } from '../lib/store/history.js';
import type { Patience } from '../lib/store/patience.js';
import type { BatchSizer, Counters, Input, Item } from '../lib/types.js';
import type { ExecutionCost } from './summary.js';

export class Pace {
  /** Of the chunks: bounded by memory, and measured. */
  readonly sizer: BatchSizer;
  /** Of the blocks that a worker describes. */
  readonly blockSizer: BatchSizer;
  readonly monitor: ResourceMonitor;
  readonly book = new StatisticsBook(() => systemClock.now());
  readonly #profile: string | null;

  /** `history`: what `readLearned` gives for `profileOf(inputs)`. */
  constructor(
    options: ResolvedOptions,
    inputs: readonly Input[],
    history: readonly Learned[] = [],
    logger?: Pick<Logger, 'warn'>,
  ) {
    this.#profile = profileOf(inputs);
    this.monitor = new ResourceMonitor({
      limitBytes: options.memoryLimit > 0 ? options.memoryLimit : memoryAllowed(),
      usage: usageReader(),
      clock: systemClock,
      // A process that waits collects no garbage by itself.
      relieve: collectGarbage,
      onFutile: ({ rssBytes, limitBytes }) => {
        logger?.warn(
          { rssBytes, limitBytes },
          'memory does not fall while reading pauses: going on with small chunks, above the limit if need be; ' +
            'smaller batches, fewer workers or a higher --memory-limit would help',
        );
      },
    });
    const dataSource = onlyOne(inputs.map(({ source }) => source)) ?? 'several';
    const chunks = limitByMemory(sizerFor(options, this.#profile, history), this.monitor);
    this.sizer = measured(chunks, this.book, { operation: 'commit', dataSource });
    this.blockSizer = measured(createBlockSizer(), this.book, { operation: 'describe', dataSource });
  }

  /** Bytes that an item weighs in a chunk. */
  readonly sizeOf = (item: Item): number => chemicalSizeOf(item);

  /** To be awaited between records; undefined where reading may go on at once. */
  readonly ready = (): Promise<void> | undefined => (this.monitor.isReady ? undefined : this.monitor.ready());

  /** What Prometheus is shown. `database`: null where there is none. */
  async metrics(counters: () => Readonly<Counters>, database: Pick<Patience, 'isOpen'> | null): Promise<Registry> {
    // Loaded when asked for: it takes a tenth of the time in which an import starts.
    const { metricsOf } = await import('../lib/monitor/metrics.js');
    return metricsOf({
      book: this.book,
      sizers: { commit: this.sizer, describe: this.blockSizer },
      counters,
      resources: () => this.monitor.read(),
      breakers: () => ({ database: database?.isOpen ?? false }),
    });
  }

  /** What was measured until now, to be stored with the run; null where no record was committed. */
  statistics(cost: ExecutionCost): RunStatistics | null {
    const snapshot = this.book.snapshot();
    if (snapshot.operations.commit === undefined) return null;
    const learned = this.sizer.state.learned as Learned | null | undefined;
    return {
      ...cost,
      ...snapshot,
      learned: learned && this.#profile !== null ? { profile: this.#profile, ...learned } : null,
    };
  }
}

/** What the costs of an import are learned for: the inputs' profile, plain SMILES, or else their source; null: several. */
export function profileOf(inputs: readonly Input[]): string | null {
  return onlyOne(
    inputs.map(({ profile, layout, source }) => profile ?? (layout.format === 'smiles' ? 'smiles' : source)),
  );
}

function onlyOne(names: readonly string[]): string | null {
  const [first, ...others] = new Set(names);
  return first === undefined || others.length > 0 ? null : first;
}

function sizerFor(options: ResolvedOptions, profile: string | null, history: readonly Learned[]): BatchSizer {
  const { batchSize, maxBatchRows, maxBatchBytes: maxBytes, commitTargetMs } = options;
  if (batchSize > 0) return createSizer('fixed', { initialRows: batchSize, maxRows: batchSize, maxBytes });
  return createChemicalSizer({ profile, history, maxRows: maxBatchRows, maxBytes, commitTargetMs });
}
