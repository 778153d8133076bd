/**
 * `npm run bench -- import [--records N] [--to sqlite|postgres] [--json]`: molstream beside what one writes first
 * (`import/naive.ts`), on the same records, into the same databases, one after the other in one run.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import knex, { type Knex } from 'knex';
import { importMolecules } from '../../pipelines/import-molecules.js';
import { freshPostgres, stopPostgres } from '../support/postgres.js';
import { importNaively } from './import/naive.js';
import { machine } from './machine.js';
import { repeatSdf } from './repeat-sdf.js';
import { benchFile } from './shared-files.js';

interface Row {
  file: string;
  to: string;
  records: number;
  naive_per_second: number;
  molstream_per_second: number;
  ratio: number;
  rejected: number;
  naive_failed: number;
  peak_rss_bytes: number;
}

const FILES = [
  { name: 'PDB ligands (3D, no H, 24 tags)', from: 'perf/openbabel/pdb_ligands_rcsb.A.sdf.gz', idTag: 'InstanceId' },
  {
    name: 'PubChem (2D, explicit H, 30 tags)',
    from: 'variety/Indigo/Compound_0000001_0000250.sdf.gz',
    idTag: 'PUBCHEM_COMPOUND_CID',
  },
] as const;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean' }, records: { type: 'string' }, to: { type: 'string' } },
  });
  const records = Number(values.records ?? 3_000);
  const targets = values.to === undefined ? ['sqlite', 'postgres'] : [values.to];
  const folder = await mkdtemp(join(tmpdir(), 'molstream-bench-'));
  const rows: Row[] = [];
  try {
    for (const file of FILES) {
      const path = join(folder, 'input.sdf');
      const written = await repeatSdf({ from: benchFile(file.from), to: path, idTag: file.idTag, records });
      for (const to of targets) {
        const naiveTarget = to === 'sqlite' ? join(folder, 'naive.sqlite') : await freshPostgres({ durable: true });
        const database = connect(to, naiveTarget);
        const naive = await importNaively(path, database, records).finally(() => database.destroy());
        const target = to === 'sqlite' ? join(folder, `${rows.length}.sqlite`) : await freshPostgres({ durable: true });
        const summary = await importMolecules({ inputs: [path], to: target, source: 'bench' });
        const naivePerSecond = (naive.records * 1_000) / naive.ms;
        rows.push({
          file: `${file.name}, ${(written.bytes / 1e6).toFixed(1)} MB`,
          to,
          records: summary.read,
          naive_per_second: Math.round(naivePerSecond),
          molstream_per_second: summary.records_per_second,
          ratio: Number((summary.records_per_second / naivePerSecond).toFixed(2)),
          rejected: summary.rejected,
          naive_failed: naive.failed,
          peak_rss_bytes: summary.peak_rss_bytes,
        });
      }
    }
  } finally {
    await stopPostgres();
    await rm(folder, { recursive: true, force: true });
  }
  if (values.json) console.log(JSON.stringify({ machine: machine(), results: rows }));
  else print(rows);
}

function connect(to: string, target: string): Knex {
  return to === 'sqlite'
    ? knex({ client: 'better-sqlite3', connection: { filename: target }, useNullAsDefault: true })
    : knex({ client: 'pg', connection: target });
}

function print(rows: readonly Row[]): void {
  console.log(machine());
  console.log('each record: parse, SMILES, InChI, InChIKey, formula, 43 descriptors, Morgan, tags, raw; committed\n');
  console.log('file                                        to        records  naive/s  molstream/s  ratio');
  for (const row of rows) {
    console.log(
      `${row.file.padEnd(43)} ${row.to.padEnd(9)} ${String(row.records).padStart(7)} ` +
        `${String(row.naive_per_second).padStart(8)} ${String(row.molstream_per_second).padStart(12)} ` +
        `${row.ratio.toFixed(2).padStart(6)}`,
    );
  }
}
