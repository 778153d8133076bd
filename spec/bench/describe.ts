/**
 * `npm run bench -- describe [FILE] [--records N] [--rounds N] [--json]`: describing records through the pool of workers,
 * beside one thread that does nothing else, and beside as many of such threads at the same time: what cores lose to each
 * other no pool can give back. Everything is described (SMILES, InChI and key, formula, 43 descriptors, fingerprint);
 * reading and splitting the file is done beforehand, and is not in the times. Rounds alternate; medians are given.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DescribePool } from '../../lib/chemistry/pool.js';
import { toolkitVersion } from '../../lib/chemistry/rdkit.js';
import { locateInputs } from '../../lib/sources/inputs.js';
import { openInput } from '../../lib/sources/open-input.js';
import type { Item, RawRecord, SplitItem } from '../../lib/types.js';
import { describe } from '../../transforms/describe.js';
import { splitRecords } from '../../transforms/split-records.js';
import { sharedDataFolder } from '../support/shared-data.js';
import { loneThreads } from './describe/lone-threads.js';
import { medianOf } from './median.js';

/** What V8 compiles again, better, while the first records are described is paid before the clock starts: on other cores. */
const WARM_UP = 2_000;

interface Measured {
  readonly workers: number;
  readonly recordsPerSecond: number;
  /** Of the single thread's rate, for each worker. */
  readonly efficiency: number;
  /** Rate of as many threads side by side that do nothing else, as a share of so many times the single one's. */
  readonly machine: number;
  /** Share of one core that the main thread used. */
  readonly mainThread: number;
  /** Microseconds of the main thread for each record. */
  readonly mainThreadUs: number;
  /** Share of the time for which a worker was at work. */
  readonly busy: number;
}

export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      // With fewer, a good part of the time is that for which one worker waits for the last blocks of the other.
      records: { type: 'string', default: '8000' },
      rounds: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
    },
  });
  const file = positionals[0] ?? defaultFile();
  const records = await readRecords(file, Number(values.records));
  const cores = availableParallelism();
  const sizes = [...new Set([Math.max(1, cores - 1), cores])];

  const singles: number[] = [];
  const rounds: Measured[][] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    const single = await loneThreads(1, records, WARM_UP);
    const measured: Measured[] = [];
    for (const workers of sizes) {
      const together = workers === 1 ? single : await loneThreads(workers, records, WARM_UP);
      const pool = await throughPool(records, workers);
      measured.push({
        ...pool,
        efficiency: pool.recordsPerSecond / (workers * single),
        machine: together / (workers * single),
      });
    }
    singles.push(single);
    rounds.push(measured);
  }
  const single = medianOf(singles);
  const pools = sizes.map((workers, i) =>
    medians(
      workers,
      rounds.map((round) => round[i]!),
    ),
  );
  const versions = { rdkit: toolkitVersion(), node: process.version, cpu: cpus()[0]?.model, cores };
  if (values.json) {
    console.log(JSON.stringify({ file, records: records.length, ...versions, single, pools }));
    return;
  }
  console.log(`${records.length} records of ${file}`);
  console.log(`${versions.rdkit}, Node.js ${versions.node}, ${cores} cores of ${versions.cpu}`);
  console.log(`one thread, nothing else   ${single.toFixed(0)} records/s, ${(1e6 / single).toFixed(0)} us a record`);
  for (const pool of pools) {
    console.log(
      `${pool.workers} worker(s) through describe()   ${pool.recordsPerSecond.toFixed(0)} records/s, ` +
        `${pool.efficiency.toFixed(2)} of ${pool.workers} times one thread (threads alone: ${pool.machine.toFixed(2)}); workers busy ${percent(pool.busy)}; ` +
        `main thread ${percent(pool.mainThread)} of a core, ${pool.mainThreadUs.toFixed(0)} us a record`,
    );
  }
}

function medians(workers: number, measured: readonly Measured[]): Measured {
  return {
    workers,
    recordsPerSecond: medianOf(measured.map((one) => one.recordsPerSecond)),
    efficiency: medianOf(measured.map((one) => one.efficiency)),
    machine: medianOf(measured.map((one) => one.machine)),
    mainThread: medianOf(measured.map((one) => one.mainThread)),
    mainThreadUs: medianOf(measured.map((one) => one.mainThreadUs)),
    busy: medianOf(measured.map((one) => one.busy)),
  };
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

async function throughPool(
  records: readonly RawRecord[],
  workers: number,
): Promise<Omit<Measured, 'efficiency' | 'machine'>> {
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
    const mainMs = mainThreadMs() - cpu;
    return {
      workers,
      recordsPerSecond,
      mainThread: mainMs / elapsed,
      mainThreadUs: (1000 * mainMs) / records.length,
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
