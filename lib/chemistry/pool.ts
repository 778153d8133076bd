/**
 * Worker threads that describe blocks of records. Owns the threads: they start with the first block, all at once, and
 * end with `destroy`, which whoever made the pool calls.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { MolstreamError, messageOf } from '../errors.js';
import type { DescribeOptions, Molecule, RawRecord, Rejection } from '../types.js';
import { type Block, CURRENT, packBlock, rejectionOf, unpackResult } from './blocks.js';
import type { DescriberSettings } from './describer.js';
import type { Failure } from './failures.js';
import { compileRdkit } from './rdkit.js';
import type { Answer } from './serve-blocks.js';
import { Watchdog } from './watchdog.js';

export interface DescribePoolOptions {
  /** Worker threads, 1 or more. Default: the cores that the process may use. */
  readonly workers?: number;
  /** Milliseconds that one record may take, 1 or more. Default 30,000. */
  readonly recordTimeoutMs?: number;
  /** Bytes of memory above which a worker's instance of RDKit is replaced, 0 or more. Default 128,000,000. */
  readonly maxInstanceBytes?: number;
  /** Module whose default export is what `serveBlocks` gives. Default: the one that asks RDKit. */
  readonly workerFile?: URL;
}

/** Blocks that a worker has: one that it works on, and one to go on with while the main thread is busy. */
const BLOCKS_A_WORKER = 2;
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

  constructor(options: DescribePoolOptions = {}) {
    this.workers = options.workers ?? availableParallelism();
    this.#maxInstanceBytes = options.maxInstanceBytes ?? 128_000_000;
    this.#workerFile = options.workerFile ?? new URL('./worker.js', import.meta.url);
    this.#watchdog = new Watchdog(options.recordTimeoutMs ?? 30_000, (threadId) => this.#end(threadId));
  }

  /** Blocks that keep all workers busy. */
  get capacity(): number {
    return this.workers * BLOCKS_A_WORKER;
  }

  /**
   * One item for each record, in order. A record that hangs or ends its worker is rejected; the others of its block are
   * described by another. Rejects when the workers cannot work at all, and with the signal's reason when it is aborted.
   */
  async describe(
    records: readonly RawRecord[],
    options: DescribeOptions,
    signal?: AbortSignal,
  ): Promise<(Molecule | Rejection)[]> {
    signal?.throwIfAborted();
    if (records.length === 0) return [];
    const piscina = await this.#start();
    const block = packBlock(records, options);
    const watched = this.#watchdog.watch(block.progress);
    let answer: Answer;
    try {
      answer = await orAborted(piscina.run(block, { transferList: [block.bytes.buffer, block.ends.buffer] }), signal);
    } catch (error) {
      if (this.#destroyed || signal?.aborted) throw error;
      const culprit = Atomics.load(block.progress, CURRENT) - 1;
      const failure: Failure = watched.timedOut
        ? { code: 'RECORD_TIMEOUT', message: `describing it took longer than ${this.#watchdog.timeoutMs} ms` }
        : { code: 'WORKER_CRASHED', message: `describing it ended the worker: ${messageOf(error)}` };
      return this.#describeOthers(records, options, culprit, failure, signal);
    } finally {
      this.#watchdog.release(watched);
    }
    if ('error' in answer) throw new MolstreamError('INTERNAL', `describing failed: ${answer.error}`);
    this.#deaths = 0;
    return unpackResult(records, answer);
  }

  /** Ends all threads, also those at work; whoever waits for their answers gets an error. */
  async destroy(): Promise<void> {
    this.#destroyed = true;
    const piscina = await this.#threads;
    await piscina?.destroy();
  }

  async #describeOthers(
    records: readonly RawRecord[],
    options: DescribeOptions,
    culprit: number,
    failure: Failure,
    signal: AbortSignal | undefined,
  ): Promise<(Molecule | Rejection)[]> {
    const record = records[culprit];
    if (record === undefined) {
      this.#deaths += 1;
      if (this.#deaths > MOST_DEATHS * this.workers) {
        throw new MolstreamError('INTERNAL', `the workers end before they begin: ${failure.message}`);
      }
      return this.describe(records, options, signal);
    }
    this.#deaths = 0;
    const [before, after] = await Promise.all([
      this.describe(records.slice(0, culprit), options, signal),
      this.describe(records.slice(culprit + 1), options, signal),
    ]);
    return [...before, rejectionOf(record, 'describe', failure), ...after];
  }

  #start(): Promise<Piscina<Block, Answer>> {
    if (this.#destroyed) throw new MolstreamError('INTERNAL', 'the pool of workers was destroyed');
    this.#threads ??= compileRdkit().then((wasm) => {
      const piscina = new Piscina<Block, Answer>({
        filename: fileURLToPath(this.#workerFile),
        minThreads: this.workers,
        maxThreads: this.workers,
        concurrentTasksPerWorker: BLOCKS_A_WORKER,
        // RDKit is loaded asynchronously, which a worker that waits for tasks synchronously cannot do.
        atomics: 'disabled',
        workerData: { wasm, maxInstanceBytes: this.#maxInstanceBytes } satisfies DescriberSettings,
      });
      return piscina;
    });
    return this.#threads;
  }

  #end(threadId: number): void {
    this.#threads?.then((piscina) => piscina.threads.find((thread) => thread.threadId === threadId)?.terminate());
  }
}

/** What `task` gives, unless `signal` is aborted first: the task then goes on, but nobody waits for it. */
function orAborted<T>(task: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return task;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    task.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
