import { expect } from 'chai';
import { elementsOf } from '../../../lib/store/json-list.js';
import { withSession } from '../../../lib/store/transaction.js';
import { closeAll, KINDS, openFresh } from '../../support/stores.js';

/** More than a statement of either database takes bindings. */
const MANY = 70_000;

for (const kind of KINDS) {
  describe(`elementsOf on ${kind}`, () => {
    afterEach(closeAll);

    it('gives as many values as there are', async () => {
      const store = await openFresh(kind);
      const numbers = Array.from({ length: MANY }, (_, index) => index);
      const texts = ['', "it's", '"', 'ü', '7'];
      await withSession(store.knex, async (session) => {
        const sum = `SELECT count(*) AS n, sum(value) AS sum FROM ${elementsOf(session.knex, 'bigint')} AS e`;
        const [row] = (await session.execute(sum, [JSON.stringify(numbers)])).rows;
        expect([Number(row?.n), Number(row?.sum)]).to.deep.equal([MANY, (MANY * (MANY - 1)) / 2]);
        const all = `SELECT value FROM ${elementsOf(session.knex, 'text')} AS e`;
        const { rows } = await session.execute(all, [JSON.stringify(texts)]);
        expect(rows.map(({ value }) => value)).to.deep.equal(texts);
      });
    });
  });
}
