/**
 * Worker threads that describe blocks of records. Owns the threads: they start with the first block, all at once, and
 * end with `destroy`, which whoever made the pool calls.
 */
import type { Piscina } from 'piscina';
import { type Check, checkOptions, MOST_MS, url, whole } from '../checks.js';
import { type Counts, count } from '../counts.js';
import { MolstreamError, messageOf } from '../errors.js';
import { workersAllowed } from '../monitor/system.js';
import { DEFAULTS, MOST_WORKERS } from '../options.js';
import { openThreads } from '../threads.js';
import type { BatchSizer, DescribeOptions, Molecule, RawRecord, Rejection } from '../types.js';
import { type Block, CURRENT, packBlock, RECORD_BYTES, rejectionOf, THREAD, unpackResult } from './blocks.js';
import type { DescriberSettings } from './describer.js';
import type { Failure } from './failures.js';
import { orAborted } from './or-aborted.js';
import { compileRdkit } from './rdkit.js';
import type { Answer } from './serve-blocks.js';
import { Watchdog, type Watched } from './watchdog.js';

export interface DescribePoolOptions {
  /** Worker threads, 1 to 256. Default: one for each core that the process may use, fewer where memory is short. */
  readonly workers?: number;
  /** Milliseconds that describing one record may take, 1 or more. Default 30,000. */
  readonly recordTimeoutMs?: number;
  /** Bytes of memory above which a worker's instance of RDKit is replaced, 0 or more. Default 64,000,000. */
  readonly maxInstanceBytes?: number;
  /** Module whose default export is what `serveBlocks` gives. Default: the one that asks RDKit. */
  readonly workerFile?: URL;
}

/** Blocks that a worker has: one that it works on, and one to go on with while the main thread is busy. */
const BLOCKS_A_WORKER = 2;
/** Heap of a worker: records and their tags, RDKit not counted. A record that needs more ends its worker, not the run. */
const HEAP_MB = 512;
/** Of it, for what is new: a worker's garbage dies young, and more only costs memory. */
const YOUNG_HEAP_MB = 12;
/** Deaths in a row, for each worker, without a record to blame: then the fault is not the records'. */
const MOST_DEATHS = 3;

export class DescribePool {
  /** Number of threads. */
  readonly workers: number;
  readonly #maxInstanceBytes: number;
  readonly #workerFile: URL;
  readonly #watchdog: Watchdog;
  #threads: Promise<Piscina<Block, Answer>> | null = null;
  #destroyed = false;
  #deaths = 0;
  #busyMs = 0;
  /** Threads that the watchdog ended: none of their other records is to blame. */
  readonly #ended = new Set<number>();
  readonly #broken = new AbortController();

  /** Throws `UsageError` BAD_OPTION. */
  constructor(options: DescribePoolOptions = {}) {
    checkOptions(options, {
      workers: whole(1, MOST_WORKERS),
      recordTimeoutMs: whole(1, MOST_MS),
      maxInstanceBytes: whole(0),
      workerFile: url,
    });
    this.workers = options.workers ?? workersAllowed();
    this.#maxInstanceBytes = options.maxInstanceBytes ?? 64_000_000;
    this.#workerFile = options.workerFile ?? new URL('./worker.js', import.meta.url);
    this.#watchdog = new Watchdog(options.recordTimeoutMs ?? DEFAULTS.recordTimeoutMs, (threadId) =>
      this.#end(threadId),
    );
  }

  /** Milliseconds that the workers have spent on blocks, all together. */
  get busyMs(): number {
    return this.#busyMs;
  }

  /** Blocks that keep all workers busy. */
  get capacity(): number {
    return this.workers * BLOCKS_A_WORKER;
  }

  /**
   * One item for each record, in order. A record that hangs or ends its worker is rejected; the others of its block are
   * described by another. `sizer` is told what the block cost, and each such record by its code. Rejects when the workers
   * cannot work at all, and with the signal's reason when it is aborted.
   */
  async describe(
    records: readonly RawRecord[],
    options: DescribeOptions,
    { signal, sizer }: { signal?: AbortSignal; sizer?: BatchSizer } = {},
  ): Promise<(Molecule | Rejection)[]> {
    signal?.throwIfAborted();
    if (records.length === 0) return [];
    const piscina = await this.#start();
    if (this.#destroyed) throw destroyed();
    const started = performance.now();
    const block = packBlock(records, options);
    let ms = performance.now() - started;
    const bytes = block.bytes.byteLength + records.length * RECORD_BYTES;
    const watched = this.#watchdog.watch(block.progress);
    const task = piscina.run(block, { transferList: [block.bytes.buffer, block.ends.buffer] });
    // Also when nobody waits for it any more: a record that hangs would keep the worker from all that comes.
    const release = (): void => this.#watchdog.release(watched);
    task.then(release, release);
    let answer: Answer;
    try {
      answer = await orAborted(task, signal, this.#broken.signal);
    } catch (error) {
      if (this.#destroyed || this.#broken.signal.aborted || signal?.aborted) throw error;
      const culprit = this.#culprit(watched);
      const describe = (others: readonly RawRecord[]) =>
        this.describe(others, options, { ...(signal && { signal }), ...(sizer && { sizer }) });
      if (culprit === null) return describe(records);
      const rejected = records[culprit]!;
      const failure: Failure = watched.timedOut
        ? { code: 'RECORD_TIMEOUT', message: `describing it took longer than ${this.#watchdog.timeoutMs} ms` }
        : { code: 'WORKER_CRASHED', message: `describing it ended the worker: ${messageOf(error)}` };
      sizer?.report({
        rows: 1,
        bytes: rejected.raw.byteLength + RECORD_BYTES,
        ms: performance.now() - started,
        closedBy: 'rows',
        error: failure.code,
      });
      const [before, after] = await Promise.all([
        describe(records.slice(0, culprit)),
        describe(records.slice(culprit + 1)),
      ]);
      return [...before, rejectionOf(rejected, 'describe', failure), ...after];
    }
    if ('error' in answer) throw new MolstreamError('INTERNAL', `describing failed: ${answer.error}`);
    this.#deaths = 0;
    this.#busyMs += answer.ms;
    const answered = performance.now();
    const items = unpackResult(records, answer);
    ms += answer.ms + performance.now() - answered;
    sizer?.report({ rows: records.length, bytes, ms, closedBy: 'rows', rejected: rejectedIn(items) });
    return items;
  }

  /** Ends all threads, also those at work; whoever waits for their answers gets an error. */
  async destroy(): Promise<void> {
    this.#destroyed = true;
    const piscina = await this.#threads;
    await piscina?.destroy();
  }

  /** Row of the record that ended its worker; null where the block only shared one with the record that did. */
  #culprit({ progress, current, timedOut }: Watched): number | null {
    // A worker may go on for a moment after its time has run out.
    const row = (timedOut ? current : Atomics.load(progress, CURRENT)) - 1;
    if (row >= 0 && (timedOut || !this.#ended.has(Atomics.load(progress, THREAD)))) {
      this.#deaths = 0;
      return row;
    }
    this.#deaths += 1;
    if (this.#deaths <= MOST_DEATHS * this.workers) return null;
    throw new MolstreamError('INTERNAL', 'workers end before they begin');
  }

  #start(): Promise<Piscina<Block, Answer>> {
    if (this.#destroyed) throw destroyed();
    this.#threads ??= compileRdkit().then((wasm) => {
      const piscina = openThreads<Block, Answer>(this.#workerFile, {
        minThreads: this.workers,
        maxThreads: this.workers,
        concurrentTasksPerWorker: BLOCKS_A_WORKER,
        // RDKit is loaded asynchronously, which a worker that waits for tasks synchronously cannot do.
        atomics: 'disabled',
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
        settings: { wasm, maxInstanceBytes: this.#maxInstanceBytes } satisfies DescriberSettings,
      });
      // A worker failed that had nothing to do: the fault is the program's.
      piscina.on('error', (error: unknown) => {
        this.#broken.abort(new MolstreamError('INTERNAL', `a worker failed: ${messageOf(error)}`, { cause: error }));
      });
      return piscina;
    });
    return this.#threads;
  }

  #end(threadId: number): void {
    this.#ended.add(threadId);
    this.#threads?.then((piscina) => piscina.threads.find((thread) => thread.threadId === threadId)?.terminate());
  }
}

/** For those who are given one. */
export const aPool: Check = (value) => (value instanceof DescribePool ? null : 'a DescribePool');

/** How many were rejected, by code. */
function rejectedIn(items: readonly (Molecule | Rejection)[]): Counts {
  const rejected: Counts = {};
  for (const item of items) if (item.kind === 'rejection') count(rejected, item.code);
  return rejected;
}

function destroyed(): MolstreamError {
  return new MolstreamError('INTERNAL', 'the pool of workers was destroyed');
}
