/**
 * `npm run bench -- memory [--large BYTES] [--small BYTES] [--giants BYTES] [--molecules N] [--repeat N] [--json]`: peak
 * memory of the real command, as its summary says it, into SQLite, each import in a process of its own:
 * - 100 MB beside 1 GB of SDF, the median of three: the large one at most 20 % higher, and at most 600 MB;
 * - 200 MB of records of 15 MB each: at most 600 MB;
 * - the small file under `--memory-limit 300MB`, beside the same with `--batch-size 100000`, which has no such promise;
 * - 500,000 molecules as SMILES, beside a tenth of them: at most 20 % higher.
 * The baseline is an import of two records: what the process, its workers and their RDKit take by themselves.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './machine.js';
import { writeGiants, writeSmiles } from './memory/inputs.js';
import { type Measured, medianPeak, runImport } from './memory/run-import.js';
import { repeatSdf } from './repeat-sdf.js';
import { benchFile } from './shared-files.js';

interface Row extends Measured {
  name: string;
  limit_bytes: number | null;
  pass: boolean | null;
}

const SAMPLE = 'variety/Indigo/Compound_0000001_0000250.sdf.gz';
const ID_TAG = 'PUBCHEM_COMPOUND_CID';
const MOST_BYTES = 600_000_000;
const GROWTH = 1.2;
const MEMORY_LIMIT = 300_000_000;
/** What an import under `--memory-limit` may take beyond it: the process, two workers and their RDKit. */
export const BEYOND_LIMIT = 150_000_000;

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean' },
      small: { type: 'string', default: '100000000' },
      large: { type: 'string', default: '1000000000' },
      giants: { type: 'string', default: '200000000' },
      molecules: { type: 'string', default: '500000' },
      repeat: { type: 'string', default: '3' },
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'molstream-memory-'));
  const rows: Row[] = [];
  const say = (row: Row): void => {
    rows.push(row);
    if (!values.json) console.log(lineOf(row));
  };
  const judged = (name: string, measured: Measured, limit: number | null): void =>
    say({ name, ...measured, limit_bytes: limit, pass: limit === null ? null : measured.peak_rss_bytes <= limit });
  try {
    if (!values.json) console.log(`${machine()}\n${HEADING}`);
    const sdf = async (name: string, size: { bytes?: number; records?: number }): Promise<string> => {
      const to = join(folder, name);
      await repeatSdf({ from: benchFile(SAMPLE), to, idTag: ID_TAG, ...size });
      return to;
    };
    const repeat = Number(values.repeat);
    judged('two records (baseline)', await runImport(folder, await sdf('two.sdf', { records: 2 }), []), null);

    const small = await sdf('small.sdf', { bytes: Number(values.small) });
    const smallPeak = await medianPeak(repeat, () => runImport(folder, small, []));
    judged(`${megabytes(values.small)} of SDF`, smallPeak, MOST_BYTES);
    const limited = await runImport(folder, small, ['--memory-limit', String(MEMORY_LIMIT)]);
    judged('the same, --memory-limit 300MB', limited, MEMORY_LIMIT + BEYOND_LIMIT);
    const fixed = ['--batch-size', '100000', '--max-batch-bytes', '100GB', '--max-batch-age', '60min'];
    judged('the same, --batch-size 100000', await runImport(folder, small, fixed), null);
    await rm(small);

    const large = await sdf('large.sdf', { bytes: Number(values.large) });
    const largePeak = await medianPeak(repeat, () => runImport(folder, large, []));
    judged(`${megabytes(values.large)} of SDF`, largePeak, Math.min(MOST_BYTES, GROWTH * smallPeak.peak_rss_bytes));
    await rm(large);

    const giants = join(folder, 'giants.sdf');
    writeGiants(giants, Number(values.giants));
    judged(`${megabytes(values.giants)} in records of 15 MB`, await runImport(folder, giants, []), MOST_BYTES);
    await rm(giants);

    const molecules = Number(values.molecules);
    const smiles = join(folder, 'molecules.smi');
    writeSmiles(smiles, molecules / 10);
    const few = await runImport(folder, smiles, []);
    judged(`${molecules / 10} molecules as SMILES`, few, MOST_BYTES);
    writeSmiles(smiles, molecules);
    const many = await runImport(folder, smiles, []);
    judged(`${molecules} molecules as SMILES`, many, Math.min(MOST_BYTES, GROWTH * few.peak_rss_bytes));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (values.json) console.log(JSON.stringify({ machine: machine(), results: rows }));
  if (rows.some(({ pass }) => pass === false)) process.exitCode = 1;
}

const HEADING = `${'import into SQLite'.padEnd(36)} records  seconds  peak RSS    bound`;

function lineOf({ name, records, seconds, peak_rss_bytes: peak, limit_bytes: limit, pass }: Row): string {
  const verdict = pass === null ? '' : pass ? 'pass' : 'FAIL';
  return (
    `${name.padEnd(36)} ${String(records).padStart(7)} ${seconds.toFixed(1).padStart(8)} ` +
    `${megabytes(peak).padStart(9)} ${(limit === null ? '-' : megabytes(limit)).padStart(8)}  ${verdict}`
  );
}

function megabytes(bytes: number | string): string {
  return `${Math.round(Number(bytes) / 1e6)} MB`;
}
