import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { CopyRows } from '../../../lib/store/copy-format.js';
import { freshPostgres } from '../../support/postgres.js';

const TEXTS = [
  '',
  'plain',
  'Ünïcödé ✓ 😀',
  'tab\tand\nline',
  '\\N',
  'a'.repeat(300_000),
  '漢'.repeat(100_000),
  'nul\0!',
];
const NUMBERS = [
  0,
  1,
  -1,
  -2,
  255,
  2 ** 31,
  -(2 ** 31) - 1,
  2 ** 32,
  2 ** 40 + 5,
  -(2 ** 40) - 5,
  2 ** 53 - 1,
  -(2 ** 53) + 1,
];
const DOUBLES = [0, -0.1, 1e300, 5e-324, Number.POSITIVE_INFINITY, Math.PI];

describe('rows for COPY', function () {
  this.timeout(60_000);
  let client: pg.Client;
  beforeEach(async () => {
    client = new pg.Client(await freshPostgres());
    await client.connect();
    await client.query('CREATE TABLE t (id bigint, txt text, num bigint, dbl double precision, raw bytea, obj json)');
  });
  afterEach(() => client.end());

  async function copy(rows: CopyRows): Promise<void> {
    await pipeline(Readable.from(rows.finish()), client.query(copyFrom('COPY t FROM STDIN WITH (FORMAT binary)')));
  }

  it('arrive as they are', async () => {
    const rows = new CopyRows();
    const count = Math.max(TEXTS.length, NUMBERS.length, DOUBLES.length);
    const at = <T>(values: readonly T[], i: number) => values[i % values.length]!;
    for (let i = 0; i < count; i += 1) {
      rows.row(6);
      rows.bigint(i);
      rows.text(at(TEXTS, i));
      rows.bigint(at(NUMBERS, i));
      rows.double(at(DOUBLES, i));
      rows.bytes(Buffer.alloc(i * 70_000, i));
      rows.text(JSON.stringify({ i }));
    }
    await copy(rows);
    const { rows: stored } = await client.query('SELECT txt, num, dbl, raw, obj::text AS obj FROM t ORDER BY id');
    expect(stored).to.have.length(count);
    for (const [i, row] of stored.entries()) {
      expect(row.txt === at(TEXTS, i).replace('\0', '\ufffd'), `text ${i}`).to.equal(true);
      expect(Number(row.num)).to.equal(at(NUMBERS, i));
      expect(row.dbl).to.equal(at(DOUBLES, i));
      expect(row.raw.equals(Buffer.alloc(i * 70_000, i)), `bytes ${i}`).to.equal(true);
      expect(row.obj).to.equal(`{"i":${i}}`);
    }
  });

  it('may be null, and may be none', async () => {
    await copy(new CopyRows());
    const rows = new CopyRows();
    rows.row(6);
    rows.bigint(null);
    rows.text(null);
    rows.null();
    rows.null();
    rows.bytes(null);
    rows.text(null);
    await copy(rows);
    const { rows: stored } = await client.query('SELECT * FROM t');
    expect(stored).to.deep.equal([{ id: null, txt: null, num: null, dbl: null, raw: null, obj: null }]);
  });
});
