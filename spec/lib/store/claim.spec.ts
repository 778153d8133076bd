import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { openLedger } from '../../../lib/store/ledger.js';
import { readStatus } from '../../../lib/store/status.js';
import { withSession } from '../../../lib/store/transaction.js';
import type { Item } from '../../../lib/types.js';
import { chunkOf, madeInput, madeMolecule } from '../../support/items.js';
import {
  closeAll,
  freshTarget,
  importChunks,
  KINDS,
  ledgerOptions,
  openTracked,
  prefixHash,
  rowsOf,
} from '../../support/stores.js';
import { killImports, startImport } from '../../support/workers.js';

const URI = '/data/shared.sdf';

for (const kind of KINDS) {
  describe(`two processes and one input on ${kind}`, function () {
    this.timeout(120_000);
    let target: string;
    beforeEach(async () => {
      target = await freshTarget(kind);
    });
    afterEach(async () => {
      killImports();
      await closeAll();
    });

    it('one works, the other is told at once who holds the input', async () => {
      const first = startImport(target, URI, 100_000);
      await first.heard(2);
      const store = await openTracked(target);
      const input = madeInput(URI, URI);
      for (const options of [{}, { restart: true }, { keepRaw: false }]) {
        const error = await openLedger(store, ledgerOptions([input], options)).catch((reason: unknown) => reason);
        expect(error).to.include({ code: 'INPUT_IN_USE', input: URI });
        expect((error as Error).message).to.contain(`process ${first.process.pid}`);
      }
      const { runs } = await readStatus(store);
      expect(runs).to.have.length(1);
      expect(runs[0]?.inputs[0]?.heldBy).to.contain(String(first.process.pid));
    });

    it('takes over at once from a process that was killed, and ends with all records once', async () => {
      const records = 200;
      for (let kills = 0; kills < 5; kills += 1) {
        const victim = startImport(target, URI, records);
        await victim.heard(2 + kills);
        victim.process.kill('SIGKILL');
        await victim.ended;
        expect(victim.said).to.include('claimed');
      }
      const last = startImport(target, URI, records);
      await last.ended;
      expect(last.said.at(-1)).to.equal('done');
      const store = await openTracked(target);
      const [run] = await rowsOf(store, 'runs', 'run_id');
      expect(run).to.include({ status: 'completed' });
      expect([run?.read, run?.inserted, run?.molecules_new].map(Number)).to.deep.equal([records, records, records]);
      expect(await rowsOf(store, 'records', 'ordinal')).to.have.length(records);
    });

    it('gives the input up when a ledger is closed', async () => {
      const store = await openTracked(target);
      const input = madeInput(URI);
      const first = await openLedger(store, ledgerOptions([input]));
      expect(await openLedger(store, ledgerOptions([input])).catch((error: unknown) => error)).to.include({
        code: 'INPUT_IN_USE',
      });
      await first.close();
      const second = await openLedger(store, ledgerOptions([input]));
      await second.close();
      const [run] = await rowsOf(store, 'runs', 'run_id');
      expect(run).to.include({ status: 'interrupted' });
    });

    it('fences an owner whose lease ran out, even where another run goes on', async () => {
      const stale = await openTracked(target);
      const input = madeInput(URI);
      const slow = await openLedger(stale, ledgerOptions([input]));
      await slow.commit(chunkOf<Item>(madeMolecule({ input, ordinal: 0 })), prefixHash);
      // As if it stood still: no heartbeat comes.
      await stale.knex(stale.tables.checkpoints).update({ lease_until: new Date(0).toISOString() });
      const store = await openTracked(target);
      const taker = await openLedger(store, ledgerOptions([input], { restart: true }));
      const error = await slow
        .commit(chunkOf<Item>(madeMolecule({ input, ordinal: 1 })), prefixHash)
        .catch((reason: unknown) => reason);
      expect(error).to.include({ code: 'FENCED', input: URI });
      await slow.finish('failed');
      expect(slow.checkpoint(input).nextOrdinal).to.equal(1);
      await taker.close();
      expect((await rowsOf(store, 'records', 'ordinal')).length).to.equal(1);
    });

    it('keeps its lease alive between commits', async () => {
      const store = await openTracked(target, { leaseMs: 150 });
      const input = madeInput(URI);
      const ledger = await openLedger(store, ledgerOptions([input]));
      await delay(600);
      const other = await openTracked(target);
      expect(await openLedger(other, ledgerOptions([input])).catch((error: unknown) => error)).to.include({
        code: 'INPUT_IN_USE',
      });
      await ledger.commit(chunkOf<Item>(madeMolecule({ input, ordinal: 0 })), prefixHash);
      await ledger.close();
    });

    it('waits for a slow sign of life before it gives the next', async () => {
      const store = await openTracked(target, { leaseMs: 60 });
      const ledger = await openLedger(store, ledgerOptions([madeInput(URI)]));
      let beats = 0;
      store.knex.on('query', ({ sql }: { sql: string }) => {
        if (/^UPDATE \S+ SET lease_until/.test(sql)) beats += 1;
      });
      const holder = kind === 'postgres' ? await openTracked(target) : store;
      await withSession(holder.knex, async (session) => {
        // Its checkpoint's row is held, or its only connection.
        await session.execute('BEGIN');
        await session.execute(`UPDATE ${store.tables.quoted.checkpoints} SET updated_at = updated_at`);
        beats = 0;
        await delay(300);
        expect(beats).to.be.at.most(1);
        await session.execute('ROLLBACK');
      });
      await ledger.finish('completed');
      // Nor have others waited for that only connection.
      expect(beats).to.be.at.most(2);
    });

    it('lets two imports with the same molecules in opposite order pass each other', async () => {
      const records = 300;
      const up = startImport(target, '/data/up.sdf', records);
      const down = startImport(target, '/data/down.sdf', records, { order: 'down' });
      await Promise.all([up.ended, down.ended]);
      expect([up.said.at(-1), down.said.at(-1)]).to.deep.equal(['done', 'done']);
      const store = await openTracked(target);
      expect(await rowsOf(store, 'molecules', 'structure_key')).to.have.length(records);
      const news = (await rowsOf(store, 'runs', 'run_id')).map((run) => Number(run.molecules_new));
      expect(news.reduce((a, b) => a + b)).to.equal(records);
    });

    it('resumes a run of several inputs in one chunk', async () => {
      const store = await openTracked(target);
      const [a, b] = [madeInput('/data/a.sdf'), madeInput('/data/b.sdf')] as const;
      const { ledger } = await importChunks(store, ledgerOptions([a, b]), [
        chunkOf<Item>(
          madeMolecule({ input: a, ordinal: 0 }),
          { kind: 'end', input: a, ordinal: 1, byteOffset: 100, endOffset: 100 },
          madeMolecule({ input: b, ordinal: 0, key: 'of b' }),
          { kind: 'end', input: b, ordinal: 1, byteOffset: 100, endOffset: 100 },
        ),
      ]);
      expect(ledger.inputCounters(a).counters.inserted).to.equal(1);
      expect(ledger.inputCounters(b).counters.inserted).to.equal(1);
      expect([a, b].map((input) => ledger.checkpoint(input).completed)).to.deep.equal([true, true]);
    });
  });
}

describe('a process that stood still past its lease, on postgres', function () {
  this.timeout(300_000);
  afterEach(async () => {
    killImports();
    await closeAll();
  });

  it('is fenced when it wakes, 50 times, wherever it stood still', async () => {
    const target = await freshTarget('postgres');
    const records = 5_000;
    const leaseMs = 150;
    const pair = [
      startImport(target, URI, records, { leaseMs }),
      startImport(target, URI, records, { leaseMs, waits: true }),
    ];
    let fenced = 0;
    for (let stops = 0; stops < 50; stops += 1) {
      const [working, waiting] = [pair[stops % 2]!, pair[(stops + 1) % 2]!];
      await working.hears('claimed');
      await working.heard(working.said.length + 2);
      // Anywhere in a chunk.
      await delay(Math.random() * 20);
      working.process.kill('SIGSTOP');
      await delay(leaseMs + 50);
      waiting.again();
      await waiting.hears('claimed');
      working.process.kill('SIGCONT');
      await working.hears('FENCED');
      fenced += 1;
      working.forget();
    }
    expect(fenced).to.equal(50);
    const last = pair[0]!;
    await last.hears('done');
    const store = await openTracked(target);
    const [run] = await rowsOf(store, 'runs', 'run_id');
    expect([run?.read, run?.inserted, run?.molecules_new].map(Number)).to.deep.equal([records, records, records]);
    const ordinals = (await rowsOf(store, 'records', 'ordinal')).map((row) => Number(row.ordinal));
    expect(ordinals).to.deep.equal(Array.from({ length: records }, (_, ordinal) => ordinal));
  });
});
