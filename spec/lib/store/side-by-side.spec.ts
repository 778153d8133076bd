/** Two imports of one source at the same time, whose records have the same ids: each accounts for its own. */
import { expect } from 'chai';
import { openLedger } from '../../../lib/store/ledger.js';
import type { Store } from '../../../lib/store/open-store.js';
import { verifyInputs } from '../../../lib/store/verify.js';
import type { Input, Item, SplitItem } from '../../../lib/types.js';
import { chunkOf, type Made, madeEnd, madeInput, madeMolecule, madeRecord } from '../../support/items.js';
import { closeAll, importChunks, KINDS, ledgerOptions, openFresh, prefixHash, rowsOf } from '../../support/stores.js';

const A = madeInput('/data/a.sdf');
const B = madeInput('/data/b.sdf');
const OF_A: readonly Made[] = [0, 1, 2].map((ordinal) => ({ input: A, ordinal }));
/** Another content of K0, and the content of K1 that A has. */
const OF_B: readonly Made[] = [
  { input: B, ordinal: 0, key: 'K0', content: 'newer' },
  { input: B, ordinal: 1, key: 'K1', content: 'content 1' },
];

const chunk = (input: Input, made: readonly Made[]) =>
  chunkOf<Item>(...made.map((one) => madeMolecule(one)), madeEnd(input, made.length));

for (const kind of KINDS) {
  describe(`imports side by side on ${kind}`, function () {
    this.timeout(60_000);
    let store: Store;
    beforeEach(async () => {
      store = await openFresh(kind);
      await importChunks(store, ledgerOptions([A]), [chunk(A, OF_A)]);
    });
    afterEach(closeAll);

    const verify = (...inputs: readonly (readonly [Input, readonly Made[]])[]) => {
      async function* read(input: Input, made: readonly Made[]): AsyncGenerator<SplitItem> {
        for (const one of made) yield madeRecord(one);
        yield madeEnd(input, made.length);
      }
      return verifyInputs(
        store,
        inputs.map(([input, made]) => ({ input, records: read(input, made) })),
      );
    };

    it('tells rows that another replaced once they were confirmed from differences', async () => {
      const beside = await openLedger(store, ledgerOptions([B], { describedWith: 'otherwise' }));
      await importChunks(store, ledgerOptions([A]), [chunk(A, OF_A)]);
      await beside.commit(chunk(B, OF_B), prefixHash);
      await beside.finish('completed');
      expect(beside.counters().counters).to.include({ updated: 2, rejected: 0 });
      const report = await verify([A, OF_A], [B, OF_B]);
      expect(report.differences).to.deep.equal([]);
      expect(report.inputs[0]).to.include({ stored: 2, replaced: 1, skipped: 0 });
      expect(report.inputs[1]).to.include({ stored: 2, replaced: 0, skipped: 0 });
    });

    it('takes records for unchanged that were so until another wrote to their rows', async () => {
      const again = await openLedger(store, ledgerOptions([A]));
      const found = await again.lookup(OF_A.map((made) => madeRecord(made)));
      expect(found.map((item) => item?.kind)).to.deep.equal(['unchanged', 'unchanged', 'unchanged']);
      await importChunks(store, ledgerOptions([B], { describedWith: 'otherwise' }), [chunk(B, OF_B)]);
      const items = [...(found as Item[]), { ...found[0]!, ordinal: 3, endOffset: 400 }];
      const { rejectedRows } = await again.commit(chunkOf<Item>(...items, madeEnd(A, 4)), prefixHash);
      await again.finish('completed');
      expect(rejectedRows).to.deep.equal([]);
      expect(again.counters().counters).to.include({ read: 4, unchanged: 4 });
      const rows = await rowsOf(store, 'records', 'record_key');
      const { runId } = again;
      expect(rows.map((row) => Number(row.run_id))).to.deep.equal([runId + 1, runId + 1, runId - 1]);
      const [confirmed, ...others] = await rowsOf(store, 'confirmations', 'run_id');
      expect(Number(confirmed?.first_record_id)).to.equal(Number(rows[2]?.record_id));
      expect(others).to.deep.equal([]);
      const report = await verify([A, [...OF_A, { ...OF_A[0]!, ordinal: 3, key: 'K0', content: 'content 0' }]]);
      expect(report.differences).to.deep.equal([]);
      expect(report.inputs[0]).to.include({ stored: 2, replaced: 2, skipped: 0 });
    });
  });
}
