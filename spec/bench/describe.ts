/**
 * `npm run bench -- describe [FILE] [--records N] [--json]`: describing records through the pool of workers, beside one
 * thread that does nothing else. Everything is described (SMILES, InChI and key, formula, 43 descriptors, fingerprint);
 * reading and splitting the file is done beforehand, and is not in the times.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { packBlock } from '../../lib/chemistry/blocks.js';
import { describeBlock } from '../../lib/chemistry/describe-block.js';
import { RdkitDescriber } from '../../lib/chemistry/describer.js';
import { DescribePool } from '../../lib/chemistry/pool.js';
import { compileRdkit, toolkitVersion } from '../../lib/chemistry/rdkit.js';
import { locateInputs } from '../../lib/sources/inputs.js';
import { openInput } from '../../lib/sources/open-input.js';
import type { DescribeOptions, Item, RawRecord, SplitItem } from '../../lib/types.js';
import { describe } from '../../transforms/describe.js';
import { splitRecords } from '../../transforms/split-records.js';
import { sharedDataFolder } from '../support/shared-data.js';

const ALL: DescribeOptions = { descriptors: 'all', fingerprint: 'morgan', standardize: 'none' };
const BLOCK = 32;
/** What V8 compiles again, better, while the first records are described is paid before the clock starts. */
const WARM_UP = 600;

interface Measured {
  readonly workers: number;
  readonly recordsPerSecond: number;
  /** Of the single thread's rate, for each worker. */
  readonly efficiency: number;
  /** Share of one core that the main thread used. */
  readonly mainThread: number;
  /** Share of the time for which a worker was at work. */
  readonly busy: number;
}

export async function run(args: string[]): Promise<void> {
  const json = args.includes('--json');
  const at = args.indexOf('--records');
  const most = at < 0 ? 4_000 : Number(args[at + 1]);
  const named = args.find((arg, i) => !arg.startsWith('--') && (at < 0 || i !== at + 1));
  const file = named ?? defaultFile();
  const records = await readRecords(file, most);

  const single = await singleThread(records);
  const cores = availableParallelism();
  const pools: Measured[] = [];
  for (const workers of [...new Set([Math.max(1, cores - 1), cores])]) {
    pools.push(await throughPool(records, workers, single));
  }
  const result = { file, records: records.length, cpu: cpus()[0]?.model, cores, node: process.version, single, pools };
  if (json) {
    console.log(JSON.stringify(result));
    return;
  }
  console.log(`${records.length} records of ${file}; ${toolkitVersion()}, Node.js ${process.version}, ${cores} cores`);
  console.log(`one thread, nothing else   ${single.toFixed(0)} records/s, ${(1e6 / single).toFixed(0)} us a record`);
  for (const pool of pools) {
    console.log(
      `${pool.workers} worker(s) through describe()   ${pool.recordsPerSecond.toFixed(0)} records/s, ` +
        `${pool.efficiency.toFixed(2)} of ${pool.workers} times one thread; ` +
        `main thread ${percent(pool.mainThread)} of a core, workers busy ${percent(pool.busy)}`,
    );
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function defaultFile(): string {
  return sharedDataFolder === null
    ? fileURLToPath(new URL('../../../spec/fixtures/sample.sdf', import.meta.url))
    : `${sharedDataFolder}perf/openbabel/pdb_ligands_rcsb.A.sdf.gz`;
}

async function readRecords(file: string, most: number): Promise<RawRecord[]> {
  const records: RawRecord[] = [];
  for (const input of await locateInputs([file])) {
    for await (const item of openInput(input).pipe(splitRecords({ input })) as AsyncIterable<SplitItem>) {
      if (item.kind === 'record') records.push(item);
      if (records.length === most) return records;
    }
  }
  return records;
}

async function singleThread(records: readonly RawRecord[]): Promise<number> {
  const describer = await RdkitDescriber.create({ wasm: await compileRdkit(), maxInstanceBytes: 1e9 });
  for (let i = 0; i < WARM_UP; i += BLOCK) await describeBlock(describer, packBlock(records.slice(i, i + BLOCK), ALL));
  const started = performance.now();
  for (let i = 0; i < records.length; i += BLOCK) {
    await describeBlock(describer, packBlock(records.slice(i, i + BLOCK), ALL));
  }
  return (1000 * records.length) / (performance.now() - started);
}

async function throughPool(records: readonly RawRecord[], workers: number, single: number): Promise<Measured> {
  const pool = new DescribePool({ workers });
  const all = async (items: readonly RawRecord[]): Promise<void> => {
    let count = 0;
    await pipeline(Readable.from(items), describe({ pool }), async (source: AsyncIterable<Item>) => {
      for await (const item of source) count += item.kind === 'molecule' ? 1 : 0;
    });
    if (count === 0) throw new Error('no molecule came out');
  };
  try {
    await all(records.slice(0, WARM_UP * workers));
    const busy = pool.busyMs;
    const cpu = mainThreadMs();
    const started = performance.now();
    await all(records);
    const elapsed = performance.now() - started;
    const recordsPerSecond = (1000 * records.length) / elapsed;
    return {
      workers,
      recordsPerSecond,
      efficiency: recordsPerSecond / (workers * single),
      mainThread: (mainThreadMs() - cpu) / elapsed,
      busy: (pool.busyMs - busy) / (workers * elapsed),
    };
  } finally {
    await pool.destroy();
  }
}

/** Processor time of this thread in milliseconds, on Linux; elsewhere the time for which its event loop was not idle. */
function mainThreadMs(): number {
  if (process.platform !== 'linux') return performance.eventLoopUtilization().active;
  const fields = readFileSync('/proc/thread-self/stat', 'latin1').split(') ')[1]!.split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
