/**
 * `npm run parity -- FILE... [--json]`: compares what is worked out here with what RDKit itself says of every structure
 * of files that the import reads (SDF, mol, SMILES, CSV, TSV, also gzip'd): descriptors and fingerprint from the pickle, and
 * SMILES and InChI, or the reason of a rejection, from whole coordinates. Lists each difference, and exits 1 if there is
 * one, 2 if no file could be read.
 * Run it after an upgrade of @rdkit/rdkit.
 */
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { MOST_ATOMS_FOR_RDKIT, MOST_RINGS_FOR_RDKIT } from '../../lib/chemistry/descriptors/kernel.js';
import { compileRdkit } from '../../lib/chemistry/rdkit.js';
import { messageOf } from '../../lib/errors.js';
import { type Structure, structures } from './parity/structures.js';
import type { Tally } from './parity/worker.js';

const BLOCK = 100;
const LISTED = 100;

const args = process.argv.slice(2);
const json = args.includes('--json');
const paths = args.filter((arg) => arg !== '--json');
if (paths.length === 0) {
  console.error('npm run parity -- FILE... [--json]; SDF, mol, SMILES, CSV or TSV, also .gz');
  process.exit(2);
}

const total: Tally = { compared: 0, fallback: 0, capped: 0, unreadable: 0, broken: 0, differences: [] };
const unread: { file: string; message: string }[] = [];
let listed = 0;
const started = performance.now();
const wasm = await compileRdkit();
const workers = Array.from({ length: availableParallelism() }, startWorker);

for (const path of paths) {
  const before = total.compared;
  try {
    let block: Structure[] = [];
    for await (const structure of structures(path)) {
      block.push(structure);
      if (block.length === BLOCK) {
        await hand(block, path);
        block = [];
      }
    }
    await hand(block, path);
  } catch (error) {
    unread.push({ file: path, message: messageOf(error) });
  }
  await Promise.all(workers.map((worker) => worker.idle));
  if (!json && paths.length < 50) console.log(`${basename(path)}: ${total.compared - before} compared`);
}
await Promise.all(workers.map((worker) => worker.thread.terminate()));

const { compared, fallback, capped, unreadable, broken } = total;
const differences = total.differences.length;
const seconds = Math.round((performance.now() - started) / 100) / 10;
if (json) console.log(JSON.stringify({ compared, differences, fallback, capped, unreadable, broken, unread, seconds }));
else {
  for (const { file, message } of unread) console.log(`not read: ${file}: ${message}`);
  console.log(
    `${compared} molecules compared, ${differences} values differ; ${fallback} left to RDKit, ` +
      `${capped} of more than ${MOST_RINGS_FOR_RDKIT} rings or ${MOST_ATOMS_FOR_RDKIT} atoms not compared, ` +
      `${unreadable} not read by RDKit, ${broken} broke it; ${seconds} s`,
  );
}
process.exitCode = differences > 0 ? 1 : unread.length === paths.length ? 2 : 0;

interface Comparer {
  thread: Worker;
  idle: Promise<void>;
}

function startWorker(): Comparer {
  const thread = new Worker(new URL('./parity/worker.js', import.meta.url), { workerData: wasm });
  return { thread, idle: new Promise((resolve) => thread.once('message', () => resolve())) };
}

/** Gives a block to the first worker that is free. */
async function hand(block: Structure[], path: string): Promise<void> {
  if (block.length === 0) return;
  const worker = await Promise.race(workers.map((one) => one.idle.then(() => one)));
  worker.idle = new Promise((resolve, reject) => {
    worker.thread.once('error', reject);
    worker.thread.once('message', (tally: Tally) => {
      worker.thread.off('error', reject);
      add(tally, path);
      resolve();
    });
    worker.thread.postMessage(block);
  });
}

function add(tally: Tally, path: string): void {
  for (const key of ['compared', 'fallback', 'capped', 'unreadable', 'broken'] as const) total[key] += tally[key];
  for (const difference of tally.differences) {
    total.differences.push(difference);
    if (!json && listed++ < LISTED) console.log({ file: path, ...difference });
  }
}
