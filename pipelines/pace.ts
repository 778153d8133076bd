/**
 * What sets the pace of an import: the sizer of its chunks, the watch over memory, and the book of what was measured.
 */
import { createChemicalSizer } from '../lib/batching/chemical.js';
import { chemicalSizeOf } from '../lib/batching/chemical-size.js';
import { limitByMemory } from '../lib/batching/monitor/limit.js';
import { ResourceMonitor } from '../lib/batching/monitor/monitor.js';
import { createSizer } from '../lib/batching/sizer.js';
import { systemClock } from '../lib/clock.js';
import { StatisticsBook } from '../lib/monitor/book.js';
import { measured } from '../lib/monitor/measured.js';
import { metricsOf } from '../lib/monitor/metrics.js';
import { type MetricsServer, serveMetrics } from '../lib/monitor/metrics-server.js';
import { memoryAllowed, usageReader } from '../lib/monitor/system.js';
import type { ResolvedOptions } from '../lib/options.js';
import type { BatchSizer, Counters, Input, Item } from '../lib/types.js';

export class Pace {
  /** Of the chunks: bounded by memory, and measured. */
  readonly sizer: BatchSizer;
  readonly monitor: ResourceMonitor;
  readonly book = new StatisticsBook(() => systemClock.now());

  constructor(options: ResolvedOptions, inputs: readonly Input[]) {
    this.monitor = new ResourceMonitor({
      limitBytes: options.memoryLimit > 0 ? options.memoryLimit : memoryAllowed(),
      usage: usageReader(),
      clock: systemClock,
    });
    const scope = { operation: 'commit', dataSource: inputs[0]?.source ?? 'none' };
    this.sizer = measured(limitByMemory(sizerFor(options, inputs), this.monitor), this.book, scope);
  }

  /** Bytes that an item weighs in a chunk. */
  readonly sizeOf = (item: Item): number => chemicalSizeOf(item);

  /** To be awaited between records; undefined where reading may go on at once. */
  readonly ready = (): Promise<void> | undefined => (this.monitor.isReady ? undefined : this.monitor.ready());

  /** Resolves to null without a port. Rejects with `UsageError` BAD_OPTION when the port cannot be had. */
  async serveMetrics(port: number | null, counters: () => Readonly<Counters>): Promise<MetricsServer | null> {
    if (port === null) return null;
    const registry = metricsOf({
      book: this.book,
      sizers: { commit: this.sizer },
      counters,
      resources: () => this.monitor.read(),
    });
    return serveMetrics(registry, port);
  }
}

function sizerFor(options: ResolvedOptions, inputs: readonly Input[]): BatchSizer {
  const { batchSize, maxBatchRows, maxBatchBytes: maxBytes, commitTargetMs } = options;
  if (batchSize > 0) return createSizer('fixed', { initialRows: batchSize, maxRows: batchSize, maxBytes });
  const [first] = inputs;
  const profile = first?.profile ?? (first?.layout.format === 'smiles' ? 'smiles' : null);
  return createChemicalSizer({ profile, maxRows: maxBatchRows, maxBytes, commitTargetMs });
}
