import { expect } from 'chai';
import { StatisticsBook } from '../../../lib/monitor/book.js';
import { type RunStatistics, readHistory, readLearned } from '../../../lib/store/history.js';
import { openLedger } from '../../../lib/store/ledger.js';
import type { Item } from '../../../lib/types.js';
import { chunkOf, madeEnd, madeInput, madeMolecule } from '../../support/items.js';
import { closeAll, KINDS, ledgerOptions, openFresh, prefixHash } from '../../support/stores.js';

function statisticsOf(records: number, profile: string | null = null): RunStatistics {
  const book = new StatisticsBook(() => 100);
  book.record({
    operation: 'commit',
    dataSource: 'made',
    startedAt: 0,
    endedAt: 50,
    items: records,
    bytes: 10,
    errors: { SQLITE_BUSY: 1 },
    retries: 0,
  });
  const learned = profile === null ? null : { profile, rows: records, bytesPerRow: 9.5, fixedMs: 2, rowMs: 0.1 };
  const cost = { records, elapsedMs: 50, recordsPerSecond: 20 * records, peakRssBytes: 1e9 };
  return { ...cost, ...book.snapshot(), learned };
}

for (const kind of KINDS) {
  describe(`the history of runs on ${kind}`, function () {
    this.timeout(60_000);
    afterEach(closeAll);

    it('is empty where nothing was run', async () => {
      const store = await openFresh(kind);
      expect(await readHistory(store)).to.deep.equal([]);
      expect(await readLearned(store, 'chembl')).to.deep.equal([]);
    });

    it('holds what each run measured, the latest first', async () => {
      const store = await openFresh(kind);
      const [a, b] = [madeInput('/data/a.sdf', 'alpha'), madeInput('/data/b.sdf', 'beta')];
      for (const statistics of [statisticsOf(1, 'chembl'), statisticsOf(2, 'zinc'), statisticsOf(3, 'chembl'), null]) {
        const ledger = await openLedger(store, ledgerOptions([a, b]));
        await ledger.commit(
          chunkOf<Item>(madeMolecule({ input: a, ordinal: 0 }), madeEnd(a, 1), madeEnd(b, 0)),
          prefixHash,
        );
        await ledger.finish('completed', statistics);
      }
      const history = await readHistory(store);
      expect(history.map(({ runId }) => runId)).to.deep.equal([4, 3, 2, 1]);
      expect(history[0]).to.deep.include({
        status: 'completed',
        sources: ['alpha', 'beta'],
        read: 1,
        statistics: null,
      });
      expect(history[1]?.statistics).to.deep.equal(statisticsOf(3, 'chembl'));
      expect((await readHistory(store, { runs: 2 })).map(({ runId }) => runId)).to.deep.equal([4, 3]);
      expect((await readLearned(store, 'chembl')).map(({ rows }) => rows)).to.deep.equal([3, 1]);
    });

    it('keeps what was measured when the next execution commits nothing', async () => {
      const store = await openFresh(kind);
      const input = madeInput('/data/a.sdf');
      const first = await openLedger(store, ledgerOptions([input]));
      await first.commit(chunkOf(madeMolecule({ input, ordinal: 0 })), prefixHash);
      await first.finish('interrupted', statisticsOf(1));
      const second = await openLedger(store, ledgerOptions([input]));
      await second.close();
      expect(second.runId).to.equal(first.runId);
      expect((await readHistory(store))[0]?.statistics).to.deep.equal(statisticsOf(1));
    });
  });
}
