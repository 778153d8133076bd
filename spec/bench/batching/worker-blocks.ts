/** Blocks of molecules on worker threads, on virtual time: how busy the workers are although a few molecules are slow. */
import { seededRandom } from '../../../lib/batching/random.js';
import type { BatchSizer } from '../../../lib/types.js';

export interface BlockOptions {
  readonly workers: number;
  /** Blocks that wait, run, or are done and not yet read. */
  readonly maxPending: number;
  readonly molecules: number;
  readonly slowShare: number;
  /** How many times slower. */
  readonly slowness: number;
  /** Milliseconds of an ordinary molecule, and of sending a block and its answer. */
  readonly moleculeMs: number;
  readonly sendMs: number;
  readonly seed: number;
}

export interface BlockFigures {
  /** Share of the workers' time, first molecule to last result, in which they computed. */
  readonly busy: number;
  readonly blocks: number;
  readonly largest: number;
}

interface Block {
  readonly rows: number;
  readonly computeMs: number;
  doneAt: number;
}

const MOLECULE_BYTES = 3_000;

/** Workers take closed blocks in order; results leave in order, at once; the writer waits while too many are pending. */
export function simulateBlocks(sizer: BatchSizer, options: BlockOptions): BlockFigures {
  const random = seededRandom(options.seed);
  const freeAt: number[] = Array.from({ length: options.workers }, () => 0);
  const pending: Block[] = [];
  const reports: { at: number; block: Block }[] = [];
  let left = options.molecules;
  let computed = 0;
  let blocks = 0;
  let largest = 0;
  let now = 0;
  while (left > 0) {
    // The next block is closed when there is room for it, and its size is read then.
    if (pending.length >= options.maxPending) now = Math.max(now, pending.shift()!.doneAt);
    reportUntil(reports, now, sizer);
    const rows = Math.min(left, sizer.next().rows);
    left -= rows;
    let computeMs = 0;
    for (let index = 0; index < rows; index += 1) computeMs += moleculeMs(random, options);
    const worker = freeAt.indexOf(Math.min(...freeAt));
    const doneAt = Math.max(now, freeAt[worker]!) + options.sendMs + computeMs;
    freeAt[worker] = doneAt;
    const block = { rows, computeMs, doneAt };
    pending.push(block);
    reports.push({ at: doneAt, block });
    computed += computeMs;
    blocks += 1;
    largest = Math.max(largest, rows);
  }
  const end = Math.max(...freeAt);
  return { busy: computed / (options.workers * end), blocks, largest };

  function reportUntil(waiting: typeof reports, moment: number, to: BatchSizer): void {
    waiting.sort((one, other) => one.at - other.at);
    while (waiting.length > 0 && waiting[0]!.at <= moment) {
      const { block } = waiting.shift()!;
      const bytes = block.rows * MOLECULE_BYTES;
      to.report({ rows: block.rows, bytes, ms: block.computeMs + options.sendMs, closedBy: 'rows' });
    }
  }
}

function moleculeMs(random: () => number, { moleculeMs: usual, slowShare, slowness }: BlockOptions): number {
  const spread = usual * (0.5 + random());
  return random() < slowShare ? spread * slowness : spread;
}
