import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { openLedger } from '../../../lib/store/ledger.js';
import { postgresWriter } from '../../../lib/store/postgres-writer.js';
import { inTransaction, withSession } from '../../../lib/store/transaction.js';
import type { Item } from '../../../lib/types.js';
import { chunkOf, madeEnd, madeInput, madeMolecule } from '../../support/items.js';
import { closeAll, importChunks, ledgerOptions, openFresh, prefixHash, rowsOf } from '../../support/stores.js';

const A = madeInput('/data/a.sdf');
const DESCRIBED_BARELY = 'descriptors=none fingerprint=none standardize=none';
const enol = (ordinal: number) =>
  madeMolecule({ input: A, ordinal, structure: 'S', smiles: 'OC=C' }, { descriptors: null, morganFp: null });

describe('molecules that imports share in PostgreSQL', function () {
  this.timeout(60_000);
  afterEach(closeAll);

  it('get no other SMILES while another transaction stores a record that relies on it', async () => {
    const store = await openFresh('postgres');
    const bare = ledgerOptions([A], { describedWith: DESCRIBED_BARELY });
    await importChunks(store, bare, [chunkOf<Item>(enol(0), madeEnd(A, 1))]);
    const B = madeInput('/data/b.sdf', 'another source');
    const ledger = await openLedger(store, ledgerOptions([B]));
    const [{ source_id: sourceId, input_id: inputId }] = (await rowsOf(store, 'records', 'record_key')) as [
      { source_id: number; input_id: number },
    ];

    const waiting = async () => {
      const { rows } = await withSession(store.knex, (session) =>
        session.execute(
          "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        ),
      );
      return rows.length > 0;
    };
    let filled: Promise<unknown> | undefined;
    await inTransaction(store.knex, async (session) => {
      const constants = { ...bare, runId: 1 };
      const writer = postgresWriter(session, store.tables, constants);
      const [structure] = (await writer.holdStructures(['S-KEY'])).values();
      expect(structure).to.include({ canonicalSmiles: 'OC=C', hasDescriptors: false });
      const keto = madeMolecule({ input: B, ordinal: 0, structure: 'S', smiles: 'O=CC' });
      filled = ledger.commit(chunkOf<Item>(keto, madeEnd(B, 1)), prefixHash);
      while (!(await waiting())) await sleep(10);
      const item = enol(1);
      const row = { item, sourceId, inputId, recordKey: 'K1', replaces: null, canonicalSmiles: null, warnings: null };
      await writer.insertRecords([row]);
    });
    await filled;
    await ledger.finish('completed');
    const compounds = await rowsOf(store, 'compounds', 'canonical_smiles');
    expect(compounds.map((row) => [row.source, row.external_id, row.canonical_smiles, row.phi])).to.have.deep.members([
      ['made', 'K0', 'OC=C', 42],
      ['made', 'K1', 'OC=C', 42],
      ['another source', 'K0', 'O=CC', 42],
    ]);
  });
});
