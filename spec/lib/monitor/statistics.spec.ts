import { expect } from 'chai';
import { seededRandom } from '../../../lib/batching/random.js';
import { createSizer } from '../../../lib/batching/sizer.js';
import { StatisticsBook } from '../../../lib/monitor/book.js';
import { measured } from '../../../lib/monitor/measured.js';
import { type BatchRecord, Statistics } from '../../../lib/monitor/statistics.js';

function batch(changes: Partial<BatchRecord> = {}): BatchRecord {
  return {
    operation: 'commit',
    dataSource: 'chembl',
    startedAt: 0,
    endedAt: 100,
    items: 10,
    bytes: 1_000,
    errors: {},
    retries: 0,
    ...changes,
  };
}

describe('Statistics', () => {
  it('are all zero before the first batch', () => {
    const { batchItems, itemsPerSecond, ...rest } = new Statistics().snapshot(5_000);
    expect(batchItems).to.deep.equal({ now: 0, mean: 0, smallest: 0, largest: 0 });
    expect(itemsPerSecond).to.deep.equal({ window: 0, overall: 0 });
    expect(rest).to.deep.include({ items: 0, batches: 0, utilization: 0 });
  });

  it('count items, successes, errors by code, retries and sizes', () => {
    const statistics = new Statistics();
    statistics.record(batch({ items: 10, errors: { A: 1 }, retries: 2 }));
    statistics.record(batch({ items: 30, errors: { A: 1, B: 3 }, bytes: 9_000 }));
    statistics.record(batch({ items: 20, bytes: 0 }));
    const snapshot = statistics.snapshot(100);
    expect(snapshot).to.deep.include({ items: 60, successes: 55, errors: { A: 2, B: 3 }, retries: 2, batches: 3 });
    expect(snapshot.batchItems).to.deep.equal({ now: 20, mean: 20, smallest: 10, largest: 30 });
    expect(snapshot.batchBytes.largest).to.equal(9_000);
    expect(snapshot.itemBytes).to.be.closeTo(10_000 / 60, 1e-9);
  });

  it('count wall time once where batches overlap', () => {
    const statistics = new Statistics();
    for (let index = 0; index < 4; index += 1)
      statistics.record(batch({ startedAt: 1_000, endedAt: 3_000, items: 50 }));
    const { itemsPerSecond, utilization } = statistics.snapshot(3_000);
    expect(itemsPerSecond).to.deep.equal({ window: 100, overall: 100 });
    expect(utilization).to.equal(4);
  });

  it('forget in the window what is over ten seconds old', () => {
    const statistics = new Statistics();
    statistics.record(batch({ startedAt: 0, endedAt: 1_000, items: 100 }));
    statistics.record(batch({ startedAt: 29_000, endedAt: 30_000, items: 20 }));
    const { itemsPerSecond } = statistics.snapshot(30_000);
    expect(itemsPerSecond).to.deep.equal({ window: 2, overall: 4 });
    expect(statistics.snapshot(60_000).itemsPerSecond).to.deep.equal({ window: 0, overall: 2 });
  });

  it('give the rate of a steady flow at every moment', () => {
    const statistics = new Statistics();
    for (let ms = 0; ms < 12_000; ms += 10) statistics.record(batch({ startedAt: ms, endedAt: ms + 10, items: 1 }));
    for (let ms = 12_000; ms < 20_000; ms += 10) {
      statistics.record(batch({ startedAt: ms, endedAt: ms + 10, items: 1 }));
      expect(statistics.snapshot(ms + 10).itemsPerSecond.window).to.be.closeTo(100, 0.2);
    }
  });

  it('give percentiles of the time of a batch and of an item', () => {
    const statistics = new Statistics();
    for (let ms = 1; ms <= 100; ms += 1) statistics.record(batch({ startedAt: 0, endedAt: ms, items: 10 }));
    const { batchSeconds, itemSeconds } = statistics.snapshot(100);
    expect(batchSeconds.mean).to.be.closeTo(0.0505, 1e-4);
    expect(batchSeconds.p50).to.be.closeTo(0.05, 1e-3);
    expect(batchSeconds.p95).to.be.closeTo(0.095, 1e-3);
    expect(batchSeconds.p99).to.be.closeTo(0.099, 1e-3);
    expect(itemSeconds.p50).to.be.closeTo(0.005, 1e-4);
  });

  it('give percentiles and means of times of every length as sorting them does', () => {
    const statistics = new Statistics();
    const random = seededRandom(1);
    const times = Array.from({ length: 2_000 }, () => Math.exp(random() * 24 - 10));
    for (const ms of times) statistics.record(batch({ startedAt: 0, endedAt: ms, items: 1 }));
    times.sort((one, other) => one - other);
    const { batchSeconds } = statistics.snapshot(0);
    for (const percent of [50, 95, 99] as const) {
      const exact = times[Math.ceil((times.length * percent) / 100) - 1]! / 1_000;
      expect(batchSeconds[`p${percent}`] / exact).to.be.closeTo(1, 0.003);
    }
    const mean = times.reduce((sum, ms) => sum + ms) / times.length / 1_000;
    expect(batchSeconds.mean / mean).to.be.closeTo(1, 1e-9);
  });

  it('are snapshots that nothing changes, made to be stored', () => {
    const statistics = new Statistics();
    statistics.record(batch());
    const snapshot = statistics.snapshot(100);
    const stored = JSON.stringify(snapshot);
    statistics.record(batch({ errors: { X: 1 } }));
    expect(JSON.stringify(snapshot)).to.equal(stored);
    expect(JSON.parse(stored)).to.deep.equal(snapshot);
    expect(Object.isFrozen(snapshot) && Object.isFrozen(snapshot.errors)).to.equal(true);
  });
});

describe('StatisticsBook', () => {
  it('keeps three levels', () => {
    const book = new StatisticsBook(() => 100);
    book.record(batch({ operation: 'describe', dataSource: 'chembl', items: 1 }));
    book.record(batch({ operation: 'commit', dataSource: 'chembl', items: 2 }));
    book.record(batch({ operation: 'commit', dataSource: '__proto__', items: 4 }));
    const { overall, operations, dataSources } = book.snapshot();
    expect(overall.items).to.equal(7);
    expect(operations.describe!.items).to.equal(1);
    expect(operations.commit!.items).to.equal(6);
    expect(dataSources.chembl!.items).to.equal(3);
    expect(Object.keys(dataSources)).to.deep.equal(['chembl', '__proto__']);
  });

  it('tells of batches, of errors and of what is new', () => {
    const book = new StatisticsBook(() => 0);
    const told: string[] = [];
    book.on('scope', ({ operation, dataSource }) => told.push(`scope ${operation} ${dataSource}`));
    book.on('batch', ({ items }) => told.push(`batch ${items}`));
    book.on('errors', ({ errors }) => told.push(`errors ${Object.keys(errors).join()}`));
    book.record(batch({ items: 1 }));
    book.record(batch({ items: 2, errors: { E: 1 } }));
    expect(told).to.deep.equal(['scope commit chembl', 'batch 1', 'batch 2', 'errors E']);
  });
});

describe('measured', () => {
  it('writes what a sizer is told into the book', () => {
    const book = new StatisticsBook(() => 5_000);
    const sizer = measured(createSizer('fixed', { initialRows: 5 }), book, { operation: 'commit', dataSource: 'all' });
    expect(sizer.next().rows).to.equal(5);
    sizer.report({ rows: 5, bytes: 50, ms: 40, closedBy: 'rows' });
    sizer.report({ rows: 5, bytes: 50, ms: 10, closedBy: 'rows', error: '40P01' });
    const { overall } = book.snapshot();
    expect(overall).to.deep.include({ items: 10, successes: 5, errors: { '40P01': 5 }, batches: 2 });
    expect(sizer.state).to.include({ kind: 'fixed' });
  });
});
