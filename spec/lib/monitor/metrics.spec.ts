import { expect } from 'chai';
import { createSizer } from '../../../lib/batching/sizer.js';
import { StatisticsBook } from '../../../lib/monitor/book.js';
import { metricsOf } from '../../../lib/monitor/metrics.js';
import { serveMetrics } from '../../../lib/monitor/metrics-server.js';

const COUNTERS = { read: 15, inserted: 5, updated: 4, unchanged: 3, skipped: 2, rejected: 1, moleculesNew: 4 };
const RESOURCES = {
  limitBytes: 1_000,
  rssBytes: 500,
  heapBytes: 100,
  peakRssBytes: 600,
  cores: 1.5,
  loopUtilization: 0.25,
  breaker: 'open',
  pauses: 2,
  factor: 1,
} as const;

const LEARNING = {
  next: () => ({ rows: 5, bytes: 50 }),
  report() {},
  state: { bound: 'start', fixedMs: 2, rowMs: 1 },
};

function registry() {
  const book = new StatisticsBook(() => 0);
  const metrics = metricsOf({
    book,
    sizers: { commit: createSizer('fixed', { initialRows: 70, maxBytes: 9 }), describe: LEARNING },
    counters: () => COUNTERS,
    resources: () => RESOURCES,
    breakers: () => ({ database: true }),
  });
  book.record({
    operation: 'commit',
    dataSource: 'chembl',
    startedAt: 0,
    endedAt: 30,
    items: 8,
    bytes: 80,
    errors: { X: 2 },
    retries: 1,
  });
  return metrics;
}

describe('metrics', () => {
  it('are shown in the words of Prometheus', async () => {
    const text = await registry().metrics();
    for (const line of [
      'molstream_batches_total{operation="commit",data_source="chembl"} 1',
      'molstream_batch_items_total{operation="commit",data_source="chembl"} 8',
      'molstream_batch_bytes_total{operation="commit",data_source="chembl"} 80',
      'molstream_batch_retries_total{operation="commit",data_source="chembl"} 1',
      'molstream_batch_errors_total{operation="commit",data_source="chembl",code="X"} 2',
      'molstream_batch_duration_seconds_sum{operation="commit",data_source="chembl"} 0.03',
      'molstream_sizer_rows{sizer="commit"} 70',
      'molstream_sizer_bytes{sizer="commit"} 9',
      'molstream_sizer_bound{sizer="commit",bound="fixed"} 1',
      'molstream_sizer_bound{sizer="describe",bound="start"} 1',
      'molstream_sizer_row_seconds{sizer="describe"} 0.001',
      'molstream_records_total{state="inserted"} 5',
      'molstream_records_total{state="rejected"} 1',
      'molstream_molecules_new_total 4',
      'molstream_resident_memory_bytes 500',
      'molstream_cpu_cores 1.5',
      'molstream_memory_breaker_open 1',
      'molstream_memory_pauses_total 2',
      'molstream_breaker_open{breaker="database"} 1',
    ]) {
      expect(text.split('\n')).to.include(line);
    }
  });

  it('say that reading is paused only while it is', async () => {
    for (const [breaker, isOpen] of [
      ['closed', 0],
      ['half-open', 0],
      ['open', 1],
    ] as const) {
      const text = await metricsOf({ resources: () => ({ ...RESOURCES, breaker }) }).metrics();
      expect(text.split('\n')).to.include(`molstream_memory_breaker_open ${isOpen}`);
    }
  });

  it('are read anew each time', async () => {
    const metrics = registry();
    await metrics.metrics();
    expect(await metrics.metrics()).to.contain('molstream_records_total{state="inserted"} 5\n');
  });

  it('have names by convention', async () => {
    for (const { name, type } of await registry().getMetricsAsJSON()) {
      expect(name).to.match(/^molstream_[a-z0-9_]+$/);
      expect(name.endsWith('_total'), name).to.equal(String(type) === 'counter');
    }
  });
});

describe('serveMetrics', () => {
  it('answers at /metrics, and nowhere else', async () => {
    const server = await serveMetrics(0);
    try {
      expect((await fetch(`http://127.0.0.1:${server.port}/metrics`)).status).to.equal(503);
      server.show(registry());
      const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`);
      expect(answer.headers.get('content-type')).to.contain('text/plain');
      expect(await answer.text()).to.contain('molstream_batches_total');
      expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).to.equal(404);
      expect((await fetch(`http://127.0.0.1:${server.port}/metrics`, { method: 'POST' })).status).to.equal(404);
    } finally {
      await server.close();
    }
  });

  it('says in one line that a port cannot be had', async () => {
    const first = await serveMetrics(0);
    const failure = await serveMetrics(first.port).then(
      () => null,
      (error: unknown) => error,
    );
    await first.close();
    expect(failure).to.be.an('error').with.property('code', 'BAD_OPTION');
    expect((failure as Error).message).to.match(/^metricsPort: \d+ cannot be had: /);
  });
});
