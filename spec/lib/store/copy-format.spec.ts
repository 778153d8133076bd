import { getDefaultHighWaterMark, setDefaultHighWaterMark } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type CopyRow, copyRows } from '../../../lib/store/copy-format.js';
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

  async function copy(count: number, add: (to: CopyRow, i: number) => void): Promise<void> {
    const rows = copyRows(Array(count).keys(), add);
    await pipeline(rows, client.query(copyFrom('COPY t FROM STDIN WITH (FORMAT binary)')));
  }

  it('arrive as they are', async () => {
    const count = Math.max(TEXTS.length, NUMBERS.length, DOUBLES.length);
    const at = <T>(values: readonly T[], i: number) => values[i % values.length]!;
    await copy(count, (to, i) => {
      to.begin(6);
      to.bigint(i);
      to.text(at(TEXTS, i));
      to.bigint(at(NUMBERS, i));
      to.double(at(DOUBLES, i));
      to.bytes(Buffer.alloc(i * 70_000, i));
      to.text(JSON.stringify({ i }));
    });
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
    await copy(0, () => {});
    await copy(1, (to) => {
      to.begin(6);
      to.bigint(null);
      to.text(null);
      to.null();
      to.null();
      to.bytes(null);
      to.text(null);
    });
    const { rows: stored } = await client.query('SELECT * FROM t');
    expect(stored).to.deep.equal([{ id: null, txt: null, num: null, dbl: null, raw: null, obj: null }]);
  });

  it('arrive as they are, however much a stream takes before it says "wait"', async () => {
    const usual = getDefaultHighWaterMark(false);
    setDefaultHighWaterMark(false, 4_000_000);
    try {
      await copy(1_000, (to, i) => {
        to.begin(6);
        to.bigint(i);
        for (let column = 1; column < 4; column += 1) to.null();
        to.bytes(Buffer.alloc(6_000, i % 251));
        to.null();
      });
    } finally {
      setDefaultHighWaterMark(false, usual);
    }
    const { rows: stored } = await client.query('SELECT id, raw FROM t');
    expect(stored).to.have.length(1_000);
    for (const { id, raw } of stored) expect(raw.equals(Buffer.alloc(6_000, Number(id) % 251)), id).to.equal(true);
  });
});
