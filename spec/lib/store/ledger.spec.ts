import { expect } from 'chai';
import { DESCRIPTOR_COLUMNS } from '../../../lib/chemistry/columns.js';
import { openLedger } from '../../../lib/store/ledger.js';
import type { Store } from '../../../lib/store/open-store.js';
import type { Item, Molecule } from '../../../lib/types.js';
import { chunkOf, madeEnd, madeInput, madeMolecule, madeRecord, madeRejection } from '../../support/items.js';
import { closeAll, importChunks, KINDS, ledgerOptions, openFresh, prefixHash, rowsOf } from '../../support/stores.js';

const A = madeInput('/data/a.sdf');
const B = madeInput('/data/b.sdf');
const none = { read: 0, inserted: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0, moleculesNew: 0 };

for (const kind of KINDS) {
  describe(`the ledger on ${kind}`, function () {
    this.timeout(60_000);
    let store: Store;
    beforeEach(async () => {
      store = await openFresh(kind);
    });
    afterEach(closeAll);

    const keys = async () => (await rowsOf(store, 'records', 'record_key')).map((row) => row.record_key);

    it('stores molecules and rejections, and counts them', async () => {
      const { ledger, reports } = await importChunks(store, ledgerOptions([A]), [
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }), madeRejection({ input: A, ordinal: 1 })),
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 2, structure: 'S0' }), madeEnd(A, 3)),
      ]);
      expect(ledger.counters()).to.deep.equal({
        counters: { ...none, read: 3, inserted: 2, rejected: 1, moleculesNew: 1 },
        rejections: { PARSE_FAILED: 1 },
        warnings: {},
      });
      expect(reports.map((report) => report.attempts)).to.deep.equal([1, 1]);
      expect(await keys()).to.deep.equal(['K0', 'K2']);
      const [run] = await rowsOf(store, 'runs', 'run_id');
      expect(run).to.include({ status: 'completed' });
      expect(Number(run?.read)).to.equal(3);
      const [checkpoint] = await rowsOf(store, 'checkpoints', 'input_id');
      expect(Number(checkpoint?.next_offset)).to.equal(300);
      expect(checkpoint).to.include({ prefix_hash: 'hash of 300', owner: null });
      const reached = { nextOffset: 300, nextOrdinal: 3, prefixHash: 'hash of 300', completed: true };
      expect(ledger.checkpoint(A)).to.deep.equal(reached);
    });

    it('finds everything unchanged when it comes again', async () => {
      const chunk = () =>
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }), madeMolecule({ input: A, ordinal: 1 }), madeEnd(A, 2));
      await importChunks(store, ledgerOptions([A]), [chunk()]);
      const ledger = await openLedger(store, ledgerOptions([A]));
      expect(ledger.resumed).to.equal(false);
      const found = await ledger.lookup([madeRecord({ input: A, ordinal: 0 }), madeRecord({ input: A, ordinal: 1 })]);
      expect(found.map((item) => item?.kind)).to.deep.equal(['unchanged', 'unchanged']);
      await ledger.commit(chunk(), prefixHash);
      await ledger.finish('completed');
      expect(ledger.counters().counters).to.deep.equal({ ...none, read: 2, unchanged: 2 });
    });

    it('resumes where it stopped', async () => {
      const first = await openLedger(store, ledgerOptions([A, B]));
      await first.commit(
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }), madeMolecule({ input: A, ordinal: 1 })),
        prefixHash,
      );
      await first.close();
      const second = await openLedger(store, ledgerOptions([B, A]));
      expect(second.resumed).to.equal(true);
      expect(second.runId).to.equal(first.runId);
      expect(second.checkpoint(A)).to.deep.equal({
        nextOffset: 200,
        nextOrdinal: 2,
        prefixHash: 'hash of 200',
        completed: false,
      });
      await second.commit(
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 2 }), madeEnd(A, 3), madeEnd(B, 0)),
        prefixHash,
      );
      await second.finish('completed');
      expect(second.counters().counters).to.deep.equal({ ...none, read: 3, inserted: 3, moleculesNew: 3 });
      expect(await keys()).to.deep.equal(['K0', 'K1', 'K2']);
    });

    const counts = (more: Partial<typeof none>) => ({ ...none, ...more });
    const again = async (chunk: Item[], options = {}) => {
      const { ledger, reports } = await importChunks(store, ledgerOptions([A], options), [chunkOf<Item>(...chunk)]);
      return { counters: ledger.counters().counters, rejected: reports.flatMap((report) => report.rejectedRows) };
    };
    const changed = (ordinal: number, more = {}) =>
      madeMolecule({ input: A, ordinal, content: `changed ${ordinal}`, ...more });

    it('stores every column of a record and of its molecule', async () => {
      const warnings = [{ code: 'DELIMITER_MISSING' as const }];
      await again([
        madeMolecule({ input: A, ordinal: 0, key: '007' }, { warnings, tagsJson: '{"b":"2","1":"x","b2":["y","z"]}' }),
      ]);
      const [record] = await rowsOf(store, 'records', 'record_key');
      expect(record).to.include({
        record_key: '007',
        external_id: '007',
        name: 'name 0',
        structure_key: 'S0-KEY',
        canonical_smiles: null,
        content_hash: madeMolecule({ input: A, ordinal: 0 }).contentHash,
      });
      expect(Buffer.from(record?.raw as Uint8Array).toString()).to.equal('content 0');
      const tags = await store.knex(store.tables.records).select(store.knex.raw('CAST(tags AS text) AS tags'));
      expect(tags).to.deep.equal([{ tags: '{"b":"2","1":"x","b2":["y","z"]}' }]);
      const [molecule] = await rowsOf(store, 'molecules', 'structure_key');
      expect(molecule).to.include({
        inchi: 'InChI=1S/S0',
        formula: 'C6H12O6',
        exact_mass: 0,
        phi: 42,
        standardizer: 'none',
        toolkit_version: '2026.09.1',
      });
      expect(Buffer.from(molecule?.morgan_fp as Uint8Array)).to.have.length(256);
      const [compound] = await rowsOf(store, 'compounds', 'external_id');
      expect(compound).to.include({ source: 'made', external_id: '007', canonical_smiles: 'CS0', inchikey: 'S0-KEY' });
    });

    it('keeps no bytes of records when told so, and those of rejections all the same', async () => {
      await again([madeMolecule({ input: A, ordinal: 0 }), madeRejection({ input: A, ordinal: 1 })], {
        keepRaw: false,
      });
      expect((await rowsOf(store, 'records', 'record_key'))[0]).to.include({ raw: null });
      expect(Buffer.from((await rowsOf(store, 'rejections', 'ordinal'))[0]?.raw as Uint8Array).toString()).to.equal(
        'content 1',
      );
    });

    it('stores no value for a descriptor that is not a number', async () => {
      const descriptors = Float64Array.from(DESCRIPTOR_COLUMNS, (name) => (name === 'labute_asa' ? Number.NaN : 1));
      await importChunks(store, ledgerOptions([A]), [
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }, { descriptors }), madeEnd(A, 1)),
      ]);
      const [molecule] = await rowsOf(store, 'molecules', 'structure_key');
      expect(molecule).to.include({ labute_asa: null, tpsa: 1 });
    });

    it('replaces NUL, which PostgreSQL cannot store', async () => {
      await again([madeMolecule({ input: A, ordinal: 0, key: 'a\0b' }, { name: 'x\0y' })]);
      expect((await rowsOf(store, 'records', 'record_key'))[0]).to.include({
        record_key: 'a\ufffdb',
        name: 'x\ufffdy',
      });
      expect((await again([madeMolecule({ input: A, ordinal: 0, key: 'a\0b' })])).counters.unchanged).to.equal(1);
    });

    it('updates a record of an earlier run whose content is another now', async () => {
      await again([madeMolecule({ input: A, ordinal: 0 }), madeEnd(A, 1)]);
      const { counters } = await again([changed(0, { structure: 'T' }), madeEnd(A, 1)]);
      expect(counters).to.deep.equal(counts({ read: 1, updated: 1, moleculesNew: 1 }));
      expect((await rowsOf(store, 'records', 'record_key'))[0]).to.include({ structure_key: 'T-KEY' });
    });

    it('skips it with onConflict skip, and rejects it with onConflict reject', async () => {
      await again([madeMolecule({ input: A, ordinal: 0 }), madeEnd(A, 1)]);
      const skipping = await again([changed(0), madeEnd(A, 1)], { onConflict: 'skip' });
      expect(skipping.counters).to.deep.equal(counts({ read: 1, skipped: 1 }));
      const rejecting = await again([changed(0), madeEnd(A, 1)], { onConflict: 'reject' });
      expect(rejecting.counters).to.deep.equal(counts({ read: 1, rejected: 1 }));
      expect(rejecting.rejected.map(({ code, stage }) => [code, stage])).to.deep.equal([['CONFLICT', 'match']]);
      expect((await rowsOf(store, 'records', 'record_key'))[0]).to.include({ structure_key: 'S0-KEY' });
      // Another policy decides anew.
      const ledger = await openLedger(store, ledgerOptions([A]));
      expect(await ledger.lookup([madeRecord({ input: A, ordinal: 0, content: 'changed 0' })])).to.deep.equal([null]);
      await ledger.close();
      expect((await again([changed(0), madeEnd(A, 1)])).counters).to.deep.equal(counts({ read: 1, updated: 1 }));
      expect(await rowsOf(store, 'rejections', 'ordinal')).to.deep.equal([]);
    });

    it('describes again what was described with other options, and fills its molecule', async () => {
      const bare = madeMolecule({ input: A, ordinal: 0 }, { descriptors: null });
      await again([bare, madeEnd(A, 1)], { describedWith: 'descriptors=none' });
      expect((await rowsOf(store, 'molecules', 'structure_key'))[0]).to.include({ phi: null });
      const { counters } = await again([madeMolecule({ input: A, ordinal: 0 }), madeEnd(A, 1)]);
      expect(counters).to.deep.equal(counts({ read: 1, updated: 1 }));
      expect((await rowsOf(store, 'molecules', 'structure_key'))[0]).to.include({ phi: 42 });
    });

    it('describes again when told to redescribe, and notes the toolkit', async () => {
      await again([madeMolecule({ input: A, ordinal: 0 }), madeEnd(A, 1)]);
      const options = { redescribe: true, toolkitVersion: '2027.03.1' };
      const { counters } = await again([madeMolecule({ input: A, ordinal: 0 }), madeEnd(A, 1)], options);
      expect(counters).to.deep.equal(counts({ read: 1, updated: 1 }));
      expect((await rowsOf(store, 'molecules', 'structure_key'))[0]).to.include({ toolkit_version: '2027.03.1' });
    });

    it('describes what comes again in the same run once, when told to redescribe', async () => {
      await again([madeMolecule({ input: A, ordinal: 0, key: 'K' }), madeEnd(A, 1)]);
      const twice = [0, 1].map((ordinal) => madeMolecule({ input: A, ordinal, key: 'K', content: 'content 0' }));
      const ledger = await openLedger(store, ledgerOptions([A], { redescribe: true }));
      for (const item of twice) await ledger.commit(chunkOf<Item>(item), prefixHash);
      await ledger.finish('completed');
      expect(ledger.counters().counters).to.deep.equal(counts({ read: 2, updated: 1, unchanged: 1 }));
    });

    it('rejects what it found unchanged and whose row is gone when it is to be counted, until it comes again', async () => {
      const chunk = [madeMolecule({ input: A, ordinal: 0 }), madeEnd(A, 1)];
      await again(chunk);
      const ledger = await openLedger(store, ledgerOptions([A]));
      const [found] = await ledger.lookup([madeRecord({ input: A, ordinal: 0 })]);
      await store.knex(store.tables.records).delete();
      const { rejectedRows } = await ledger.commit(chunkOf<Item>(found as Item, madeEnd(A, 1)), prefixHash);
      await ledger.finish('completed');
      expect(rejectedRows.map(({ code, stage }) => [code, stage])).to.deep.equal([['CONFLICT', 'match']]);
      const next = await openLedger(store, ledgerOptions([A]));
      expect(await next.lookup([madeRecord({ input: A, ordinal: 0 })])).to.deep.equal([null]);
      await next.close();
      expect((await again(chunk)).counters).to.deep.equal(counts({ read: 1, inserted: 1 }));
      expect(await rowsOf(store, 'rejections', 'ordinal')).to.deep.equal([]);
    });

    const DUPLICATES = [
      madeMolecule({ input: A, ordinal: 0, key: 'K' }),
      changed(1, { key: 'K' }),
      madeMolecule({ input: A, ordinal: 2, key: 'K', content: 'content 0', structure: 'S0' }),
      madeEnd(A, 3),
    ];

    it('rejects a key that comes twice in a run with another content, in one chunk or in several', async () => {
      const expected = counts({ read: 3, inserted: 1, unchanged: 1, rejected: 1, moleculesNew: 1 });
      const inOne = await again(DUPLICATES);
      expect(inOne.counters).to.deep.equal(expected);
      expect(inOne.rejected.map(({ ordinal, code }) => [ordinal, code])).to.deep.equal([[1, 'DUPLICATE_ID']]);
      const C = madeInput('/data/c.sdf', 'another source');
      const first = await openLedger(store, ledgerOptions([C]));
      const items = DUPLICATES.map((item) => ({ ...item, input: C }));
      await first.commit(chunkOf<Item>(items[0]!), prefixHash);
      await first.close();
      const second = await openLedger(store, ledgerOptions([C]));
      for (const item of items.slice(1)) await second.commit(chunkOf<Item>(item), prefixHash);
      await second.finish('completed');
      expect(second.counters().counters).to.deep.equal({ ...expected, moleculesNew: 0 });
    });

    it('rejects it in a later run too, where the first is unchanged', async () => {
      await again([DUPLICATES[0]!, madeEnd(A, 1)]);
      const expected = counts({ read: 3, unchanged: 2, rejected: 1 });
      expect((await again(DUPLICATES)).counters).to.deep.equal(expected);
      const ledger = await openLedger(store, ledgerOptions([A]));
      for (const item of DUPLICATES) await ledger.commit(chunkOf<Item>(item), prefixHash);
      const [known] = await ledger.lookup([madeRecord({ input: A, ordinal: 1, key: 'K', content: 'changed 1' })]);
      expect(known).to.include({ kind: 'rejection', code: 'DUPLICATE_ID', input: A, ordinal: 1, recordKey: 'K' });
      await ledger.finish('completed');
      expect(ledger.counters().counters).to.deep.equal(expected);
    });

    it('rejects it where the first replaces the row of an earlier run, too', async () => {
      await again([madeMolecule({ input: A, ordinal: 0, key: 'K', content: 'before' }), madeEnd(A, 1)]);
      const { counters, rejected } = await again(DUPLICATES);
      expect(counters).to.deep.equal(counts({ read: 3, updated: 1, unchanged: 1, rejected: 1 }));
      expect(rejected.map(({ ordinal, code }) => [ordinal, code])).to.deep.equal([[1, 'DUPLICATE_ID']]);
      const [row] = await rowsOf(store, 'records', 'record_key');
      expect(row).to.include({ content_hash: (DUPLICATES[0] as Molecule).contentHash });
    });

    it('judges it anew in a later run where the first is gone', async () => {
      await again(DUPLICATES);
      const left = { input: A, ordinal: 1, key: 'K', content: 'changed 1' };
      const ledger = await openLedger(store, ledgerOptions([A]));
      expect(await ledger.lookup([madeRecord({ input: A, ordinal: 0 }), madeRecord(left)])).to.deep.equal([null, null]);
      await ledger.commit(chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }), madeMolecule(left)), prefixHash);
      await ledger.finish('completed');
      expect(ledger.counters().counters).to.include({ read: 2, inserted: 1, updated: 1 });
      expect(await rowsOf(store, 'rejections', 'ordinal')).to.deep.equal([]);
    });

    it('rejects again what was rejected, until it succeeds', async () => {
      await again([madeRejection({ input: A, ordinal: 0 }, 'INVALID_VALENCE'), madeEnd(A, 1)]);
      const ledger = await openLedger(store, ledgerOptions([A]));
      const [same, other] = await ledger.lookup([
        madeRecord({ input: A, ordinal: 0 }),
        madeRecord({ input: A, ordinal: 1 }),
      ]);
      expect(same).to.include({ kind: 'rejection', code: 'INVALID_VALENCE', message: 'cannot be read' });
      expect(other).to.equal(null);
      await ledger.commit(chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }), madeEnd(A, 1)), prefixHash);
      await ledger.finish('completed');
      expect(await rowsOf(store, 'rejections', 'ordinal')).to.deep.equal([]);
    });

    it('has described again what was described with other options, could not be read, took too long or ended its worker', async () => {
      const made = (ordinal: number) => ({ input: A, ordinal });
      const items = [
        madeMolecule(made(0)),
        { ...madeRejection(made(1), 'ROW_SHAPE'), stage: 'read' as const },
        madeRejection(made(2), 'RECORD_TIMEOUT'),
        madeRejection(made(3), 'WORKER_CRASHED'),
        madeRejection(made(4), 'INVALID_VALENCE'),
      ];
      await again([...items, madeEnd(A, 5)]);
      const found = async (options = {}) => {
        const ledger = await openLedger(store, ledgerOptions([A], options));
        const answers = await ledger.lookup(items.map(({ ordinal }) => madeRecord(made(ordinal))));
        await ledger.close();
        return answers.map((answer) => answer?.kind ?? null);
      };
      expect(await found()).to.deep.equal(['unchanged', null, null, null, 'rejection']);
      const none = [null, null, null, null, null];
      expect(await found({ describedWith: 'descriptors=none fingerprint=none standardize=none' })).to.deep.equal(none);
      expect(await found({ redescribe: true })).to.deep.equal(none);
    });

    it('forgets rejections beyond the end of an input that became shorter', async () => {
      await again([madeMolecule({ input: A, ordinal: 0 }), madeRejection({ input: A, ordinal: 1 }), madeEnd(A, 2)]);
      await again([madeMolecule({ input: A, ordinal: 0 }), madeEnd(A, 1)]);
      expect(await rowsOf(store, 'rejections', 'ordinal')).to.deep.equal([]);
    });

    it('shares a molecule among records, and keeps the SMILES of another tautomer', async () => {
      const { ledger } = await importChunks(store, ledgerOptions([A]), [
        chunkOf<Item>(
          madeMolecule({ input: A, ordinal: 0, structure: 'S', smiles: 'OC=C' }),
          madeMolecule({ input: A, ordinal: 1, structure: 'S', smiles: 'O=CC' }),
        ),
        chunkOf<Item>(madeMolecule({ input: A, ordinal: 2, structure: 'S', smiles: 'O=CC' }), madeEnd(A, 3)),
      ]);
      expect(ledger.counters().warnings).to.deep.equal({ STRUCTURE_MERGED: 2 });
      expect(ledger.counters().counters).to.include({ inserted: 3, moleculesNew: 1 });
      const smiles = (await rowsOf(store, 'records', 'record_key')).map((row) => row.canonical_smiles);
      expect(smiles).to.deep.equal([null, 'O=CC', 'O=CC']);
      const seen = (await rowsOf(store, 'compounds', 'external_id')).map((row) => row.canonical_smiles);
      expect(seen).to.deep.equal(['OC=C', 'O=CC', 'O=CC']);
      // The warnings of unchanged records are counted from what is stored.
      const { ledger: later } = await importChunks(store, ledgerOptions([A]), [
        chunkOf<Item>(
          ...[0, 1, 2].map((ordinal) => ({ ...madeRecord({ input: A, ordinal }), kind: 'unchanged' as const })),
        ),
      ]);
      expect(later.counters().warnings).to.deep.equal({ STRUCTURE_MERGED: 2 });
    });

    const bare = { descriptors: null, morganFp: null };
    const BARE = 'descriptors=none fingerprint=none standardize=none';
    const tautomer = (ordinal: number, smiles: string, more: Partial<Molecule> = {}) =>
      madeMolecule({ input: A, ordinal, structure: 'S', smiles }, more);

    it('fills a molecule that lacks values from another tautomer, its SMILES with them', async () => {
      const warnings = [{ code: 'DELIMITER_MISSING' as const }];
      await again([tautomer(0, 'OC=C', { ...bare, warnings }), tautomer(1, 'OC=C', bare), tautomer(2, 'O=CC', bare)], {
        describedWith: BARE,
      });
      const chunk = () => chunkOf<Item>(tautomer(3, 'O=CC'), tautomer(4, 'OC=C'), madeEnd(A, 5));
      const dry = await openLedger(store, ledgerOptions([A], { dryRun: true, restart: true }));
      await dry.commit(chunk(), prefixHash);
      await dry.finish('completed');
      const { ledger } = await importChunks(store, ledgerOptions([A], { restart: true }), [chunk()]);
      expect(ledger.counters().warnings).to.deep.equal({ STRUCTURE_MERGED: 1 });
      expect(dry.counters()).to.deep.equal(ledger.counters());
      const [molecule] = await rowsOf(store, 'molecules', 'structure_key');
      expect(molecule).to.include({ canonical_smiles: 'O=CC', phi: 42 });
      expect(Buffer.from(molecule?.morgan_fp as Uint8Array)[0]).to.equal(3);
      const seen = (await rowsOf(store, 'compounds', 'external_id')).map((row) => row.canonical_smiles);
      expect(seen).to.deep.equal(['OC=C', 'OC=C', 'O=CC', 'O=CC', 'OC=C']);
      const stored = await store
        .knex(store.tables.records)
        .select(store.knex.raw('CAST(warnings AS text) AS warnings'))
        .orderBy('record_key');
      const codes = stored.map((row) =>
        (JSON.parse(row.warnings ?? '[]') as { code: string }[]).map(({ code }) => code),
      );
      const merged = ['STRUCTURE_MERGED'];
      expect(codes).to.deep.equal([['DELIMITER_MISSING', ...merged], merged, merged, [], merged]);
    });

    it('leaves the values of a molecule to the tautomer that it has them of', async () => {
      await again([tautomer(0, 'OC=C'), madeEnd(A, 1)]);
      await again([tautomer(1, 'O=CC'), tautomer(2, 'O=CC', bare), madeEnd(A, 3)], { redescribe: true });
      const [molecule] = await rowsOf(store, 'molecules', 'structure_key');
      expect(molecule).to.include({ canonical_smiles: 'OC=C', phi: 42 });
      expect(Buffer.from(molecule?.morgan_fp as Uint8Array)[0]).to.equal(0);
    });

    it('counts ordinals that a stage left out as skipped, to the end of the input', async () => {
      const { counters } = await again([madeMolecule({ input: A, ordinal: 2 }), madeEnd(A, 5)]);
      expect(counters).to.deep.equal(counts({ read: 5, inserted: 1, skipped: 4, moleculesNew: 1 }));
    });

    it('counts the warnings of what is rejected, in a dry run as well', async () => {
      const rejection = {
        ...madeRejection({ input: A, ordinal: 0 }),
        warnings: [{ code: 'ENCODING_GUESSED' as const }],
      };
      for (const dryRun of [true, false]) {
        const ledger = await openLedger(store, ledgerOptions([A], { dryRun }));
        await ledger.commit(chunkOf<Item>(rejection, madeEnd(A, 1)), prefixHash);
        await ledger.finish('completed');
        expect(ledger.counters().warnings).to.deep.equal({ ENCODING_GUESSED: 1 });
      }
    });

    it('refuses an ordinal that comes twice, and writes nothing of its chunk', async () => {
      const ledger = await openLedger(store, ledgerOptions([A]));
      const twice = chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 }), madeMolecule({ input: A, ordinal: 0 }));
      const error = await ledger.commit(twice, prefixHash).catch((reason: unknown) => reason);
      expect(error).to.include({ code: 'INTERNAL', ordinal: 0, input: A.uri });
      expect(await rowsOf(store, 'records', 'record_key')).to.deep.equal([]);
      await ledger.close();
    });

    it('begins a run of its own for other options, and with restart', async () => {
      const first = await openLedger(store, ledgerOptions([A]));
      await first.commit(chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 })), prefixHash);
      await first.close();
      const other = await openLedger(store, ledgerOptions([A], { onConflict: 'skip' }));
      expect(other.resumed).to.equal(false);
      await other.close();
      const restarted = await openLedger(store, ledgerOptions([A], { restart: true }));
      expect(restarted.resumed).to.equal(false);
      expect(restarted.checkpoint(A).nextOffset).to.equal(0);
      await restarted.finish('completed');
      const later = await openLedger(store, ledgerOptions([A]));
      expect(later.resumed, 'the latest run of these options completed').to.equal(false);
      await later.close();
    });

    it('would count in a dry run what an import counts, and writes nothing', async () => {
      await again([
        madeMolecule({ input: A, ordinal: 0, key: 'K' }),
        madeMolecule({ input: A, ordinal: 1 }),
        madeEnd(A, 2),
      ]);
      const before = await rowsOf(store, 'runs', 'run_id');
      const items = [
        ...DUPLICATES.slice(0, 3),
        changed(3, { key: 'K1' }),
        madeMolecule({ input: A, ordinal: 4, structure: 'S0', smiles: 'other' }),
        madeRejection({ input: A, ordinal: 5 }),
        madeEnd(A, 7),
      ];
      const dry = await openLedger(store, ledgerOptions([A], { dryRun: true }));
      for (const item of items) await dry.commit(chunkOf<Item>(item), prefixHash);
      await dry.finish('completed');
      expect(await rowsOf(store, 'runs', 'run_id')).to.deep.equal(before);
      const { ledger } = await importChunks(store, ledgerOptions([A]), [chunkOf<Item>(...items)]);
      expect(dry.counters()).to.deep.equal(ledger.counters());
    });
  });
}

it('a dry run without a database counts what comes twice, in chunks and inputs of one source, and creates none', async () => {
  const ledger = await openLedger(null, ledgerOptions([A, B], { dryRun: true }));
  await ledger.commit(chunkOf<Item>(madeMolecule({ input: A, ordinal: 0, structure: 'S' })), prefixHash);
  const tautomer = madeMolecule({ input: A, ordinal: 1, structure: 'S', smiles: 'another' });
  await ledger.commit(chunkOf<Item>(tautomer, madeEnd(A, 2)), prefixHash);
  const duplicate = madeMolecule({ input: B, ordinal: 0, content: 'another' });
  await ledger.commit(chunkOf<Item>(duplicate, madeMolecule({ input: B, ordinal: 1 }), madeEnd(B, 2)), prefixHash);
  await ledger.finish('completed');
  expect(ledger.counters()).to.deep.equal({
    counters: { ...none, read: 4, inserted: 2, unchanged: 1, rejected: 1, moleculesNew: 1 },
    rejections: { DUPLICATE_ID: 1 },
    // The unchanged one has the warnings of the record that it equals.
    warnings: { STRUCTURE_MERGED: 2 },
  });
});
