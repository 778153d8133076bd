import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import pg from 'pg';
import type { DatabaseError } from '../../../lib/errors.js';
import { openLedger } from '../../../lib/store/ledger.js';
import type { Ledger } from '../../../lib/store/ledger-contract.js';
import type { Store } from '../../../lib/store/open-store.js';
import type { Item } from '../../../lib/types.js';
import { failMolecules } from '../../support/faults.js';
import { chunkOf, madeEnd, madeInput, madeMolecule } from '../../support/items.js';
import { freshPostgres } from '../../support/postgres.js';
import { createProxy } from '../../support/proxy.js';
import { closeAll, freshTarget, ledgerOptions, openTracked, prefixHash, rowsOf } from '../../support/stores.js';

const A = madeInput('/data/a.sdf');
const four = () => chunkOf<Item>(...[0, 1, 2, 3].map((ordinal) => madeMolecule({ input: A, ordinal })), madeEnd(A, 4));

async function failureOf(ledger: Ledger): Promise<DatabaseError> {
  const outcome = await ledger.commit(four(), prefixHash).catch((error: unknown) => error);
  expect(outcome).to.be.instanceOf(Error);
  return outcome as DatabaseError;
}

async function expectAllStored(store: Store, ledger: Ledger): Promise<void> {
  await ledger.finish('completed');
  expect(ledger.counters().counters).to.include({ read: 4, inserted: 4, rejected: 0, moleculesNew: 4 });
  expect(await rowsOf(store, 'records', 'record_key')).to.have.length(4);
  expect(await rowsOf(store, 'rejections', 'ordinal')).to.have.length(0);
}

describe('a chunk that PostgreSQL fails', function () {
  this.timeout(60_000);
  let target: string;
  let store: Store;
  let ledger: Ledger;
  let admin: pg.Client;
  beforeEach(async () => {
    target = await freshPostgres();
    store = await openTracked(target, { databaseTimeoutMs: 30_000 });
    ledger = await openLedger(store, ledgerOptions([A]));
    admin = new pg.Client(target);
    await admin.connect();
  });
  afterEach(async () => {
    await admin.end();
    await ledger.close().catch(() => {});
    await closeAll();
  });

  for (const sqlstate of ['40001', '40P01', '08006', '57P01', '55P03', '25006', '53300']) {
    it(`is done again as a whole after ${sqlstate}`, async () => {
      await failMolecules(store, sqlstate, 2);
      const report = await ledger.commit(four(), prefixHash);
      expect(report.attempts).to.equal(3);
      const isForFewerRows = ['40001', '40P01', '55P03'].includes(sqlstate);
      expect(report.setback).to.equal(isForFewerRows ? `failed with ${sqlstate} (${sqlstate})` : null);
      await expectAllStored(store, ledger);
    });
  }

  it('keeps its input from others for as long as it is tried', async () => {
    await failMolecules(store, '40001', 1_000);
    const committing = ledger.commit(four(), prefixHash);
    const tried = async (least: number): Promise<number> => {
      for (;;) {
        const [{ last_value: times, is_called: isTried }] = (await admin.query('SELECT * FROM failures')).rows;
        if (isTried && Number(times) >= least) return Number(times);
        await delay(20);
      }
    };
    const times = await tried(1);
    await admin.query(`UPDATE ${store.tables.quoted.checkpoints} SET lease_until = 'epoch'`);
    // The one under way may have been begun before.
    await tried(times + 2);
    const other = await openTracked(target);
    const error = await openLedger(other, ledgerOptions([A])).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'INPUT_IN_USE' });
    await admin.query(`DROP TRIGGER fail ON ${store.tables.quoted.molecules}`);
    await committing;
    await expectAllStored(store, ledger);
  });

  it('is done again once after a cancelled statement, then halved', async () => {
    await failMolecules(store, '57014', 1);
    const report = await ledger.commit(four(), prefixHash);
    expect(report.attempts).to.equal(2);
    await expectAllStored(store, ledger);
  });

  it('is halved after two cancelled statements', async () => {
    await failMolecules(store, '57014', 2);
    const report = await ledger.commit(four(), prefixHash);
    expect(report.attempts).to.equal(4);
    await expectAllStored(store, ledger);
  });

  for (const [sqlstate, code] of [
    ['53100', 'DATABASE_FULL'],
    ['42501', 'DATABASE_REFUSED'],
    ['58030', 'DATABASE_REFUSED'],
  ] as const) {
    it(`ends with ${code} after ${sqlstate}, and goes on later`, async () => {
      await failMolecules(store, sqlstate, 1);
      const error = await failureOf(ledger);
      expect(error).to.include({ code, databaseCode: sqlstate, retryable: false });
      expect(error.message).to.contain(`failed with ${sqlstate}`).and.not.contain('secret');
      expect(await rowsOf(store, 'records', 'record_key')).to.have.length(0);
      await ledger.commit(four(), prefixHash);
      await expectAllStored(store, ledger);
    });
  }

  it('waits for an uncommitted molecule, and survives the end of its session', async () => {
    await admin.query('BEGIN');
    await insertMolecule(admin, 'S2-KEY');
    const committing = ledger.commit(four(), prefixHash);
    await waiting(admin, store);
    const ended = await admin.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
      [store.sessionName],
    );
    expect(ended.rowCount).to.be.greaterThan(0);
    await admin.query('ROLLBACK');
    expect((await committing).attempts).to.be.greaterThan(1);
    await expectAllStored(store, ledger);
  });

  it('is done again when it is the victim of a deadlock', async () => {
    await admin.query("SET deadlock_timeout = '60s'");
    await admin.query('BEGIN');
    await insertMolecule(admin, 'S2-KEY');
    const committing = ledger.commit(four(), prefixHash);
    await waiting(admin, store);
    // The chunk holds S1 and waits for S2, we hold S2 and wait for S1.
    await insertMolecule(admin, 'S1-KEY');
    await admin.query('ROLLBACK');
    expect((await committing).attempts).to.be.greaterThan(1);
    await expectAllStored(store, ledger);
  });

  it('is done again when it cannot be serialized', async () => {
    await ledger.commit(four(), prefixHash);
    await ledger.finish('completed');
    const name = new URL(target).pathname.slice(1);
    await admin.query(`ALTER DATABASE ${name} SET default_transaction_isolation = 'repeatable read'`);
    const strict = await openTracked(target);
    const later = await openLedger(strict, ledgerOptions([A]));
    await admin.query('BEGIN');
    await admin.query(`UPDATE ${store.tables.quoted.records} SET name = 'of another' WHERE record_key = 'K1'`);
    const changed = madeMolecule({ input: A, ordinal: 1, content: 'changed' });
    const committing = later.commit(chunkOf<Item>(changed), prefixHash);
    await waiting(admin, strict);
    await admin.query('COMMIT');
    const report = await committing;
    expect(report.attempts).to.equal(2);
    expect(report.counters).to.include({ skipped: 1, updated: 1 });
    await later.close();
  });

  it('sees a row that another import inserted meanwhile, and counts it as unchanged', async () => {
    const B = madeInput('/data/b.sdf');
    const other = await openTracked(target);
    const beside = await openLedger(other, ledgerOptions([B]));
    await admin.query('BEGIN');
    await insertMolecule(admin, 'S3-KEY');
    // Both chunks read no records, and wait for the molecule; one of them then finds the keys of the other.
    const both = [ledger.commit(four(), prefixHash), beside.commit(fourOf(B), prefixHash)];
    await waiting(admin, store);
    await waiting(admin, other);
    await admin.query('ROLLBACK');
    const reports = await Promise.all(both);
    const inserted = reports.map((report) => report.counters.inserted).sort();
    const unchanged = reports.map((report) => report.counters.unchanged).sort();
    expect([inserted, unchanged]).to.deep.equal([
      [0, 4],
      [0, 4],
    ]);
    await beside.close();
  });
});

function fourOf(input: typeof A) {
  return chunkOf<Item>(...[0, 1, 2, 3].map((ordinal) => madeMolecule({ input, ordinal })), madeEnd(input, 4));
}

async function insertMolecule(admin: pg.Client, key: string): Promise<void> {
  await admin.query(
    `INSERT INTO molstream.molecules (structure_key, inchi, inchikey, canonical_smiles, formula, formal_charge,
     standardizer, toolkit_version) VALUES ($1, '', '', 'C', 'C', 0, 'none', '')`,
    [key],
  );
}

/** Until a session of the store waits for a lock. */
async function waiting(admin: pg.Client, store: Store): Promise<void> {
  for (;;) {
    const { rowCount } = await admin.query(
      "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'",
      [store.sessionName],
    );
    if (rowCount !== null && rowCount > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a connection that is cut', function () {
  this.timeout(120_000);
  afterEach(closeAll);

  it('after COMMIT was sent, 100 times and more: nothing is lost, nothing stored twice', async () => {
    const proxy = await createProxy(await freshPostgres());
    const store = await openTracked(proxy.url, { databaseTimeoutMs: 30_000 });
    const ledger = await openLedger(store, ledgerOptions([A]));
    let cuts = 0;
    let turn = 0;
    proxy.judge = (bytes) => {
      if (!bytes.includes('COMMIT\0')) return 'pass';
      turn += 1;
      if (turn % 3 === 0) return 'pass';
      cuts += 1;
      // Before the server has it, or before the client has the answer.
      return turn % 3 === 1 ? 'cut' : 'answer';
    };
    const chunks = 60;
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const items = [0, 1, 2].map((i) => madeMolecule({ input: A, ordinal: chunk * 3 + i }));
      await ledger.commit(chunkOf<Item>(...items), prefixHash);
    }
    while (cuts < 100)
      await ledger.commit(
        chunkOf<Item>(madeMolecule({ input: A, ordinal: ledger.checkpoint(A).nextOrdinal })),
        prefixHash,
      );
    const total = ledger.checkpoint(A).nextOrdinal;
    proxy.judge = () => 'pass';
    await ledger.finish('completed');
    expect(cuts).to.be.at.least(100);
    expect(ledger.counters().counters).to.include({ read: total, inserted: total, moleculesNew: total });
    const [stored] = await rowsOf(store, 'checkpoints', 'input_id');
    expect(Number(stored?.inserted)).to.equal(total);
    expect(await rowsOf(store, 'records', 'ordinal')).to.have.length(total);
    await closeAll();
    await proxy.shut();
  });

  it('at the COMMIT of a claim, or of the end: the run is claimed, and ended, once', async () => {
    const proxy = await createProxy(await freshPostgres());
    const store = await openTracked(proxy.url, { databaseTimeoutMs: 30_000 });
    let cuts = 0;
    const cutOnce = (bytes: Buffer) => {
      if (!bytes.includes('COMMIT\0')) return 'pass';
      proxy.judge = () => 'pass';
      cuts += 1;
      return 'answer';
    };
    proxy.judge = cutOnce;
    const ledger = await openLedger(store, ledgerOptions([A]));
    await ledger.commit(four(), prefixHash);
    proxy.judge = cutOnce;
    await expectAllStored(store, ledger);
    expect(cuts).to.equal(2);
    const [run, ...others] = await rowsOf(store, 'runs', 'run_id');
    expect(run).to.include({ status: 'completed' });
    expect(others).to.deep.equal([]);
    await closeAll();
    await proxy.shut();
  });

  it('waits for a server that is away, and goes on when it is back', async () => {
    const proxy = await createProxy(await freshPostgres());
    const store = await openTracked(proxy.url, { databaseTimeoutMs: 60_000 });
    const ledger = await openLedger(store, ledgerOptions([A]));
    await proxy.shut();
    const committing = ledger.commit(four(), prefixHash);
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (!store.patience.isOpen) return;
        clearInterval(timer);
        resolve();
      }, 20);
    });
    await proxy.open();
    await committing;
    expect(store.patience.isOpen).to.equal(false);
    await expectAllStored(store, ledger);
    await closeAll();
    await proxy.shut();
  });

  it('gives up after the time that was given, and resumes', async () => {
    const target = await freshPostgres();
    const proxy = await createProxy(target);
    const store = await openTracked(proxy.url, { databaseTimeoutMs: 300 });
    const ledger = await openLedger(store, ledgerOptions([A]));
    await proxy.shut();
    const error = await failureOf(ledger);
    expect(error).to.include({ code: 'DATABASE_UNAVAILABLE', retryable: true });
    expect(error.message).to.contain('does not answer').and.not.contain('secret');
    await ledger.finish('failed').catch(() => {});
    const back = await openTracked(target);
    const resumed = await openLedger(back, ledgerOptions([A]));
    expect(resumed.resumed).to.equal(true);
    await resumed.commit(four(), prefixHash);
    await expectAllStored(back, resumed);
  });
});

describe('a chunk that SQLite fails', function () {
  this.timeout(60_000);
  let target: string;
  let store: Store;
  let ledger: Ledger;
  beforeEach(async () => {
    target = await freshTarget('sqlite');
    store = await openTracked(target, { databaseTimeoutMs: 20_000 });
    ledger = await openLedger(store, ledgerOptions([A]));
  });
  afterEach(async () => {
    await ledger.close();
    await closeAll();
  });

  it('waits while another connection writes', async () => {
    const other = new Database(target);
    other.exec('BEGIN IMMEDIATE');
    const release = setTimeout(() => other.exec('COMMIT'), 600);
    const report = await ledger.commit(four(), prefixHash);
    clearTimeout(release);
    other.close();
    expect(report.attempts).to.be.greaterThan(1);
    await expectAllStored(store, ledger);
  });

  it('tells that the disk is full, keeps what is committed, and goes on when there is room', async () => {
    await ledger.commit(chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 })), prefixHash);
    const [{ page_count: pages }] = await store.knex.raw('PRAGMA page_count');
    await store.knex.raw(`PRAGMA max_page_count = ${pages}`);
    const wide = chunkOf<Item>(madeMolecule({ input: A, ordinal: 1, rawBytes: 1_000_000 }), madeEnd(A, 2));
    const error = await ledger.commit(wide, prefixHash).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'DATABASE_FULL', databaseCode: 'SQLITE_FULL' });
    expect(await rowsOf(store, 'records', 'record_key')).to.have.length(1);
    expect(ledger.counters().counters.read).to.equal(1);
    await store.knex.raw('PRAGMA max_page_count = 1000000');
    await ledger.commit(wide, prefixHash);
    expect(await rowsOf(store, 'records', 'record_key')).to.have.length(2);
  });

  it('tells that it may not write', async () => {
    await store.knex.raw('PRAGMA query_only = ON');
    expect(await failureOf(ledger)).to.include({ code: 'DATABASE_REFUSED', databaseCode: 'SQLITE_READONLY' });
    await store.knex.raw('PRAGMA query_only = OFF');
    await ledger.commit(four(), prefixHash);
    await expectAllStored(store, ledger);
  });
});
