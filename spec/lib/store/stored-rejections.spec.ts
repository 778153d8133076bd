import { expect } from 'chai';
import { openLedger } from '../../../lib/store/ledger.js';
import { storedRejections } from '../../../lib/store/stored-rejections.js';
import type { Input, Item, Rejection } from '../../../lib/types.js';
import { chunkOf, madeEnd, madeInput, madeRejection } from '../../support/items.js';
import { closeAll, importChunks, KINDS, ledgerOptions, openFresh, prefixHash } from '../../support/stores.js';

const A = madeInput('/data/a.sdf');
const B = madeInput('/data/b.sdf', 'another source');

for (const kind of KINDS) {
  describe(`the rejections that are stored, on ${kind}`, function () {
    this.timeout(60_000);
    afterEach(closeAll);

    it('are given once each, input by input in the order of the records, and those of no other run', async () => {
      const store = await openFresh(kind);
      const count = 450;
      const rejected = (input: Input) =>
        Array.from({ length: count }, (_, ordinal) => madeRejection({ input, ordinal }));
      await importChunks(store, ledgerOptions([A]), [chunkOf<Item>(...rejected(A), madeEnd(A, count))]);
      const ledger = await openLedger(store, ledgerOptions([A, B]));
      const before: Rejection[] = [];
      for await (const one of storedRejections(store, ledger.runId, [A, B])) before.push(one);
      expect(before).to.deep.equal([]);
      await ledger.commit(chunkOf<Item>(...rejected(A), ...rejected(B)), prefixHash);
      const found: Rejection[] = [];
      for await (const one of storedRejections(store, ledger.runId, [B, A])) found.push(one);
      await ledger.close();
      const places = ({ input, ordinal, raw, code }: Rejection) => [
        input.uri,
        ordinal,
        Buffer.from(raw).toString(),
        code,
      ];
      expect(found.map(places)).to.deep.equal([...rejected(B), ...rejected(A)].map(places));
    });
  });
}
