import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import type { Knex } from 'knex';
import { createKnex } from '../../lib/store/connection.js';
import { openLedger } from '../../lib/store/ledger.js';
import type { CommitReport } from '../../lib/store/ledger-contract.js';
import { parseTarget } from '../../lib/store/target.js';
import type { BatchCost, BatchSizer, Item } from '../../lib/types.js';
import { knexSink } from '../../sinks/knex.js';
import { refuseBadRecords } from '../support/faults.js';
import { chunkOf, madeEnd, madeInput, madeMolecule, madeRejection } from '../support/items.js';
import { createProxy } from '../support/proxy.js';
import {
  closeAll,
  freshTarget,
  KINDS,
  ledgerOptions,
  openFresh,
  openTracked,
  prefixHash,
  rowsOf,
} from '../support/stores.js';

const A = madeInput('/data/a.sdf');

function watchingSizer() {
  const costs: BatchCost[] = [];
  const sizer: BatchSizer = { next: () => ({ rows: 1, bytes: 1 }), report: (cost) => costs.push(cost), state: {} };
  return { costs, sizer };
}

for (const kind of KINDS) {
  describe(`knexSink on ${kind}`, function () {
    this.timeout(60_000);
    afterEach(closeAll);

    it('commits each chunk, tells what it cost, and finishes when all is durable', async () => {
      const store = await openFresh(kind);
      const ledger = await openLedger(store, ledgerOptions([A]));
      const { costs, sizer } = watchingSizer();
      const reports: CommitReport[] = [];
      const chunks = [
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }), madeRejection({ input: A, ordinal: 1 })),
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 2 }), madeEnd(A, 3)),
      ];
      const sink = knexSink({ ledger, prefixHash, sizer, onCommit: (report) => reports.push(report) });
      await pipeline(Readable.from(chunks), sink);
      expect(await rowsOf(store, 'records', 'record_key')).to.have.length(2);
      expect(costs.map(({ rows, bytes, closedBy, error }) => [rows, bytes, closedBy, error])).to.deep.equal([
        [2, 200, 'rows', undefined],
        [2, 200, 'rows', undefined],
      ]);
      expect(costs.map(({ records }) => records)).to.deep.equal([2, 1]);
      for (const { ms } of costs) expect(ms).to.be.greaterThan(0);
      expect(reports.map(({ counters }) => counters.read)).to.deep.equal([2, 1]);
      expect(reports[0]?.rejectedRows).to.have.length(1);
      await ledger.finish('completed');
    });

    it('sends exactly these statements for a chunk', async () => {
      const store = await openFresh(kind);
      const ledger = await openLedger(store, ledgerOptions([A]));
      const statements: string[] = [];
      store.knex.on('query', ({ sql }: { sql: string }) => statements.push(shorten(sql)));
      const items = [madeMolecule({ input: A, ordinal: 0 }), madeRejection({ input: A, ordinal: 1 })];
      await ledger.commit(chunkOf<Item>(...items), prefixHash);
      const read = ['SELECT records WHERE source_id AND record_key', 'SELECT molecules WHERE structure_key'];
      expect(statements).to.deep.equal(
        kind === 'sqlite'
          ? [
              'BEGIN IMMEDIATE',
              'UPDATE checkpoints WHERE run_id AND input_id AND part AND epoch AND next_offset',
              ...read,
              'INSERT molecules',
              'INSERT records',
              'DELETE rejections WHERE input_id AND ordinal AND ordinal',
              'INSERT rejections',
              'UPDATE checkpoints WHERE run_id AND input_id AND part',
              'COMMIT',
            ]
          : [
              'BEGIN',
              'UPDATE checkpoints WHERE run_id AND input_id AND part AND epoch AND next_offset',
              ...read,
              'CREATE TEMPORARY TABLE molstream_staged_molecules',
              'COPY molstream_staged_molecules',
              'INSERT molecules',
              'COPY records',
              'DELETE rejections WHERE input_id AND ordinal AND ordinal',
              'COPY rejections',
              'UPDATE checkpoints WHERE run_id AND input_id AND part',
              'COMMIT',
            ],
      );
      await ledger.close();
    });

    it('rolls back what is in flight when it is destroyed, and then closes', async () => {
      const store = await openFresh(kind);
      const ledger = await openLedger(store, ledgerOptions([A]));
      const sink = knexSink({ ledger, prefixHash });
      sink.write(chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 })));
      const reason = new Error('enough');
      const seen: unknown[] = [];
      sink.on('error', (error) => seen.push(error));
      const closed = new Promise((resolve) => sink.on('close', resolve));
      sink.destroy(reason);
      await closed;
      expect(seen).to.deep.equal([reason]);
      expect(await rowsOf(store, 'records', 'record_key')).to.have.length(0);
      expect(ledger.checkpoint(A).nextOrdinal).to.equal(0);
      await ledger.close();
    });

    it('fails with the error of the commit, after telling the sizer', async () => {
      const store = await openFresh(kind);
      const ledger = await openLedger(store, ledgerOptions([A]));
      const { costs, sizer } = watchingSizer();
      const twice = chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }), madeMolecule({ input: A, ordinal: 0 }));
      const error = await pipeline(Readable.from([twice]), knexSink({ ledger, prefixHash, sizer })).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.include({ code: 'INTERNAL' });
      expect(costs[0]?.error).to.contain('came twice');
      expect(costs[0]?.code).to.equal('INTERNAL');
      await ledger.close();
    });

    for (const [how, onCommit] of Object.entries({
      throws: () => {
        throw new Error('enough');
      },
      rejects: async () => {
        await sleep(1);
        throw new Error('enough');
      },
    })) {
      it(`tells the sizer once of a commit whose listener ${how}, and commits no more`, async () => {
        const store = await openFresh(kind);
        const ledger = await openLedger(store, ledgerOptions([A]));
        const { costs, sizer } = watchingSizer();
        const error = await pipeline(
          Readable.from([0, 1].map((ordinal) => chunkOf<Item>(madeMolecule({ input: A, ordinal })))),
          knexSink({ ledger, prefixHash, sizer, onCommit }),
        ).catch((reason: unknown) => reason);
        expect((error as Error).message).to.equal('enough');
        expect(costs.map((cost) => cost.error)).to.deep.equal([undefined]);
        expect(ledger.counters().counters.read).to.equal(1);
        await ledger.close();
      });
    }

    it('reports the rows that the database refused', async () => {
      const store = await openFresh(kind);
      await refuseBadRecords(store);
      const ledger = await openLedger(store, ledgerOptions([A]));
      const refused: number[] = [];
      const chunk = chunkOf<Item>(
        madeMolecule({ input: A, ordinal: 0 }),
        madeMolecule({ input: A, ordinal: 1 }, { name: 'bad' }),
      );
      const sink = knexSink({
        ledger,
        prefixHash,
        onCommit: ({ rejectedRows }) => refused.push(...rejectedRows.map(({ ordinal }) => ordinal)),
      });
      await pipeline(Readable.from([chunk]), sink);
      expect(refused).to.deep.equal([1]);
      await ledger.close();
    });
  });

  describe(`knexSink into a table of one's own on ${kind}`, function () {
    this.timeout(60_000);
    let knex: Knex;
    beforeEach(async () => {
      const settings = { poolMax: 2, idleInTransactionMs: 30_000, sessionName: 'spec', cacheBytes: 1_000_000 };
      knex = createKnex(parseTarget(await freshTarget(kind)), settings);
      await knex.schema.createTable('numbers', (table) => {
        table.integer('n').primary();
        table.text('name').notNullable();
      });
    });
    afterEach(async () => {
      await knex.destroy();
      await closeAll();
    });

    interface Numbered {
      n: number;
      name: string | null;
    }
    const many = (from: number, to: number): Numbered[] =>
      Array.from({ length: to - from }, (_, i) => ({ n: from + i, name: `number ${from + i}` }));
    const stored = async () => (await knex('numbers').select('n').orderBy('n')).map(({ n }) => n);

    it('writes one transaction a chunk', async () => {
      const statements: string[] = [];
      knex.on('query', ({ sql }: { sql: string }) => statements.push(sql.split(' ')[0]!.toUpperCase()));
      const sink = knexSink<Numbered>({
        knex,
        table: 'numbers',
        toRow: ({ n, name }) => (n === 5 ? null : { n, name }),
      });
      await pipeline(Readable.from([chunkOf(...many(0, 1_000)), chunkOf(...many(1_000, 1_003))]), sink);
      expect((await stored()).length).to.equal(1_002);
      const commits = statements.filter((word) => word === 'COMMIT').length;
      expect([commits, statements.filter((word) => word === 'INSERT').length]).to.deep.equal([2, 4]);
    });

    it('takes nothing for no row, and gives `toRow` the item alone', async () => {
      const toRow = (...args: unknown[]) => {
        const [{ n, name }] = args as [Numbered];
        return args.length === 1 && n !== 1 ? { n, name } : (undefined as never);
      };
      await pipeline(Readable.from([chunkOf(...many(0, 3))]), knexSink<Numbered>({ knex, table: 'numbers', toRow }));
      expect(await stored()).to.deep.equal([0, 2]);
    });

    it('finds the rows that the database refuses, and stores their neighbours', async () => {
      const items = many(0, 8).map((item) => (item.n === 3 || item.n === 6 ? { ...item, name: null } : item));
      const refused: number[] = [];
      const sink = knexSink<Numbered>({
        knex,
        table: 'numbers',
        toRow: (item) => ({ ...item }),
        onRefused: ({ n }, error) => {
          expect(error).to.include({ code: 'DATABASE_REFUSED' });
          refused.push(n);
        },
      });
      await pipeline(Readable.from([chunkOf(...items)]), sink);
      expect(refused).to.deep.equal([3, 6]);
      expect(await stored()).to.deep.equal([0, 1, 2, 4, 5, 7]);
    });

    it('fails with what those reject with who are told of refused rows and of commits', async () => {
      const table = { knex, table: 'numbers', toRow: (item: Numbered) => ({ ...item }) };
      const reject = async (): Promise<void> => {
        await sleep(1);
        throw new Error('enough');
      };
      for (const [sink, name] of [
        [knexSink({ ...table, onRefused: reject }), null],
        [knexSink({ ...table, onCommit: reject }), 'one'],
      ] as const) {
        const chunk = chunkOf<Numbered>({ n: 1, name });
        const error = await pipeline(Readable.from([chunk]), sink).catch((reason: unknown) => reason);
        expect((error as Error).message).to.equal('enough');
      }
    });

    it('fails for a refused row when nobody takes it', async () => {
      const sink = knexSink<Numbered>({ knex, table: 'numbers', toRow: (item) => ({ ...item }) });
      const error = await pipeline(Readable.from([chunkOf<Numbered>({ n: 1, name: null })]), sink).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.include({ code: 'DATABASE_REFUSED' });
      expect((error as Error).message).to.match(/^numbers refused a row: .*(null|NULL)/);
    });
  });
}

describe('knexSink and SQLite, which works on the same thread', function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it('lets others have their turn within a chunk, and shows them nothing of it', async () => {
    const store = await openFresh('sqlite');
    const ledger = await openLedger(store, ledgerOptions([A]));
    const reader = new Database(store.displayName, { readonly: true });
    const seen: unknown[] = [];
    const look = (): void => {
      seen.push(reader.prepare('SELECT count(*) AS n FROM records').get());
      turn = setImmediate(look);
    };
    let turn: NodeJS.Immediate | undefined;
    store.knex.on('query', ({ sql }: { sql: string }) => {
      if (sql === 'BEGIN IMMEDIATE') turn = setImmediate(look);
      else if (sql === 'COMMIT') clearImmediate(turn);
    });
    const items = Array.from({ length: 1_000 }, (_, ordinal) => madeMolecule({ input: A, ordinal }));
    await ledger.commit(chunkOf<Item>(...items), prefixHash);
    expect(seen.length).to.be.greaterThan(10);
    expect(new Set(seen.map((row) => JSON.stringify(row)))).to.deep.equal(new Set(['{"n":0}']));
    expect(reader.prepare('SELECT count(*) AS n FROM records').get()).to.deep.equal({ n: 1_000 });
    reader.close();
    await ledger.close();
  });
});

describe('knexSink and a connection that is cut', function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it('does the chunk again', async () => {
    const proxy = await createProxy(await freshTarget('postgres'));
    const store = await openTracked(proxy.url);
    const ledger = await openLedger(store, ledgerOptions([A]));
    let cuts = 0;
    proxy.judge = (bytes) => {
      if (cuts >= 3 || !bytes.includes('COPY ')) return 'pass';
      cuts += 1;
      return cuts % 2 === 0 ? 'cut' : 'answer';
    };
    await pipeline(
      Readable.from([chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }))]),
      knexSink({ ledger, prefixHash }),
    );
    expect(cuts).to.equal(3);
    expect(ledger.counters().counters.inserted).to.equal(1);
    await ledger.finish('completed');
    await closeAll();
    await proxy.shut();
  });
});

describe('knexSink and a server that is away', function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it('closes when it is destroyed, without waiting for the server', async () => {
    const proxy = await createProxy(await freshTarget('postgres'));
    const store = await openTracked(proxy.url, { databaseTimeoutMs: 600_000 });
    const ledger = await openLedger(store, ledgerOptions([A]));
    await proxy.shut();
    const sink = knexSink({ ledger, prefixHash });
    const reason = new Error('enough');
    const closed = new Promise((resolve) => sink.on('close', resolve));
    sink.on('error', (error) => expect(error).to.equal(reason));
    sink.write(chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 })));
    while (!store.patience.isOpen) await new Promise((resolve) => setTimeout(resolve, 10));
    sink.destroy(reason);
    await closed;
    await ledger.close().catch((error: unknown) => expect(error).to.include({ code: 'DATABASE_UNAVAILABLE' }));
  });
});

/** Verb, table and the columns of WHERE. */
function shorten(sql: string): string {
  const words = sql.replace(/\s+/g, ' ').replace(/"molstream"\.|pg_temp\.|"/g, '');
  const match =
    /^(SELECT .*? FROM|INSERT INTO|UPDATE|DELETE FROM|COPY|CREATE TEMPORARY TABLE IF NOT EXISTS) (\w+)/.exec(words);
  if (match === null) return words;
  const verb = match[1]!.replace(/^SELECT .*/, 'SELECT').replace(/ (INTO|FROM|IF NOT EXISTS)$/, '');
  const where = / WHERE (.*)$/.exec(words)?.[1]?.replace(/ORDER BY.*/, '');
  const columns = where?.split(' AND ').map((condition) => condition.split(' ')[0]);
  return `${verb} ${match[2]}${columns === undefined ? '' : ` WHERE ${columns.join(' AND ')}`}`;
}
