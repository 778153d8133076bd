import { expect } from 'chai';
import { readHistory } from '../../../lib/store/history.js';
import { openLedger } from '../../../lib/store/ledger.js';
import { readStatus } from '../../../lib/store/status.js';
import type { Item } from '../../../lib/types.js';
import { chunkOf, madeEnd, madeInput, madeMolecule, madeRejection } from '../../support/items.js';
import { closeAll, importChunks, KINDS, ledgerOptions, openFresh, prefixHash } from '../../support/stores.js';

const A = madeInput('/data/a.sdf');

for (const kind of KINDS) {
  describe(`the status of a database on ${kind}`, function () {
    this.timeout(60_000);
    afterEach(closeAll);

    it('tells of runs, the latest first, and of their inputs', async () => {
      const store = await openFresh(kind);
      const chunk = chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }), madeRejection({ input: A, ordinal: 1 }));
      await importChunks(store, ledgerOptions([A], { options: { to: 'molecules.sqlite' } }), [
        chunk,
        chunkOf<Item>(madeEnd(A, 2)),
      ]);
      const running = await openLedger(store, ledgerOptions([A]));
      await running.commit(chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 })), prefixHash);
      const status = await readStatus(store);
      expect(status).to.include({ records: 1, molecules: 1 });
      const [latest, first] = status.runs;
      expect(latest).to.include({ runId: running.runId, status: 'running', finishedAt: null });
      expect(latest?.inputs[0]).to.include({ completed: false, nextOffset: 100, nextOrdinal: 1 });
      expect(latest?.inputs[0]?.heldBy).to.contain(`process ${process.pid}`);
      expect(latest?.counters).to.include({ read: 1, unchanged: 1 });
      expect(first).to.deep.include({
        status: 'completed',
        options: { to: 'molecules.sqlite' },
        rejections: { PARSE_FAILED: 1 },
      });
      expect(first?.counters).to.include({ read: 2, inserted: 1, rejected: 1 });
      expect(first?.inputs[0]).to.include({
        uri: A.uri,
        source: 'made',
        completed: true,
        heldBy: null,
        sizeBytes: 1000,
      });
      expect(first?.startedAt).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      expect(first?.finishedAt).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      expect((await readStatus(store, { runs: 1 })).runs).to.have.length(1);
      await running.close();
    });

    it('says of a run whose process is gone that it was interrupted', async () => {
      const store = await openFresh(kind);
      const killed = await openLedger(store, ledgerOptions([A]));
      await killed.commit(chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 })), prefixHash);
      const statuses = async () => [(await readStatus(store)).runs[0]?.status, (await readHistory(store))[0]?.status];
      expect(await statuses()).to.deep.equal(['running', 'running']);
      const checkpoints = store.knex(store.tables.checkpoints);
      const { owner } = (await checkpoints.clone().first('owner')) as { owner: string };
      await checkpoints.clone().update({ owner: JSON.stringify({ ...JSON.parse(owner), token: 'of another ledger' }) });
      expect(await statuses()).to.deep.equal(['interrupted', 'interrupted']);
      await killed.close();
    });

    it('tells of an empty database', async () => {
      const status = await readStatus(await openFresh(kind));
      expect(status).to.deep.equal({ records: 0, molecules: 0, rejections: {}, runs: [] });
    });
  });
}
