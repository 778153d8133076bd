/** What is counted, as Prometheus metrics. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Resources } from '../batching/monitor/monitor.js';
import type { BatchSizer, Counters } from '../types.js';
import type { StatisticsBook } from './book.js';

export interface MetricsSources {
  /** Every batch that is written into it. */
  book?: StatisticsBook;
  /** Sizers by what they size, such as `commit`; read when the metrics are. */
  sizers?: Readonly<Record<string, BatchSizer>>;
  /** Records of the run, read when the metrics are. */
  counters?: () => Readonly<Counters>;
  /** Memory, cores and breaker, read when the metrics are. */
  resources?: () => Resources;
  /** Whether other breakers are open, by name, such as `database`; read when the metrics are. */
  breakers?: () => Readonly<Record<string, boolean>>;
}

const BATCH_LABELS = ['operation', 'data_source'] as const;
const STATES = ['inserted', 'updated', 'unchanged', 'skipped', 'rejected'] as const;
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A registry of its own, so that several runs in one process do not mix. */
export function metricsOf({ book, sizers, counters, resources, breakers }: MetricsSources): Registry {
  const registry = new Registry();
  if (book !== undefined) countBatches(registry, book);
  if (sizers !== undefined) showSizers(registry, sizers);
  if (counters !== undefined) showRecords(registry, counters);
  if (resources !== undefined) showResources(registry, resources);
  if (breakers !== undefined) {
    const open = gauge(
      registry,
      'molstream_breaker_open',
      'Whether work that fails again and again waits',
      ['breaker'],
      () => {
        for (const [breaker, isOpen] of Object.entries(breakers())) open.set({ breaker }, Number(isOpen));
      },
    );
  }
  return registry;
}

function countBatches(registry: Registry, book: StatisticsBook): void {
  const counter = (name: string, help: string, labels: readonly string[] = BATCH_LABELS): Counter =>
    new Counter({ name, help, labelNames: [...labels], registers: [registry] });
  const batches = counter('molstream_batches_total', 'Batches that ended');
  const items = counter('molstream_batch_items_total', 'Items of the batches that ended');
  const bytes = counter('molstream_batch_bytes_total', 'Bytes of the items of the batches that ended');
  const retries = counter('molstream_batch_retries_total', 'Attempts after the first');
  const errors = counter('molstream_batch_errors_total', 'Items that failed, by code', [...BATCH_LABELS, 'code']);
  const seconds = new Histogram({
    name: 'molstream_batch_duration_seconds',
    help: 'Time of a batch',
    labelNames: [...BATCH_LABELS],
    buckets: SECONDS,
    registers: [registry],
  });
  book.on('batch', (batch) => {
    const labels = { operation: batch.operation, data_source: batch.dataSource };
    batches.inc(labels);
    items.inc(labels, batch.items);
    bytes.inc(labels, batch.bytes);
    retries.inc(labels, batch.retries);
    seconds.observe(labels, (batch.endedAt - batch.startedAt) / 1000);
    for (const [code, count] of Object.entries(batch.errors)) errors.inc({ ...labels, code }, count);
  });
}

function showSizers(registry: Registry, sizers: Readonly<Record<string, BatchSizer>>): void {
  for (const unit of ['rows', 'bytes'] as const) {
    const one = gauge(registry, `molstream_sizer_${unit}`, `Most ${unit} of the next chunk`, ['sizer'], () => {
      for (const [name, sizer] of Object.entries(sizers)) one.set({ sizer: name }, sizer.next()[unit]);
    });
  }
  const bound = gauge(registry, 'molstream_sizer_bound', 'What holds the size where it is', ['sizer', 'bound'], () => {
    bound.reset();
    for (const [sizer, { state }] of Object.entries(sizers)) {
      if (typeof state.bound === 'string') bound.set({ sizer, bound: state.bound }, 1);
    }
  });
  for (const [name, help, field] of [
    ['fixed', 'Estimated time of an empty chunk', 'fixedMs'],
    ['row', 'Estimated time of one more row', 'rowMs'],
  ] as const) {
    const one = gauge(registry, `molstream_sizer_${name}_seconds`, help, ['sizer'], () => {
      for (const [sizer, { state }] of Object.entries(sizers)) {
        const ms = state[field];
        if (typeof ms === 'number') one.set({ sizer }, ms / 1000);
      }
    });
  }
}

function showRecords(registry: Registry, counters: () => Readonly<Counters>): void {
  const records: Counter = new Counter({
    name: 'molstream_records_total',
    help: 'Records of the run, by what became of them',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const now = counters();
      records.reset();
      for (const state of STATES) records.inc({ state }, now[state]);
    },
  });
  const help = 'Structures that the database did not hold before';
  total(registry, 'molstream_molecules_new_total', help, () => counters().moleculesNew);
}

function showResources(registry: Registry, resources: () => Resources): void {
  const show = (name: string, help: string, value: (now: Resources) => number): void => {
    const one = gauge(registry, name, help, [], () => one.set(value(resources())));
  };
  show('molstream_memory_limit_bytes', 'Memory that the process should keep below', ({ limitBytes }) => limitBytes);
  show('molstream_resident_memory_bytes', 'Memory of the process', ({ rssBytes }) => rssBytes);
  show('molstream_heap_bytes', 'Memory of JavaScript and of its buffers', ({ heapBytes }) => heapBytes);
  show('molstream_cpu_cores', 'Cores in use', ({ cores }) => cores);
  show('molstream_event_loop_utilization', 'Busy share of the main thread', ({ loopUtilization }) => loopUtilization);
  show('molstream_memory_breaker_open', 'Whether reading is paused', ({ breaker }) => Number(breaker === 'open'));
  total(registry, 'molstream_memory_pauses_total', 'How often reading was paused', () => resources().pauses);
}

/** A counter that shows what is counted elsewhere. */
function total(registry: Registry, name: string, help: string, value: () => number): void {
  const counter: Counter = new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      counter.reset();
      counter.inc(value());
    },
  });
}

function gauge(registry: Registry, name: string, help: string, labelNames: string[], collect: () => void): Gauge {
  return new Gauge({ name, help, labelNames, registers: [registry], collect });
}
