import { expect } from 'chai';
import { MolstreamError } from '../../lib/errors.js';
import type { CommitReport, Ledger } from '../../lib/store/ledger-contract.js';
import { emptyTally } from '../../lib/store/tally.js';
import type { BatchSizer, Chunk, Item } from '../../lib/types.js';
import { ExecutionStatistics } from '../../pipelines/summary.js';
import { inputOf } from '../support/records.js';

const ENDED = { kind: 'end' } as Item;

/** Commits chunks of so many records at these milliseconds. */
function committing() {
  const tally = emptyTally();
  const ledger = {
    runId: 1,
    counters: () => tally,
    inputCounters: () => tally,
    checkpoint: () => ({ nextOffset: 700 }),
  };
  const statistics = new ExecutionStatistics([inputOf(), inputOf()], ledger as unknown as Ledger, false);
  const commit = (rows: number, at: number, more: readonly Item[] = []): void => {
    const items = [...Array.from({ length: rows }, () => ({ kind: 'molecule' }) as Item), ...more];
    const { now } = performance;
    performance.now = () => at;
    try {
      statistics.committed(
        { counters: { ...tally.counters, read: rows } } as CommitReport,
        { items } as unknown as Chunk,
      );
    } finally {
      performance.now = now;
    }
  };
  return { statistics, commit };
}

const sizerAt = (bound: string): BatchSizer => ({
  next: () => ({ rows: 480, bytes: 1 }),
  report() {},
  state: { bound },
});

describe('the statistics of an execution', () => {
  it('tell what its chunks were like, but for those that held only the ends of inputs', () => {
    const { statistics, commit } = committing();
    const chunks = () => statistics.summary('completed', { firstByteAt: 1, share: 1 }, null).chunks;
    expect(chunks()).to.deep.equal({ count: 0, smallest: 0, largest: 0, last: 0 });
    for (const rows of [30, 20, 140, 96]) commit(rows, 1_000, [ENDED]);
    commit(0, 1_000, [ENDED]);
    expect(chunks()).to.deep.equal({ count: 4, smallest: 20, largest: 140, last: 96 });
  });

  it('count time from the first byte to the last commit', () => {
    const { statistics, commit } = committing();
    const { rss } = process.memoryUsage();
    const before = statistics.cost({ firstByteAt: 0, share: 0 });
    expect(before).to.include({ records: 0, elapsedMs: 0, recordsPerSecond: 0 });
    expect(before.peakRssBytes).to.be.within(rss / 2, 20 * rss);
    expect(statistics.cost({ firstByteAt: 1_000, share: 0 })).to.include({ elapsedMs: 0, recordsPerSecond: 0 });
    commit(30, 2_000);
    commit(20, 3_000);
    expect(statistics.cost({ firstByteAt: 1_000, share: 1 })).to.include({
      records: 50,
      elapsedMs: 2_000,
      recordsPerSecond: 25,
    });
    expect(statistics.summary('completed', { firstByteAt: 999.5, share: 1 }, null)).to.include({
      bytes: 1_400,
      elapsed_ms: 2_001,
      records_per_second: 25,
    });
  });

  it('foretell the end from what was read since the first commit', () => {
    const { statistics, commit } = committing();
    const remaining = (share: number | null) =>
      statistics.progress({ firstByteAt: 1, share }, sizerAt('knee')).remainingMs;
    expect(remaining(null)).to.equal(null);
    // A resumed execution begins far on.
    commit(10, 1_000);
    expect(remaining(0.5)).to.equal(null);
    commit(10, 3_000);
    expect(remaining(0.6)).to.be.closeTo(8_000, 0.001);
    commit(10, 7_000);
    expect(remaining(0.75)).to.be.closeTo(6_000, 0.001);
    expect(remaining(1)).to.equal(0);
  });

  it('tell what holds chunks down, and nothing where nothing does', () => {
    const { statistics } = committing();
    const seen = ['start', 'knee', 'latency', 'memory'].map((bound) => {
      const { share, chunkRows, chunkBound } = statistics.progress({ firstByteAt: 1, share: 0.25 }, sizerAt(bound));
      return [share, chunkRows, chunkBound];
    });
    expect(seen).to.deep.equal([
      [0.25, 480, null],
      [0.25, 480, null],
      [0.25, 480, 'latency'],
      [0.25, 480, 'memory'],
    ]);
  });

  it('tell where an error is, as far as that is known', () => {
    const { statistics } = committing();
    const errorOf = (place: object) =>
      statistics.summary('failed', { firstByteAt: 1, share: 1 }, new MolstreamError('INTERNAL', 'why', place)).error;
    expect(errorOf({})).to.deep.equal({ code: 'INTERNAL', message: 'why' });
    const place = { input: '/a.sdf', ordinal: 0, offset: 0 };
    expect(errorOf(place)).to.deep.equal({ code: 'INTERNAL', message: 'why', ...place });
  });
});
