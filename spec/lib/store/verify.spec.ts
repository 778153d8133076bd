import { expect } from 'chai';
import { openLedger } from '../../../lib/store/ledger.js';
import type { Store } from '../../../lib/store/open-store.js';
import { verifyInputs } from '../../../lib/store/verify.js';
import type { Input, Item, Rejection, SplitItem } from '../../../lib/types.js';
import {
  chunkOf,
  type Made,
  madeEnd,
  madeInput,
  madeMolecule,
  madeRecord,
  madeRejection,
} from '../../support/items.js';
import {
  closeAll,
  freshTarget,
  importChunks,
  KINDS,
  ledgerOptions,
  openTracked,
  prefixHash,
} from '../../support/stores.js';

const A = madeInput('/data/a.sdf');

/** Record 2 cannot be described, record 4 has the key of record 0, record 5 is left out by a stage. */
const MADE: Made[] = [0, 1, 2, 3, 4, 5].map((ordinal) => ({
  input: A,
  ordinal,
  ...(ordinal === 4 ? { key: 'K0' } : {}),
}));

function described(): Item[] {
  const items = MADE.filter(({ ordinal }) => ordinal !== 5).map((made) =>
    made.ordinal === 2 ? madeRejection(made) : madeMolecule(made),
  );
  return [...items, madeEnd(A, MADE.length)];
}

async function* read(made: readonly Made[] = MADE): AsyncGenerator<SplitItem> {
  for (const one of made) yield madeRecord(one);
  yield madeEnd(A, made.length);
}

for (const kind of KINDS) {
  describe(`verify on ${kind}`, function () {
    this.timeout(60_000);
    let target: string;
    let store: Store;
    beforeEach(async () => {
      target = await freshTarget(kind);
      store = await openTracked(target);
      await importChunks(store, ledgerOptions([A]), [chunkOf<Item>(...described())]);
    });
    afterEach(closeAll);

    const verify = (made?: readonly Made[]) => verifyInputs(store, [{ input: A, records: read(made) }]);
    const kinds = async (made?: readonly Made[]) =>
      (await verify(made)).differences.map((difference) => [difference.kind, difference.ordinal]);

    it('finds no difference after an import', async () => {
      const report = await verify();
      expect(report.differences).to.deep.equal([]);
      expect(report.orphans).to.equal(0);
      expect(report.inputs[0]).to.include({ read: 6, stored: 3, rejected: 2, skipped: 1, replaced: 0, pending: 0 });
    });

    it('finds none after the same import again', async () => {
      await importChunks(store, ledgerOptions([A]), [chunkOf<Item>(...described())]);
      expect(await kinds()).to.deep.equal([]);
    });

    it('names the rows that only the same import again could know to be of it', async () => {
      await importChunks(store, ledgerOptions([A]), [chunkOf<Item>(...described())]);
      expect(await kinds(MADE.slice(0, 1))).to.deep.include.members([
        ['ROW_WITHOUT_RECORD', 1],
        ['ROW_WITHOUT_RECORD', 3],
      ]);
      const other = { described_with: 'descriptors=none fingerprint=none standardize=none' };
      await store.knex(store.tables.records).where({ record_key: 'K1' }).update(other);
      expect(await kinds()).to.deep.equal([['DESCRIBED_OTHERWISE', 1]]);
    });

    it('reads tables that an earlier version made', async () => {
      await store.knex.raw(`DROP TABLE ${store.tables.quoted.confirmations}`);
      expect(await kinds()).to.deep.equal([]);
    });

    it('finds none in a run that is not finished, and counts what is to come', async () => {
      const ledger = await openLedger(store, ledgerOptions([A], { restart: true }));
      await ledger.commit(chunkOf<Item>(...described().slice(0, 2)), prefixHash);
      await ledger.close();
      const report = await verify();
      expect(report.differences).to.deep.equal([]);
      expect(report.inputs[0]).to.include({ read: 2, stored: 2, pending: 4 });
    });

    it('compares with one moment, whatever is committed while it reads', async () => {
      const ledger = await openLedger(await openTracked(target), ledgerOptions([A], { restart: true }));
      await ledger.commit(chunkOf<Item>(...described().slice(0, 2)), prefixHash);
      const readMeanwhile = async function* (): AsyncGenerator<SplitItem> {
        for await (const item of read()) {
          if (item.kind === 'end') await ledger.commit(chunkOf<Item>(...described().slice(2)), prefixHash);
          yield item;
        }
      };
      const report = await verifyInputs(store, [{ input: A, records: readMeanwhile() }]);
      await ledger.close();
      expect(report.differences).to.deep.equal([]);
      expect(report.inputs[0]).to.include({ read: 2, stored: 2, pending: 4 });
    });

    it('names a record that is in no state', async () => {
      await store.knex(store.tables.records).where({ record_key: 'K1' }).delete();
      expect(await kinds())
        .to.deep.include(['MISSING', 1])
        .and.to.deep.include(['COUNTERS', null]);
    });

    it('names a record whose content is another than what is stored', async () => {
      const changed = MADE.map((made) => (made.ordinal === 3 ? { ...made, content: 'tampered' } : made));
      expect(await kinds(changed))
        .to.deep.include(['CONTENT', 3])
        .and.to.deep.include(['ROW_WITHOUT_RECORD', 3]);
    });

    it('names a row and a rejection that belong to no record', async () => {
      const shorter = MADE.slice(0, 1);
      expect(await kinds(shorter)).to.deep.include.members([
        ['ROW_WITHOUT_RECORD', 1],
        ['ROW_WITHOUT_RECORD', 3],
        ['REJECTION_WITHOUT_RECORD', 2],
        ['REJECTION_WITHOUT_RECORD', 4],
      ]);
    });

    it('names a rejection whose record is another now, or is rejected for another reason', async () => {
      const changed = MADE.map((made) => (made.ordinal === 2 ? { ...made, content: 'tampered' } : made));
      expect(await kinds(changed)).to.deep.equal([['CONTENT', 2]]);
      const reread = async function* (): AsyncGenerator<SplitItem> {
        for await (const item of read()) yield item.ordinal === 2 ? { ...madeRejection(MADE[2]!, code) } : item;
      };
      let code: Rejection['code'] = 'PARSE_FAILED';
      const found = async () => (await verifyInputs(store, [{ input: A, records: reread() }])).differences;
      expect(await found()).to.deep.equal([]);
      code = 'TRUNCATED';
      const message = 'rejected as PARSE_FAILED, read as TRUNCATED';
      expect(await found()).to.deep.equal([{ kind: 'CONTENT', input: A.uri, ordinal: 2, message }]);
    });

    it('names a rejection of a record that is missing between others', async () => {
      const without = MADE.filter(({ ordinal }) => ordinal !== 2);
      expect(await kinds(without)).to.deep.include(['REJECTION_WITHOUT_RECORD', 2]);
    });

    it('names counts of rejections that are wrong, and records behind an end', async () => {
      await store.knex(store.tables.checkpoints).update({ rejections: '{"PARSE_FAILED":2}' });
      const messages = async (made?: readonly Made[]) => (await verify(made)).differences.map(({ message }) => message);
      expect(await messages()).to.deep.equal([
        'rejected as PARSE_FAILED: 2 counted by the run, 1 found',
        'rejected as DUPLICATE_ID: 0 counted by the run, 1 found',
      ]);
      const longer = [...MADE, { input: A, ordinal: 6 }];
      expect(await messages(longer)).to.include('the run completed, but the input has 1 more records');
    });

    it('compares an input of more records than it looks up at once, and keeps of the differences what it was told', async () => {
      const B = madeInput('/data/b.sdf', 'many records');
      const many: Made[] = Array.from({ length: 2_001 }, (_, ordinal) => ({ input: B, ordinal }));
      const molecules = many.map((made) => madeMolecule(made));
      await importChunks(store, ledgerOptions([B]), [chunkOf<Item>(...molecules, madeEnd(B, many.length))]);
      const compare = () => verifyInputs(store, [{ input: B, records: read(many) }], { maxDifferences: 2 });
      const report = await compare();
      expect(report.differences).to.deep.equal([]);
      expect(report.inputs[0]).to.include({ read: 2_001, stored: 2_001, pending: 0 });
      await store.knex(store.tables.records).whereIn('record_key', ['K0', 'K1000', 'K2000']).delete();
      const { differences, differenceCount } = await compare();
      expect(differences.map(({ kind, ordinal }) => [kind, ordinal])).to.deep.equal([
        ['MISSING', 0],
        ['MISSING', 1_000],
      ]);
      // The three, and the count that they are missing from.
      expect(differenceCount).to.equal(4);
    });

    it('names a record that is both stored and rejected', async () => {
      const [rejection] = await store.knex(store.tables.rejections).where({ ordinal: 2 });
      const { contentHash } = madeRecord(MADE[1]!);
      const copy = { ...rejection, rejection_id: 1_000, ordinal: 1, content_hash: contentHash };
      await store.knex(store.tables.rejections).insert(copy);
      expect(await kinds()).to.deep.include(['TWO_STATES', 1]);
    });

    it('names a row and a rejection that say they were described with other options than the run', async () => {
      const other = { described_with: 'descriptors=none fingerprint=none standardize=none' };
      await store.knex(store.tables.records).where({ record_key: 'K1' }).update(other);
      await store.knex(store.tables.rejections).where({ ordinal: 2 }).update(other);
      expect(await kinds()).to.deep.equal([
        ['DESCRIBED_OTHERWISE', 1],
        ['DESCRIBED_OTHERWISE', 2],
      ]);
    });

    it('names a row and a rejection whose bytes are others than those of their content', async () => {
      const altered = Buffer.from('content 1, altered by hand');
      // SQLite takes what is no bytes as well.
      const alterations: unknown[][] = [[altered, altered], ...(kind === 'sqlite' ? [['content 1', 2]] : [])];
      for (const [ofRow, ofRejection] of alterations) {
        await store.knex(store.tables.records).where({ record_key: 'K1' }).update({ raw: ofRow });
        await store.knex(store.tables.rejections).where({ ordinal: 2 }).update({ raw: ofRejection });
        expect(await kinds()).to.deep.equal([
          ['RAW', 1],
          ['RAW', 2],
        ]);
      }
    });

    it('takes bytes for the same that differ in what the hash leaves out', async () => {
      const raw = Buffer.from('content 1\r\n\r\n');
      await store.knex(store.tables.records).where({ record_key: 'K1' }).update({ raw });
      expect(await kinds()).to.deep.equal([]);
    });

    it('names a row without bytes where its run keeps those of its records', async () => {
      await store.knex(store.tables.records).where({ record_key: 'K1' }).update({ raw: null });
      expect(await kinds()).to.deep.equal([]);
      await store.knex(store.tables.runs).update({ options: JSON.stringify({ raw: 'none' }) });
      expect(await kinds()).to.deep.equal([]);
      await store.knex(store.tables.runs).update({ options: JSON.stringify({ raw: 'all' }) });
      expect(await kinds()).to.deep.equal([['RAW', 1]]);
    });

    it('names a row whose molecule is gone', async () => {
      const { quoted: q } = store.tables;
      // What a shell of SQLite does not look after unless it is told to.
      if (kind === 'sqlite') await store.knex.raw('PRAGMA foreign_keys = OFF');
      else await store.knex.raw(`ALTER TABLE ${q.records} DROP CONSTRAINT records_structure_key_fkey`);
      await store.knex(store.tables.molecules).where({ structure_key: 'S3-KEY' }).delete();
      expect(await kinds()).to.deep.equal([['NO_MOLECULE', 3]]);
    });

    it('compares records of megabytes as well', async () => {
      const large = [0, 1, 2].map((ordinal) => ({ input: A, ordinal, rawBytes: 5_000_000 }));
      const items = large.map((made) => madeMolecule(made));
      await importChunks(store, ledgerOptions([A], { redescribe: true }), [chunkOf<Item>(...items, madeEnd(A, 3))]);
      expect((await verify(large)).inputs[0]).to.include({ read: 3, stored: 3 });
      expect(await kinds(large)).to.deep.equal([]);
      const [row] = await store.knex(store.tables.records).where({ record_key: 'K2' });
      row.raw[4_999_999] = 0;
      await store.knex(store.tables.records).where({ record_key: 'K2' }).update({ raw: row.raw });
      expect(await kinds(large)).to.deep.equal([['RAW', 2]]);
    });

    it('names counters that are wrong', async () => {
      await store.knex(store.tables.checkpoints).update({ inserted: 4 });
      const { differences } = await verify();
      expect(differences.map(({ message }) => message)).to.deep.equal([
        'read: 6 counted by the run, 7 found',
        'inserted, updated and unchanged: 4 counted by the run, 3 found',
      ]);
    });

    it('blames no run for a row that a later run of another input described otherwise', async () => {
      const B = madeInput('/data/b.sdf');
      const describedWith = 'descriptors=none fingerprint=none standardize=none';
      const same = madeMolecule({ input: B, ordinal: 0, key: 'K1', content: 'content 1', structure: 'S1' });
      await importChunks(store, ledgerOptions([B], { describedWith }), [chunkOf<Item>(same, madeEnd(B, 1))]);
      const report = await verify();
      expect(report.differences).to.deep.equal([]);
      expect(report.inputs[0]).to.include({ stored: 3, rejected: 2 });
    });

    it('takes a record that is rejected now for no second state of the row that an earlier run gave it', async () => {
      const items = described().map((item) => (item.ordinal === 1 ? madeRejection(MADE[1]!, 'RECORD_TIMEOUT') : item));
      await importChunks(store, ledgerOptions([A], { redescribe: true }), [chunkOf<Item>(...items)]);
      const report = await verify();
      expect(report.differences).to.deep.equal([]);
      expect(report.inputs[0]).to.include({ stored: 2, rejected: 3 });
    });

    it('tells rows that a later run replaced from differences, and counts the molecules that they left', async () => {
      const B = madeInput('/data/b.sdf');
      const changed = madeMolecule({ input: B, ordinal: 0, key: 'K1', content: 'newer', structure: 'T' });
      await importChunks(store, ledgerOptions([B]), [chunkOf<Item>(changed, madeEnd(B, 1))]);
      const report = await verify();
      expect(report.differences).to.deep.equal([]);
      expect(report.inputs[0]).to.include({ stored: 2, replaced: 1 });
      expect(report.orphans).to.equal(1);
    });

    it('tells them too where an earlier run was gone on with after it', async () => {
      const B = madeInput('/data/b.sdf', 'two files');
      const C = madeInput('/data/c.sdf', 'two files');
      const made = (input: Input, ordinal: number) => ({ input, ordinal, content: `${input.uri} ${ordinal}` });
      const molecules = (input: Input) => [0, 1, 2].map((ordinal) => madeMolecule(made(input, ordinal)));
      const first = await openLedger(store, ledgerOptions([B]));
      await first.commit(chunkOf<Item>(molecules(B)[0]!), prefixHash);
      await first.close();
      await importChunks(store, ledgerOptions([C]), [chunkOf<Item>(...molecules(C), madeEnd(C, 3))]);
      const resumed = await importChunks(store, ledgerOptions([B]), [
        chunkOf<Item>(...molecules(B).slice(1), madeEnd(B, 3)),
      ]);
      expect(resumed.ledger.resumed).to.equal(true);
      for (const [input, stored] of [
        [B, 2],
        [C, 1],
      ] as const) {
        const records = read([0, 1, 2].map((ordinal) => made(input, ordinal)));
        const report = await verifyInputs(store, [{ input, records }]);
        expect(report.differences).to.deep.equal([]);
        expect(report.inputs[0]).to.include({ stored, replaced: 3 - stored, skipped: 0 });
      }
    });

    it('takes no row for a stray one that a record of another input has now, and finds the stray ones of all inputs', async () => {
      const B = madeInput('/data/b.sdf');
      const kept: Made[] = [0, 1].map((ordinal) => ({ input: A, ordinal }));
      const moved: Made = { input: B, ordinal: 0, key: 'K3', content: 'content 3' };
      const items = [...kept, moved].map((made) =>
        madeMolecule(made, made === moved ? { structureKey: 'S3-KEY' } : {}),
      );
      await importChunks(store, ledgerOptions([A, B]), [chunkOf<Item>(...items, madeEnd(A, 2), madeEnd(B, 1))]);
      const a = { input: A, records: () => read(kept) };
      const b = (made: readonly Made[]) => ({ input: B, records: () => read(made) });
      const found = async (...inputs: { input: Input; records: () => AsyncIterable<SplitItem> }[]) => {
        const read = inputs.map(({ input, records }) => ({ input, records: records() }));
        return (await verifyInputs(store, read)).differences.map((one) => [one.kind, one.input, one.ordinal]);
      };
      expect(await found(a)).to.deep.equal([]);
      expect(await found(b([moved]))).to.deep.equal([]);
      expect(await found(a, b([moved]))).to.deep.equal([]);
      expect(await found(a, b([]))).to.deep.include(['ROW_WITHOUT_RECORD', A.uri, 3]);
      // What the run wrote itself says which input it is of.
      const [latest] = await store.knex(store.tables.runs).max('run_id AS run_id');
      await store.knex(store.tables.records).where({ record_key: 'K3' }).update(latest);
      expect(await found(a)).to.deep.equal([['ROW_WITHOUT_RECORD', A.uri, 3]]);
    });

    it('counts as skipped what a stage left out although an earlier run had stored it', async () => {
      const items = described().filter(({ ordinal }) => ordinal !== 1 && ordinal !== 3);
      await importChunks(store, ledgerOptions([A]), [chunkOf<Item>(...items)]);
      const report = await verify();
      expect(report.differences).to.deep.equal([]);
      expect(report.inputs[0]).to.include({ stored: 1, rejected: 2, skipped: 3, replaced: 0 });
    });

    it('counts as skipped what the policy left as another input has it', async () => {
      const B = madeInput('/data/b.sdf');
      const made: Made = { input: B, ordinal: 0, key: 'K1', content: 'newer' };
      await importChunks(store, ledgerOptions([B], { onConflict: 'skip' }), [
        chunkOf<Item>(madeMolecule(made), madeEnd(B, 1)),
      ]);
      const report = await verifyInputs(store, [{ input: B, records: read([made]) }]);
      expect(report.differences).to.deep.equal([]);
      expect(report.inputs[0]).to.include({ stored: 0, skipped: 1, replaced: 0 });
    });

    it('says that an input was never imported', async () => {
      const B = madeInput('/data/b.sdf');
      const { differences } = await verifyInputs(store, [{ input: B, records: read([]) }]);
      expect(differences).to.deep.equal([
        { kind: 'NOT_IMPORTED', input: B.uri, ordinal: null, message: 'nothing of this input was imported' },
      ]);
    });
  });
}
