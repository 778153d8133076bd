/**
 * `npm run bench -- memory [--only NAME,...] [--large BYTES] [--small BYTES] [--giants BYTES] [--molecules N]
 * [--repeat N] [--json]`: peak memory of the real command, as its summary says it, into SQLite, each import in a process
 * of its own:
 * - `length`: 100 MB of SDF at most 600 MB, the median of three; 1 GB at most 15 % more;
 * - `limit`: the 100 MB under `--memory-limit 300MB`, in a control group of 330 MB, at most 300 MB and 30 MB more; beside
 *   it the same with chunks of 100,000 rows, which is to need more or be killed for it; and in a control group of 400 MB
 *   without a flag;
 * - `giants`: 200 MB of records of 15 MB each: at most 600 MB;
 * - `molecules`: 500,000 as SMILES: at most 600 MB, and in the second half at most 10 % more than in the first.
 * The baseline is an import of two records: what the process, its workers and their RDKit take by themselves.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './machine.js';
import { writeGiants, writeSmiles } from './memory/inputs.js';
import { type Measured, medianPeak, runImport, type Sample } from './memory/run-import.js';
import { repeatSdf } from './repeat-sdf.js';
import { benchFile } from './shared-files.js';

interface Row extends Measured {
  name: string;
  /** What the peak may be; null: as it comes. */
  bound_bytes: number | null;
  pass: boolean | null;
}

const SAMPLE = 'variety/Indigo/Compound_0000001_0000250.sdf.gz';
const ID_TAG = 'PUBCHEM_COMPOUND_CID';
const MOST_BYTES = 600_000_000;
const GROWTH = 1.15;
const GROWTH_WITHIN = 1.1;
const MEMORY_LIMIT = 300_000_000;
/** What an import under `--memory-limit` may take beyond it: what is under way when the limit is reached. */
const BEYOND_LIMIT = 30_000_000;
const GROUP_BYTES = 400_000_000;
const FIXED = ['--batch-size', '100000', '--max-batch-bytes', '100GB', '--max-batch-age', '60min'];
const CASES = ['length', 'limit', 'giants', 'molecules'];

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean' },
      only: { type: 'string', default: CASES.join(',') },
      small: { type: 'string', default: '100000000' },
      large: { type: 'string', default: '1000000000' },
      giants: { type: 'string', default: '200000000' },
      molecules: { type: 'string', default: '500000' },
      repeat: { type: 'string', default: '3' },
    },
  });
  const only = new Set(values.only.split(','));
  for (const name of only) if (!CASES.includes(name)) throw new Error(`--only: ${CASES.join(', ')}, not ${name}`);
  const repeat = Number(values.repeat);
  const folder = await mkdtemp(join(tmpdir(), 'molstream-memory-'));
  const rows: Row[] = [];
  const say = (row: Row): void => {
    rows.push(row);
    if (!values.json) console.log(linesOf(row).join('\n'));
  };
  const judged = (name: string, measured: Measured, bound: number | null): void => {
    const within = bound === null ? null : measured.outcome === 'completed' && measured.peak_rss_bytes <= bound;
    say({ name, ...measured, bound_bytes: bound, pass: within });
  };
  const sdf = async (name: string, size: { bytes?: number; records?: number }): Promise<string> => {
    const to = join(folder, name);
    await repeatSdf({ from: benchFile(SAMPLE), to, idTag: ID_TAG, ...size });
    return to;
  };
  try {
    if (!values.json) console.log(`${machine()}\n${HEADING}`);
    judged('two records (baseline)', await runImport(folder, await sdf('two.sdf', { records: 2 })), null);

    if (only.has('limit')) {
      const small = await sdf('small.sdf', { bytes: Number(values.small) });
      const flags = ['--memory-limit', String(MEMORY_LIMIT)];
      const groupBytes = MEMORY_LIMIT + BEYOND_LIMIT;
      const limited = await runImport(folder, small, { flags, groupBytes });
      judged(`${megabytes(values.small)} of SDF, --memory-limit 300MB`, limited, groupBytes);
      for (const [name, limit] of [
        ['... and chunks of 100,000 rows', flags],
        ['... that nothing shrinks', ['--memory-limit', '100GB']],
      ] as const) {
        const fixed = await runImport(folder, small, { flags: [...limit, ...FIXED], groupBytes });
        const within = fixed.outcome === 'completed' && fixed.peak_rss_bytes <= groupBytes;
        say({ name, ...fixed, bound_bytes: null, pass: !within });
      }
      const grouped = await runImport(folder, small, { groupBytes: GROUP_BYTES });
      judged('the same in a group of 400 MB, no flag', grouped, GROUP_BYTES);
    }
    if (only.has('length')) {
      const small = await sdf('small.sdf', { bytes: Number(values.small) });
      const smallPeak = await medianPeak(repeat, () => runImport(folder, small));
      judged(`${megabytes(values.small)} of SDF`, smallPeak, MOST_BYTES);
      const large = await sdf('large.sdf', { bytes: Number(values.large) });
      const largePeak = await medianPeak(repeat, () => runImport(folder, large));
      judged(`${megabytes(values.large)} of SDF`, largePeak, Math.min(MOST_BYTES, GROWTH * smallPeak.peak_rss_bytes));
      await rm(large);
    }
    if (only.has('giants')) {
      const giants = join(folder, 'giants.sdf');
      writeGiants(giants, Number(values.giants));
      judged(`${megabytes(values.giants)} in records of 15 MB`, await runImport(folder, giants), MOST_BYTES);
      await rm(giants);
    }
    if (only.has('molecules')) {
      const molecules = Number(values.molecules);
      const smiles = join(folder, 'molecules.smi');
      writeSmiles(smiles, molecules);
      const many = await runImport(folder, smiles, { sampleEvery: molecules / 10 });
      const pass = many.peak_rss_bytes <= MOST_BYTES && growthOf(many.samples ?? []) <= GROWTH_WITHIN;
      say({ name: `${molecules} molecules as SMILES`, ...many, bound_bytes: MOST_BYTES, pass });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  if (values.json) console.log(JSON.stringify({ machine: machine(), results: rows }));
  if (rows.some(({ pass }) => pass === false)) process.exitCode = 1;
}

/** The highest of the second half beside the highest of the first. */
function growthOf(samples: readonly Sample[]): number {
  const bytes = samples.map(({ rss_bytes: rss }) => rss);
  const half = Math.ceil(bytes.length / 2);
  return Math.max(...bytes.slice(half)) / Math.max(...bytes.slice(0, half));
}

const HEADING = `${'import into SQLite'.padEnd(40)} records  seconds  peak RSS    bound`;

function linesOf(row: Row): string[] {
  const { name, records, seconds, peak_rss_bytes: peak, peaks, samples, bound_bytes: bound } = row;
  const verdict = row.pass === null ? '' : row.pass ? 'pass' : 'FAIL';
  const remarks = [
    ...(row.outcome === 'killed' ? ['killed by the kernel'] : []),
    ...(row.limited_by_kernel === false ? ['control groups are not writable here: not limited by the kernel'] : []),
    ...(peaks === undefined || peaks.length === 1 ? [] : [`median of ${peaks.map(megabytes).join(', ')}`]),
  ];
  return [
    `${name.padEnd(40)} ${String(records).padStart(7)} ${seconds.toFixed(1).padStart(8)} ` +
      `${megabytes(peak).padStart(9)} ${(bound === null ? '-' : megabytes(bound)).padStart(8)}  ` +
      [verdict, ...remarks].filter((text) => text !== '').join('; '),
    ...(samples ?? []).map(
      ({ records, rss_bytes: rss }) => `  after ${String(records).padStart(7)}: ${megabytes(rss)}`,
    ),
  ];
}

function megabytes(bytes: number | string): string {
  return `${Math.round(Number(bytes) / 1e6)} MB`;
}
