import { expect } from 'chai';
import pg from 'pg';
import { freshPostgres } from './postgres.js';

describe('the embedded PostgreSQL', function () {
  this.timeout(60_000);
  it('gives an empty database', async () => {
    const client = new pg.Client(await freshPostgres());
    await client.connect();
    const { rows } = await client.query('select count(*)::int as n from pg_tables where schemaname = $1', ['public']);
    await client.end();
    expect(rows).to.deep.equal([{ n: 0 }]);
  });
});
