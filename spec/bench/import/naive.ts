/**
 * What one writes first: sdf-parser's iterator, RDKit on the main thread, knex inserts of 100 rows a transaction. The
 * same outputs as molstream (SMILES, InChI, InChIKey, formula, 43 descriptors, Morgan fingerprint, tags, raw), none of
 * its guarantees.
 */
import { openAsBlob } from 'node:fs';
import initRDKit, { type MainModule } from '@rdkit/rdkit';
import type { Knex } from 'knex';
import { iterator } from 'sdf-parser';
import { DESCRIPTORS } from '../../../lib/chemistry/columns.js';

const ROWS_PER_TRANSACTION = 100;

interface Row {
  [column: string]: string | number | Buffer | null;
}

export interface NaiveResult {
  records: number;
  failed: number;
  /** Making the tables and loading RDKit included, as in the `seconds` of a summary. */
  ms: number;
}

/** Reads plain SDF into the tables `naive_molecules` and `naive_records`, which it makes anew. */
export async function importNaively(file: string, database: Knex, mostRecords: number): Promise<NaiveResult> {
  const started = performance.now();
  await createTables(database);
  const rdkit = await (initRDKit as unknown as () => Promise<MainModule>)();
  let records = 0;
  let failed = 0;
  let molecules: Row[] = [];
  let rows: Row[] = [];
  const flush = async (): Promise<void> => {
    const unique = [...new Map(molecules.map((row) => [row.structure_key, row])).values()];
    await database.transaction(async (transaction) => {
      if (unique.length > 0) await transaction('naive_molecules').insert(unique).onConflict('structure_key').ignore();
      if (rows.length > 0) await transaction('naive_records').insert(rows);
    });
    molecules = [];
    rows = [];
  };
  const text = (await openAsBlob(file)).stream().pipeThrough(new TextDecoderStream() as never);
  for await (const entry of iterator(text as ReadableStream<string>, { dynamicTyping: false })) {
    records += 1;
    const { molfile, ...tags } = entry;
    const mol = rdkit.get_mol(molfile, JSON.stringify({ removeHs: true }));
    if (mol === null || !mol.is_valid()) {
      failed += 1;
    } else {
      const inchi = mol.get_inchi();
      const inchikey = rdkit.get_inchikey_for_inchi(inchi);
      const values = JSON.parse(mol.get_descriptors()) as Record<string, number>;
      const smiles = mol.get_smiles();
      const key = inchikey || smiles;
      molecules.push({
        structure_key: key,
        inchi,
        inchikey,
        canonical_smiles: smiles,
        formula: /^InChI=1S?\/([^/]*)/.exec(inchi)?.[1] ?? '',
        morgan_fp: Buffer.from(mol.get_morgan_fp_as_uint8array(JSON.stringify({ radius: 2, nBits: 2048 }))),
        ...Object.fromEntries(DESCRIPTORS.map(([column, name]) => [column, values[name] ?? null])),
      });
      rows.push({ ordinal: records, structure_key: key, tags: JSON.stringify(tags), raw: Buffer.from(molfile) });
    }
    mol?.delete();
    if (rows.length >= ROWS_PER_TRANSACTION) await flush();
    if (records >= mostRecords) break;
  }
  await flush();
  return { records, failed, ms: performance.now() - started };
}

async function createTables(database: Knex): Promise<void> {
  await database.schema.dropTableIfExists('naive_records');
  await database.schema.dropTableIfExists('naive_molecules');
  await database.schema.createTable('naive_molecules', (table) => {
    table.text('structure_key').primary();
    for (const column of ['inchi', 'inchikey', 'canonical_smiles', 'formula']) table.text(column);
    for (const [column] of DESCRIPTORS) table.double(column);
    table.binary('morgan_fp');
  });
  await database.schema.createTable('naive_records', (table) => {
    table.increments('record_id');
    table.integer('ordinal');
    table.text('structure_key').references('naive_molecules.structure_key').index();
    table.json('tags');
    table.binary('raw');
  });
}
