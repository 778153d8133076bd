/**
 * `npm run bench -- reimport [--records N] [--to sqlite|postgres] [--json]`: what the next release of a file costs. Each
 * file is imported into a new database by the real command, once more as it is, and in a release in which one of 20
 * records has changed; the counters have to be right. The baseline is the first import; the last column is what the
 * release takes beyond its share of that and the time of the unchanged file.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ImportSummary } from '../../pipelines/summary.js';
import { freshPostgres, stopPostgres } from '../support/postgres.js';
import { importByCommand } from './import/command.js';
import { machine } from './machine.js';
import { writeSmiles } from './memory/inputs.js';
import { type Change, ONE_OF, SDF_CHANGE, SMILES_CHANGE, writeRelease } from './reimport/release.js';
import { repeatSdf } from './repeat-sdf.js';
import { benchFile } from './shared-files.js';

interface Source {
  readonly name: string;
  readonly file: string;
  readonly flags: readonly string[];
  readonly change: Change;
  write(path: string, records: number): Promise<unknown>;
}

interface Row {
  file: string;
  to: string;
  import: 'first' | 'unchanged' | 'release';
  records: number;
  updated: number;
  seconds: number;
  records_per_second: number;
  extra_seconds: number | null;
}

const ID_TAG = 'PUBCHEM_COMPOUND_CID';

const SOURCES: readonly Source[] = [
  {
    name: 'PubChem SDF',
    file: 'input.sdf',
    flags: ['--id', ID_TAG],
    change: SDF_CHANGE,
    write: (to, records) =>
      repeatSdf({ from: benchFile('variety/Indigo/Compound_0000001_0000250.sdf.gz'), to, idTag: ID_TAG, records }),
  },
  {
    name: 'SMILES',
    file: 'input.smi',
    flags: ['--id', 'column2'],
    change: SMILES_CHANGE,
    write: async (to, records) => writeSmiles(to, records),
  },
];

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { json: { type: 'boolean' }, records: { type: 'string' }, to: { type: 'string' } },
  });
  const records = Number(values.records ?? 20_000);
  const folder = await mkdtemp(join(tmpdir(), 'molstream-bench-'));
  const rows: Row[] = [];
  try {
    if (!values.json) console.log(`${machine()}\n\n${HEADING}`);
    for (const source of SOURCES) {
      const path = join(folder, source.file);
      await source.write(path, records);
      const release = join(folder, `release-${source.file}`);
      await writeRelease(path, release, source.change);
      for (const to of values.to === undefined ? ['sqlite', 'postgres'] : [values.to]) {
        const target = to === 'sqlite' ? join(folder, `${source.file}.sqlite`) : await freshPostgres({ durable: true });
        const measure = async (file: string, expected: Partial<ImportSummary>) => {
          const summary = await importByCommand(file, target, source.flags);
          check(summary, { read: records, ...expected });
          return summary;
        };
        const changed = Math.ceil(records / ONE_OF);
        const first = await measure(path, { inserted: records });
        const unchanged = await measure(path, { unchanged: records });
        const next = await measure(release, { unchanged: records - changed, updated: changed });
        const extra = next.elapsed_ms - unchanged.elapsed_ms - first.elapsed_ms / ONE_OF;
        const row = (name: Row['import'], summary: ImportSummary, extraMs: number | null): void => {
          rows.push(rowOf(source.name, to, name, summary, extraMs));
          if (!values.json) console.log(lineOf(rows.at(-1)!));
        };
        row('first', first, null);
        row('unchanged', unchanged, null);
        row('release', next, extra);
      }
    }
  } finally {
    await stopPostgres();
    await rm(folder, { recursive: true, force: true });
  }
  if (values.json) console.log(JSON.stringify({ machine: machine(), results: rows }));
}

/** A benchmark of wrong work would say nothing. */
function check(summary: ImportSummary, expected: Partial<ImportSummary>): void {
  for (const [name, count] of Object.entries(expected)) {
    const found = summary[name as keyof ImportSummary];
    if (found !== count) throw new Error(`${name} is ${String(found)}, not ${String(count)}`);
  }
}

function rowOf(file: string, to: string, name: Row['import'], summary: ImportSummary, extraMs: number | null): Row {
  return {
    file,
    to,
    import: name,
    records: summary.read,
    updated: summary.updated,
    seconds: summary.elapsed_ms / 1_000,
    records_per_second: summary.records_per_second,
    extra_seconds: extraMs === null ? null : Number((extraMs / 1_000).toFixed(2)),
  };
}

const HEADING = 'file         to        import     records  updated  seconds  records/s  beyond its share';

function lineOf({ file, to, import: name, records, updated, seconds, records_per_second: rate, extra_seconds }: Row) {
  const extra = extra_seconds === null ? '' : `${extra_seconds.toFixed(2)} s`;
  return (
    `${file.padEnd(12)} ${to.padEnd(9)} ${name.padEnd(10)} ${String(records).padStart(7)} ` +
    `${String(updated).padStart(8)} ${seconds.toFixed(2).padStart(8)} ${String(rate).padStart(10)}  ${extra.padStart(16)}`
  ).trimEnd();
}
