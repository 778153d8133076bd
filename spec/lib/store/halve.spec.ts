import { expect } from 'chai';
import { openLedger } from '../../../lib/store/ledger.js';
import type { Store } from '../../../lib/store/open-store.js';
import type { Item } from '../../../lib/types.js';
import { refuseBadRecords, refuseRejections } from '../../support/faults.js';
import { chunkOf, madeEnd, madeInput, madeMolecule, madeRejection } from '../../support/items.js';
import { closeAll, importChunks, KINDS, ledgerOptions, openFresh, prefixHash, rowsOf } from '../../support/stores.js';

const A = madeInput('/data/a.sdf');

function chunkWith(size: number, bad: ReadonlySet<number>) {
  const items: Item[] = Array.from({ length: size }, (_, ordinal) =>
    madeMolecule({ input: A, ordinal }, bad.has(ordinal) ? { name: 'bad' } : {}),
  );
  return chunkOf<Item>(...items, madeEnd(A, size));
}

function mostAttempts(size: number, bad: number): number {
  return 2 * bad * (Math.ceil(Math.log2(size / bad)) + 1) + 1;
}

for (const kind of KINDS) {
  describe(`a chunk with bad rows on ${kind}`, function () {
    this.timeout(60_000);
    let store: Store;
    beforeEach(async () => {
      store = await openFresh(kind);
      await refuseBadRecords(store);
    });
    afterEach(closeAll);

    const rejected = async () => (await rowsOf(store, 'rejections', 'ordinal')).map((row) => Number(row.ordinal));

    const CASES: [string, number, number[]][] = [
      ['one of 16', 16, [5]],
      ['the last of 13', 13, [12]],
      ['two of 16', 16, [0, 9]],
      ['two neighbours of 20', 20, [9, 10]],
      ['half of 16', 16, [0, 2, 4, 6, 8, 10, 12, 14]],
      ['all of 8', 8, [0, 1, 2, 3, 4, 5, 6, 7]],
    ];
    for (const [name, size, bad] of CASES) {
      it(`rejects exactly ${name}, in few attempts`, async () => {
        const { ledger, reports } = await importChunks(store, ledgerOptions([A]), [chunkWith(size, new Set(bad))]);
        expect(await rejected()).to.deep.equal(bad);
        expect(await rowsOf(store, 'records', 'record_key')).to.have.length(size - bad.length);
        const { counters, rejections } = ledger.counters();
        expect(counters).to.include({ read: size, inserted: size - bad.length, rejected: bad.length });
        expect(rejections).to.deep.equal({ ROW_REFUSED: bad.length });
        expect(reports[0]?.rejectedRows.map(({ ordinal }) => ordinal)).to.deep.equal(bad);
        expect(reports[0]?.rejectedRows[0]).to.include({ stage: 'sink', code: 'ROW_REFUSED' });
        expect(reports[0]?.rejectedRows[0]?.message).to.match(/bad name|violates check constraint "good"/);
        expect(reports[0]?.attempts).to.be.at.most(mostAttempts(size + 1, bad.length));
      });
    }

    it('commits rejections that end a chunk of which more is to come', async () => {
      const ledger = await openLedger(store, ledgerOptions([A]));
      const items = chunkWith(6, new Set([2, 3])).items;
      await ledger.commit(chunkOf(...items.slice(0, 4)), prefixHash);
      expect(ledger.checkpoint(A)).to.include({ nextOrdinal: 4, completed: false });
      await ledger.commit(chunkOf(...items.slice(4)), prefixHash);
      await ledger.finish('completed');
      expect(ledger.counters().counters).to.include({ read: 6, inserted: 4, rejected: 2, skipped: 0 });
      expect(await rejected()).to.deep.equal([2, 3]);
    });

    it('fails where a rejection itself is refused, and keeps what comes before', async () => {
      await refuseRejections(store);
      const ledger = await openLedger(store, ledgerOptions([A]));
      const molecules = [0, 1, 3].map((ordinal) => madeMolecule({ input: A, ordinal }));
      const chunk = chunkOf<Item>(...molecules.slice(0, 2), madeRejection({ input: A, ordinal: 2 }), molecules[2]!);
      const error = await ledger.commit(chunk, prefixHash).catch((reason: unknown) => reason);
      expect(error).to.include({ code: 'DATABASE_REFUSED', input: A.uri, ordinal: 2 });
      expect((error as Error).message).to.match(/refused to store the record 2 of \/data\/a\.sdf: .*no rejections/);
      expect(await rowsOf(store, 'records', 'record_key')).to.have.length(2);
      expect(ledger.checkpoint(A)).to.include({ nextOrdinal: 2 });
      await ledger.close();
    });

    it('takes one attempt for a chunk without them', async () => {
      const { reports } = await importChunks(store, ledgerOptions([A]), [chunkWith(8, new Set())]);
      expect(reports[0]?.attempts).to.equal(1);
    });

    it('loses nothing when it is stopped between any two of the attempts', async () => {
      const bad = new Set([1, 6, 7]);
      const size = 9;
      let stopped = 0;
      const options = ledgerOptions([A]);
      for (let attemptsLeft = 1; ; attemptsLeft += 1) {
        const ledger = await openLedger(store, options);
        const { nextOrdinal } = ledger.checkpoint(A);
        const rest = chunkOf(...chunkWith(size, bad).items.filter(({ ordinal }) => ordinal >= nextOrdinal));
        const abort = new AbortController();
        let attempts = 0;
        const counting = (...of: Parameters<typeof prefixHash>) => {
          attempts += 1;
          if (attempts > attemptsLeft) abort.abort(new Error('stopped'));
          return prefixHash(...of);
        };
        const outcome = await ledger.commit(rest, counting, abort.signal).catch((error: unknown) => error);
        if (!(outcome instanceof Error)) {
          await ledger.finish('completed');
          expect(ledger.counters().counters).to.include({ read: size, inserted: 6, rejected: 3 });
          break;
        }
        expect(outcome.message).to.equal('stopped');
        stopped += 1;
        await ledger.close();
      }
      expect(stopped).to.be.greaterThan(1);
      expect(await rejected()).to.deep.equal([...bad]);
      expect((await rowsOf(store, 'records', 'record_key')).map((row) => row.record_key)).to.deep.equal([
        'K0',
        'K2',
        'K3',
        'K4',
        'K5',
        'K8',
      ]);
    });
  });
}
