import { expect } from 'chai';
import { openLedger } from '../../../lib/store/ledger.js';
import type { Store } from '../../../lib/store/open-store.js';
import type { Item } from '../../../lib/types.js';
import { chunkOf, madeEnd, madeInput, madeMolecule, madeRecord, madeRejection } from '../../support/items.js';
import { closeAll, importChunks, KINDS, ledgerOptions, openFresh, prefixHash, rowsOf } from '../../support/stores.js';

const A = madeInput('/data/a.sdf');
const B = madeInput('/data/b.sdf');
const none = { read: 0, inserted: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0, moleculesNew: 0 };

for (const kind of KINDS) {
  describe(`the ledger on ${kind}`, function () {
    this.timeout(60_000);
    let store: Store;
    beforeEach(async () => {
      store = await openFresh(kind);
    });
    afterEach(closeAll);

    const keys = async () => (await rowsOf(store, 'records', 'record_key')).map((row) => row.record_key);

    it('stores molecules and rejections, and counts them', async () => {
      const { ledger, reports } = await importChunks(store, ledgerOptions([A]), [
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }), madeRejection({ input: A, ordinal: 1 })),
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 2, structure: 'S0' }), madeEnd(A, 3)),
      ]);
      expect(ledger.counters()).to.deep.equal({
        counters: { ...none, read: 3, inserted: 2, rejected: 1, moleculesNew: 1 },
        rejections: { PARSE_FAILED: 1 },
        warnings: {},
      });
      expect(reports.map((report) => report.attempts)).to.deep.equal([1, 1]);
      expect(await keys()).to.deep.equal(['K0', 'K2']);
      const [run] = await rowsOf(store, 'runs', 'run_id');
      expect(run).to.include({ status: 'completed' });
      expect(Number(run?.read)).to.equal(3);
      const [checkpoint] = await rowsOf(store, 'checkpoints', 'input_id');
      expect(Number(checkpoint?.next_offset)).to.equal(300);
      expect(checkpoint).to.include({ prefix_hash: 'hash of 300', owner: null });
    });

    it('finds everything unchanged when it comes again', async () => {
      const chunk = () =>
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }), madeMolecule({ input: A, ordinal: 1 }), madeEnd(A, 2));
      await importChunks(store, ledgerOptions([A]), [chunk()]);
      const ledger = await openLedger(store, ledgerOptions([A]));
      expect(ledger.resumed).to.equal(false);
      const found = await ledger.lookup([madeRecord({ input: A, ordinal: 0 }), madeRecord({ input: A, ordinal: 1 })]);
      expect(found.map((item) => item?.kind)).to.deep.equal(['unchanged', 'unchanged']);
      await ledger.commit(chunk(), prefixHash);
      await ledger.finish('completed');
      expect(ledger.counters().counters).to.deep.equal({ ...none, read: 2, unchanged: 2 });
    });

    it('resumes where it stopped', async () => {
      const first = await openLedger(store, ledgerOptions([A, B]));
      await first.commit(
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }), madeMolecule({ input: A, ordinal: 1 })),
        prefixHash,
      );
      await first.close();
      const second = await openLedger(store, ledgerOptions([B, A]));
      expect(second.resumed).to.equal(true);
      expect(second.runId).to.equal(first.runId);
      expect(second.checkpoint(A)).to.deep.equal({
        nextOffset: 200,
        nextOrdinal: 2,
        prefixHash: 'hash of 200',
        completed: false,
      });
      await second.commit(
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 2 }), madeEnd(A, 3), madeEnd(B, 0)),
        prefixHash,
      );
      await second.finish('completed');
      expect(second.counters().counters).to.deep.equal({ ...none, read: 3, inserted: 3, moleculesNew: 3 });
      expect(await keys()).to.deep.equal(['K0', 'K1', 'K2']);
    });
  });
}
