import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import pg from 'pg';
import { DatabaseError, type MolstreamError } from '../../../lib/errors.js';
import { readHistory } from '../../../lib/store/history.js';
import { openExistingStore, openStore } from '../../../lib/store/open-store.js';
import { MIGRATIONS } from '../../../lib/store/schema.js';
import { TABLE_NAMES } from '../../../lib/store/tables.js';
import { closeAll, freshTarget, KINDS, openTracked } from '../../support/stores.js';

async function failureOf(work: Promise<unknown>): Promise<MolstreamError> {
  try {
    await work;
  } catch (error) {
    return error as MolstreamError;
  }
  throw new Error('it did not fail');
}

describe('openStore', function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it('refuses a URL of another kind, without showing its password', async () => {
    const error = await failureOf(openStore('mysql://me:secret@host/db'));
    expect(error).to.include({ code: 'BAD_OPTION' });
    expect(error.message).to.match(/^to: /).and.not.contain('secret');
  });

  it('says where a folder is missing, and makes nothing', async () => {
    const target = join(dirname(await freshTarget('sqlite')), 'absent', 'molecules.sqlite');
    const error = await failureOf(openStore(target));
    expect(error).to.include({ code: 'DATABASE_UNAVAILABLE' });
    expect(existsSync(dirname(target))).to.equal(false);
  });

  it('refuses a file that is no database, and leaves it as it is', async () => {
    const target = await freshTarget('sqlite');
    await writeFile(target, 'this is a text file, long enough to be looked at by SQLite '.repeat(20));
    const error = await failureOf(openStore(target));
    expect(error).to.be.instanceOf(DatabaseError).and.include({ code: 'DATABASE_REFUSED' });
    expect(error.message).to.equal(`${target} is not a SQLite database`);
  });

  it('says what to do where the folder of a database cannot be written to', async () => {
    const target = await freshTarget('sqlite');
    const folder = dirname(target);
    await (await openStore(target)).close();
    await chmod(folder, 0o555);
    // Root may write everywhere.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      for (const create of [false, true]) {
        const error = await failureOf(openStore(target, { create }));
        expect(error).to.include({ code: 'DATABASE_UNAVAILABLE' });
        expect(error.message).to.contain(`the folder ${folder} cannot be written to`).and.contain('copy the file');
      }
    } finally {
      if (isRoot) process.seteuid?.(0);
      await chmod(folder, 0o755);
    }
  });

  it('tells at once that nobody listens at the address, without the password', async () => {
    const error = await failureOf(openStore('postgres://me:secret@127.0.0.1:1/db'));
    expect(error).to.include({ code: 'DATABASE_UNAVAILABLE' });
    expect(error.message).to.contain('postgres://me@127.0.0.1:1/db').and.not.contain('secret');
  });

  it('tells that the password is wrong or the database absent', async () => {
    const target = await freshTarget('postgres');
    const wrong = await failureOf(openStore(`${target}_absent`));
    expect(wrong).to.include({ code: 'DATABASE_REFUSED', databaseCode: '3D000' });
    expect(wrong.message).to.contain('does not exist').and.not.contain('secret');
  });

  it('writes through to the disk before it calls a commit done', async () => {
    const { knex } = await openTracked(await freshTarget('sqlite'));
    expect(await knex.raw('PRAGMA journal_mode')).to.deep.equal([{ journal_mode: 'wal' }]);
    expect(await knex.raw('PRAGMA synchronous')).to.deep.equal([{ synchronous: 2 }]);
  });

  it('keeps sessions of PostgreSQL from holding a row for ever', async () => {
    const { knex } = await openTracked(await freshTarget('postgres'), { leaseMs: 20_000 });
    const show = async (name: string) => (await knex.raw(`SHOW ${name}`)).rows[0][name];
    expect(await show('idle_in_transaction_session_timeout')).to.equal('20s');
    expect(await show('lock_timeout')).to.equal('10s');
    expect(await show('statement_timeout')).to.equal('2min');
  });

  it('tells that a server is read-only before an import waits for it', async () => {
    const target = await freshTarget('postgres');
    await openTracked(target);
    const readOnly = `${target}?options=-c%20default_transaction_read_only%3Don`;
    const error = await failureOf(openStore(readOnly, { databaseTimeoutMs: 300 }));
    expect(error).to.include({ code: 'DATABASE_UNAVAILABLE', databaseCode: '25006' });
    expect(error.message)
      .to.match(/ is read-only: /)
      .and.not.contain('secret');
    const reading = (await openExistingStore(readOnly))!;
    expect(await reading.knex(reading.tables.records).select()).to.deep.equal([]);
    await reading.close();
  });

  it('takes names for one that differ by case in SQLite', async () => {
    const target = await freshTarget('sqlite');
    const store = await openTracked(target, { tablePrefix: 'Acme_' });
    const same = await openTracked(target, { tablePrefix: 'acme_', create: false });
    expect(await same.knex(same.tables.records).select()).to.deep.equal([]);
    await store.knex.schema.raw('CREATE TABLE Records (id int)');
    const error = await failureOf(openStore(target));
    expect(error).to.include({ code: 'TABLES_NOT_OURS' });
    expect(error.message).to.contain('of the names records that');
  });

  it('leaves no connection behind that could not be set up', async () => {
    const target = await freshTarget('postgres');
    const admin = new pg.Client(target);
    await admin.connect();
    await admin.query('CREATE SCHEMA shadow; CREATE VIEW shadow.pg_settings AS SELECT 1 AS other');
    const error = await failureOf(openStore(`${target}?options=-c%20search_path%3Dshadow,pg_catalog`));
    expect(error).to.include({ code: 'DATABASE_REFUSED', databaseCode: '42703' });
    const others = `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`;
    let left = 1;
    for (let tries = 100; left > 0 && tries > 0; tries -= 1) {
      await sleep(20);
      left = (await admin.query(others)).rows[0].n;
    }
    await admin.end();
    expect(left).to.equal(0);
  });

  for (const kind of KINDS) {
    describe(`on ${kind}`, () => {
      it('makes the tables once', async () => {
        const target = await freshTarget(kind);
        const first = await openTracked(target);
        const second = await openTracked(target);
        for (const name of TABLE_NAMES) await second.knex(second.tables[name]).select().limit(1);
        const applied = await first.knex(first.tables.molstream_migrations).select('migration');
        expect(applied.map(({ migration }) => migration)).to.deep.equal(MIGRATIONS.map(({ name }) => name));
      });

      it('creates nothing that is missing when it is told not to', async () => {
        const target = await freshTarget(kind);
        expect(await failureOf(openStore(target, { create: false }))).to.include({ code: 'DATABASE_UNAVAILABLE' });
        expect(await openExistingStore(target)).to.equal(null);
        if (kind === 'sqlite') expect(existsSync(target)).to.equal(false);
        await openTracked(target);
        const existing = await openExistingStore(target);
        await existing?.close();
        expect(existing?.kind).to.equal(kind);
      });

      it('refuses tables of its names that it did not make, by name', async () => {
        const target = await freshTarget(kind);
        const store = await openTracked(target, { tablePrefix: 'other_' });
        const theirs = kind === 'sqlite' ? 'molecules' : 'molstream.molecules';
        await store.knex.schema.raw(`CREATE TABLE ${theirs} (id int)`);
        const error = await failureOf(openStore(target));
        expect(error).to.include({ code: 'TABLES_NOT_OURS' });
        expect(error.message).to.contain('molecules').and.not.contain('records');
        const beside = await openTracked(target, { tablePrefix: 'mine_' });
        expect(await beside.knex(beside.tables.molecules).select()).to.deep.equal([]);
      });

      it('refuses tables that a newer version made', async () => {
        const target = await freshTarget(kind);
        const store = await openTracked(target);
        await store.knex(store.tables.molstream_migrations).insert({ migration: '9999_from_the_future' });
        const error = await failureOf(openStore(target));
        expect(error).to.include({ code: 'DATABASE_REFUSED' });
        expect(error.message).to.contain('9999_from_the_future');
      });

      it('makes the tables once for many processes that start at once', async () => {
        const target = await freshTarget(kind);
        const module = fileURLToPath(new URL('../../../lib/store/open-store.js', import.meta.url));
        const script = `const { openStore } = await import(${JSON.stringify(`file://${module}`)});
          await (await openStore(process.argv[1])).close();`;
        const codes = await Promise.all(
          Array.from({ length: 4 }, async () => {
            const child = spawn(process.execPath, ['--input-type=module', '--eval', script, target], {
              stdio: ['ignore', 'ignore', 'inherit'],
            });
            const [code] = await once(child, 'exit');
            return code;
          }),
        );
        expect(codes).to.deep.equal([0, 0, 0, 0]);
        const store = await openTracked(target);
        expect(await store.knex(store.tables.molstream_migrations).select('migration')).to.have.length(
          MIGRATIONS.length,
        );
      });

      it('brings tables up to date that an earlier version made', async () => {
        const target = await freshTarget(kind);
        const store = await openTracked(target);
        const { quoted: q } = store.tables;
        await store.knex.raw(`DROP TABLE ${q.confirmations}`);
        await store.knex.raw(`ALTER TABLE ${q.runs} DROP COLUMN statistics`);
        await store.knex.raw(`ALTER TABLE ${q.rejections} DROP COLUMN layout`);
        await store.knex.raw(`DELETE FROM ${q.molstream_migrations} WHERE migration <> '0001_tables'`);
        await store.knex.raw(`INSERT INTO ${q.runs} (status, options) VALUES ('completed', '{}')`);
        const untouched = (await openExistingStore(target))!;
        const [earlier] = await readHistory(untouched);
        await untouched.close();
        expect(earlier).to.include({ runId: 1, statistics: null });
        const current = await openTracked(target);
        expect(await current.knex(current.tables.runs).select('status', 'statistics')).to.deep.equal([
          { status: 'completed', statistics: null },
        ]);
      });
    });
  }

  it('fills its pages, and leaves what is long uncompressed where the server cannot compress it fast', async () => {
    const { knex } = await openTracked(await freshTarget('postgres'));
    const { rows: settings } = await knex.raw(
      "SELECT 'lz4' = ANY (enumvals) AS fast FROM pg_settings WHERE name = 'default_toast_compression'",
    );
    const { rows: tables } = await knex.raw(
      "SELECT reloptions AS options FROM pg_class WHERE oid = 'molstream.records'::regclass",
    );
    expect(tables).to.deep.equal([{ options: null }]);
    const { rows: columns } = await knex.raw(
      `SELECT attname AS name, attstorage AS storage FROM pg_attribute
       WHERE attrelid = 'molstream.records'::regclass AND attname IN ('raw', 'tags', 'name') ORDER BY attname`,
    );
    const long = settings[0].fast ? 'x' : 'e';
    expect(columns).to.deep.equal([
      { name: 'name', storage: 'x' },
      { name: 'raw', storage: long },
      { name: 'tags', storage: long },
    ]);
  });

  it('does with an existing schema and no right to make one', async () => {
    const target = await freshTarget('postgres');
    const admin = new pg.Client(target);
    await admin.connect();
    const role = `role_${Date.now()}`;
    await admin.query(
      `CREATE ROLE ${role} LOGIN PASSWORD 'pw'; CREATE SCHEMA given; GRANT ALL ON SCHEMA given TO ${role}`,
    );
    const url = target.replace('postgres:secret', `${role}:pw`);
    const refused = await failureOf(openStore(url));
    expect(refused).to.include({ code: 'DATABASE_REFUSED', databaseCode: '42501' });
    const store = await openTracked(url, { schema: 'given' });
    expect(await store.knex(store.tables.records).select()).to.deep.equal([]);
    await closeAll();
    await admin.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    await admin.end();
  });
});
