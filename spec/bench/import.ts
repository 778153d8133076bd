/**
 * `npm run bench -- import [--records N] [--to sqlite|postgres] [--rounds N] [--json]`: molstream, the command, beside what
 * one writes first (`import/naive.ts`), on the same records (default 20,000), into the same kind of database, each in a
 * process of its own, in turn; with several rounds medians are given.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ImportSummary } from '../../pipelines/summary.js';
import { freshPostgres, stopPostgres } from '../support/postgres.js';
import { importByCommand, importNaivelyByCommand } from './import/command.js';
import type { NaiveResult } from './import/naive.js';
import { machine } from './machine.js';
import { medianOf } from './median.js';
import { repeatSdf } from './repeat-sdf.js';
import { benchFile } from './shared-files.js';

interface Row {
  file: string;
  to: string;
  records: number;
  naive_per_second: number;
  molstream_per_second: number;
  /** Median of those of the rounds. */
  ratio: number;
  ratios: number[];
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
    options: {
      json: { type: 'boolean' },
      records: { type: 'string' },
      rounds: { type: 'string' },
      to: { type: 'string' },
    },
  });
  const records = Number(values.records ?? 20_000);
  const rounds = Number(values.rounds ?? 1);
  const targets = values.to === undefined ? ['sqlite', 'postgres'] : [values.to];
  const folder = await mkdtemp(join(tmpdir(), 'molstream-bench-'));
  const rows: Row[] = [];
  try {
    for (const file of FILES) {
      const path = join(folder, 'input.sdf');
      const written = await repeatSdf({ from: benchFile(file.from), to: path, idTag: file.idTag, records });
      const name = `${file.name}, ${(written.bytes / 1e6).toFixed(1)} MB`;
      for (const to of targets) {
        const measured: Round[] = [];
        for (let round = 0; round < rounds; round += 1) measured.push(await compare(path, to, folder, records));
        rows.push(rowOf(name, to, measured));
      }
    }
  } finally {
    await stopPostgres();
    await rm(folder, { recursive: true, force: true });
  }
  if (values.json) console.log(JSON.stringify({ machine: machine(), results: rows }));
  else print(rows);
}

interface Round {
  readonly naive: NaiveResult;
  readonly summary: ImportSummary;
}

async function compare(path: string, to: string, folder: string, records: number): Promise<Round> {
  const target = async (name: string): Promise<string> => {
    if (to === 'postgres') return freshPostgres({ durable: true });
    const file = join(folder, `${name}.sqlite`);
    for (const end of ['', '-wal', '-shm']) await rm(file + end, { force: true });
    return file;
  };
  const naive = await importNaivelyByCommand(path, await target('naive'), records);
  return { naive, summary: await importByCommand(path, await target('molstream'), ['--quiet']) };
}

function rowOf(file: string, to: string, rounds: readonly Round[]): Row {
  const naiveRates = rounds.map(({ naive }) => (naive.records * 1_000) / naive.ms);
  const ratios = rounds.map(({ summary }, i) => Number((summary.records_per_second / naiveRates[i]!).toFixed(2)));
  const { naive, summary } = rounds[0]!;
  return {
    file,
    to,
    records: summary.read,
    naive_per_second: Math.round(medianOf(naiveRates)),
    molstream_per_second: medianOf(rounds.map((round) => round.summary.records_per_second)),
    ratio: medianOf(ratios),
    ratios,
    rejected: summary.rejected,
    naive_failed: naive.failed,
    peak_rss_bytes: Math.max(...rounds.map((round) => round.summary.peak_rss_bytes)),
  };
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
