/**
 * Child process of the fuzzer: works through cases, and says which one it begins before it begins it, so that whoever
 * started it knows which one it was when this process hangs, dies or grows.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../../lib/batching/random.js';
import { DescribePool } from '../../../lib/chemistry/pool.js';
import { type Baseline, baselineOf, checkCase, makeCase } from './case.js';
import { loadSeeds, type Seed } from './corpus.js';
import { checkImport } from './importing.js';

export interface Task {
  readonly files: readonly string[];
  readonly seed: number;
  /** The first case. */
  readonly from: number;
  /** One case of so many goes through an import as well. */
  readonly importEvery: number;
}

export type Message =
  | { readonly kind: 'ready'; readonly seeds: number }
  | { readonly kind: 'begun'; readonly index: number }
  | {
      readonly kind: 'done';
      readonly index: number;
      readonly imported: boolean;
      readonly wrong: readonly string[];
      /** What to look at, where something is wrong. */
      readonly finding: { readonly file: string; readonly how: string; readonly base64: string } | null;
      readonly rssBytes: number;
    };

const KEPT_BASELINES = 200;

async function work({ files, seed, from, importEvery }: Task): Promise<void> {
  const seeds = await loadSeeds(files);
  say({ kind: 'ready', seeds: seeds.length });
  const folder = await mkdtemp(join(tmpdir(), 'molstream-fuzz-'));
  const pool = new DescribePool({ workers: 1, recordTimeoutMs: 20_000 });
  const baselines = new Map<Seed, Baseline>();
  let isStopped = false;
  process.once('message', () => {
    isStopped = true;
  });
  try {
    for (let index = from; !isStopped; index += 1) {
      say({ kind: 'begun', index });
      const random = seededRandom(seed * 1_000_003 + index);
      const dice = (below: number): number => Math.floor(random() * below);
      const one = makeCase(seeds, dice);
      const baseline = baselines.get(one.seed) ?? (await baselineOf(one.seed, pool));
      baselines.set(one.seed, baseline);
      if (baselines.size > KEPT_BASELINES) baselines.delete(baselines.keys().next().value!);
      const imported = index % importEvery === 0;
      const wrong = await checkCase(one, baseline, pool, dice).catch((error: Error) => [error.stack ?? error.message]);
      if (imported) wrong.push(...(await checkImport(one, folder, dice)));
      const finding =
        wrong.length > 0 ? { file: one.seed.input.uri, how: one.how, base64: one.bytes.toString('base64') } : null;
      say({ kind: 'done', index, imported, wrong, finding, rssBytes: process.memoryUsage.rss() });
    }
  } finally {
    await pool.destroy();
    await rm(folder, { recursive: true, force: true });
  }
  process.disconnect?.();
}

function say(message: Message): void {
  process.send?.(message);
}

process.once('message', (task: Task) => {
  void work(task);
});
