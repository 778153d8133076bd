import { expect } from 'chai';
import { asOfThisRun, confirm, MOST_IDS, rangesOf } from '../../../lib/store/confirmations.js';
import type { Store } from '../../../lib/store/open-store.js';
import { withSession } from '../../../lib/store/transaction.js';
import type { Input, Item } from '../../../lib/types.js';
import { chunkOf, madeEnd, madeInput, madeMolecule } from '../../support/items.js';
import { closeAll, importChunks, KINDS, ledgerOptions, openFresh, rowsOf } from '../../support/stores.js';

const A = madeInput('/data/a.sdf');

describe('rangesOf', () => {
  it('joins ids that follow one another, in whatever order and however often they come', () => {
    expect(rangesOf([])).to.deep.equal([]);
    expect(rangesOf([7])).to.deep.equal([[7, 7]]);
    expect(rangesOf([3, 1, 2, 2, 9, 11, 10])).to.deep.equal([
      [1, 3],
      [9, 11],
    ]);
  });

  it('makes no range longer than what is looked through for an id', () => {
    const ids = Array.from({ length: MOST_IDS + 1 }, (_, index) => index + 5);
    expect(rangesOf(ids)).to.deep.equal([
      [5, MOST_IDS + 4],
      [MOST_IDS + 5, MOST_IDS + 5],
    ]);
  });
});

for (const kind of KINDS) {
  describe(`confirmations on ${kind}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await openFresh(kind);
    });
    afterEach(closeAll);

    const row = (recordId: number) => ({ recordId, contentHash: '', describedWith: '', runId: 7, warnings: null });
    const confirmedOf = (runId: number, ids: readonly number[]) =>
      withSession(store.knex, async (session) => [
        ...(await asOfThisRun(session, store.tables, runId, ids.map(row))).values(),
      ]);

    it('knows each row that a run confirmed, and no other', async () => {
      for (const run of [1, 2])
        await store.knex(store.tables.runs).insert({ run_id: run, status: 'running', options: '{}' });
      const ids = Array.from({ length: MOST_IDS + 10 }, (_, index) => index + 1);
      await withSession(store.knex, async (session) => {
        await confirm(session, store.tables, 1, []);
        await confirm(session, store.tables, 1, [...ids, 5_000]);
        // The same rows once more, as records that come twice bring them, and ranges that begin with others.
        await confirm(session, store.tables, 1, [1, 500, 5_000, 5_001]);
        await confirm(session, store.tables, 2, [4_999]);
      });
      const asked = [0, 1, 2, 501, MOST_IDS, MOST_IDS + 1, MOST_IDS + 10, MOST_IDS + 11, 4_999, 5_000, 5_001, 5_002];
      const found = await confirmedOf(1, asked);
      expect(found.map(({ recordId }) => recordId)).to.have.members(
        asked.filter((id) => ids.includes(id) || id === 5_000 || id === 5_001),
      );
      expect(new Set(found.map(({ runId }) => runId))).to.deep.equal(new Set([1]));
      expect((await confirmedOf(2, asked)).map(({ recordId }) => recordId)).to.deep.equal([4_999]);
    });

    it('leaves the rows that a run finds unchanged as they are', async () => {
      const items = [0, 1, 2].map((ordinal) => madeMolecule({ input: A, ordinal }));
      const chunks = [chunkOf<Item>(...items), chunkOf<Item>(madeEnd(A, 3))];
      await importChunks(store, ledgerOptions([A]), chunks);
      const before = await rowsOf(store, 'records', 'record_key');
      expect(await rowsOf(store, 'confirmations', 'run_id')).to.deep.equal([]);
      await importChunks(store, ledgerOptions([A]), chunks);
      expect(await rowsOf(store, 'records', 'record_key')).to.deep.equal(before);
      const confirmed = await rowsOf(store, 'confirmations', 'run_id');
      expect(confirmed.map((one) => Object.values(one).map(Number))).to.deep.equal([[2, 1, 3]]);
    });

    it('keeps what a run confirmed until each of its inputs has a later run', async () => {
      const chunks = (...inputs: Input[]) =>
        inputs.flatMap((input) => [
          chunkOf<Item>(madeMolecule({ input, ordinal: 0 })),
          chunkOf<Item>(madeEnd(input, 1)),
        ]);
      const runsConfirmed = async () => {
        const rows = await rowsOf(store, 'confirmations', 'run_id');
        return [...new Set(rows.map((one) => Number(one.run_id)))];
      };
      const both = [A, madeInput('/data/b.sdf')];
      await importChunks(store, ledgerOptions(both), chunks(...both));
      await importChunks(store, ledgerOptions(both), chunks(...both));
      await importChunks(store, ledgerOptions([A]), chunks(A));
      expect(await runsConfirmed()).to.deep.equal([2, 3]);
      await importChunks(store, ledgerOptions(both.slice(1)), chunks(...both.slice(1)));
      expect(await runsConfirmed()).to.deep.equal([3, 4]);
    });
  });
}
