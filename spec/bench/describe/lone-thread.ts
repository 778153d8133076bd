import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { packBlock } from '../../../lib/chemistry/blocks.js';
import { describeBlock } from '../../../lib/chemistry/describe-block.js';
import { RdkitDescriber } from '../../../lib/chemistry/describer.js';
import { compileRdkit } from '../../../lib/chemistry/rdkit.js';
import type { RawRecord } from '../../../lib/types.js';
import { ALL } from '../../support/parsed-records.js';

export interface LoneWork {
  readonly records: readonly RawRecord[];
  /** Records that are described before the clock starts. */
  readonly warmUp: number;
}

/** As many as the pool sends a worker at once. */
const BLOCK = 64;

const { records, warmUp } = workerData as LoneWork;
const port = parentPort!;
const describer = await RdkitDescriber.create({ wasm: await compileRdkit(), maxInstanceBytes: 1e9 });

async function describe(some: readonly RawRecord[]): Promise<void> {
  for (let i = 0; i < some.length; i += BLOCK) await describeBlock(describer, packBlock(some.slice(i, i + BLOCK), ALL));
}

await describe(records.slice(0, warmUp));
port.postMessage('ready');
await once(port, 'message');
const started = performance.now();
await describe(records);
port.postMessage(performance.now() - started);
