/**
 * The main job: inputs into a database, from wherever an earlier execution of the same run stopped.
 *
 * Owns: the store, the ledger and the workers. All are closed on every path, before the promise settles.
 */
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { createSizer } from '../lib/batching/sizer.js';
import { toolkitVersion } from '../lib/chemistry/rdkit.js';
import { STANDARDIZER_VERSION } from '../lib/chemistry/standardize/standardize.js';
import { MolstreamError, messageOf, StoppedError } from '../lib/errors.js';
import { type ImportOptions, type RejectLimit, type ResolvedOptions, resolveOptions } from '../lib/options.js';
import { locateInputs } from '../lib/sources/inputs.js';
import { openLedger } from '../lib/store/ledger.js';
import type { CommitReport, Ledger, LedgerOptions } from '../lib/store/ledger-contract.js';
import { openExistingStore, openStore } from '../lib/store/open-store.js';
import { type BatchSizer, type Chunk, describedWith, type Input, type Item } from '../lib/types.js';
import { knexSink } from '../sinks/knex.js';
import { batch } from '../transforms/batch.js';
import { describe } from '../transforms/describe.js';
import { matchKnown } from '../transforms/match-known.js';
import { InputReader } from './read-inputs.js';
import { ExecutionStatistics, type ImportProgress, type ImportSummary } from './summary.js';

/** A stream from items to items: a core Duplex, or an async generator function. */
export type ItemStage = Duplex | ((items: AsyncIterable<Item>) => AsyncIterable<Item>);

export interface ImportHooks {
  /** Stops the import in an orderly way: what was read is committed, the run is `interrupted` and resumes. */
  readonly signal?: AbortSignal;
  /** What `-` stands for among the inputs. */
  readonly stdin?: Readable;
  /** Stages of one's own between `describe` and `batch`. Records that they leave out are counted as skipped. */
  stages?(): readonly ItemStage[];
  onProgress?(progress: ImportProgress): void;
  /** Gets what happens, as structured lines. Default: nothing is logged. */
  readonly logger?: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
}

/** The import began and did not complete. `summary` says how far it came; the same options resume it. */
export class ImportFailed extends MolstreamError {
  readonly summary: ImportSummary;

  constructor(cause: MolstreamError, summary: ImportSummary) {
    super(cause.code, cause.message, { input: cause.input, ordinal: cause.ordinal, offset: cause.offset, cause });
    this.summary = summary;
  }
}

/**
 * Resolves to the summary once all records are accounted for and committed.
 * Rejects with a `MolstreamError` where nothing was begun (wrong options, inputs or database that cannot be opened),
 * and with `ImportFailed` where the run ended before its inputs did.
 */
export async function importMolecules(options: ImportOptions, hooks: ImportHooks = {}): Promise<ImportSummary> {
  const resolved = resolveOptions(options);
  const inputs = await locateInputs(resolved.inputs, resolved, hooks.stdin);
  const { to, schema, tablePrefix, databaseTimeoutMs, dryRun } = resolved;
  const open = dryRun ? openExistingStore : openStore;
  const store = await open(to, { schema, tablePrefix, databaseTimeoutMs });
  try {
    const ledger = await openLedger(store, ledgerOptions(resolved, inputs));
    try {
      return await new Execution(resolved, inputs, ledger, hooks).run();
    } finally {
      await ledger.close();
    }
  } finally {
    await store?.close();
  }
}

function ledgerOptions(options: ResolvedOptions, inputs: readonly Input[]): LedgerOptions {
  // The target is left out: it may hold a password, and is known to whoever reads the run.
  const { inputs: _inputs, to: _to, restart, ...rest } = options;
  return {
    inputs,
    describedWith: describedWith(options),
    onConflict: options.onConflict,
    keepRaw: options.raw === 'all',
    redescribe: options.redescribe,
    restart,
    dryRun: options.dryRun,
    options: rest,
    toolkitVersion: toolkitVersion(),
    standardizer: options.standardize === 'none' ? 'none' : STANDARDIZER_VERSION,
  };
}

/** One execution of a run, from open inputs and a claimed ledger to the summary. */
class Execution {
  readonly #options: ResolvedOptions;
  readonly #ledger: Ledger;
  readonly #hooks: ImportHooks;
  readonly #reader: InputReader;
  readonly #sizer: BatchSizer;
  readonly #statistics: ExecutionStatistics;

  constructor(options: ResolvedOptions, inputs: readonly Input[], ledger: Ledger, hooks: ImportHooks) {
    this.#options = options;
    this.#ledger = ledger;
    this.#hooks = hooks;
    this.#sizer = sizerFor(options);
    this.#reader = new InputReader({
      inputs,
      startOf: (input) => {
        const { nextOffset, nextOrdinal, prefixHash, completed } = ledger.checkpoint(input);
        return { offset: nextOffset, ordinal: nextOrdinal, prefixHash, completed };
      },
      maxRecordBytes: options.maxRecordBytes,
      limit: options.limit,
    });
    this.#statistics = new ExecutionStatistics(inputs, ledger);
  }

  async run(): Promise<ImportSummary> {
    const { runId: run, resumed } = this.#ledger;
    this.#hooks.logger?.info({ run, resumed }, resumed ? 'run resumed' : 'run begun');
    const failure = await this.#stream();
    const status = failure === null && !this.#reader.stopped ? 'completed' : outcomeOf(failure);
    const unfinished = await this.#ledger.finish(status).then(() => null, asMolstreamError);
    const summary = this.#statistics.summary(status, this.#reader, failure ?? unfinished);
    const fault = failure ?? unfinished;
    this.#hooks.logger?.info({ run, status, read: summary.read, rejected: summary.rejected }, 'run ended');
    if (fault !== null) throw new ImportFailed(fault, summary);
    return summary;
  }

  /** Resolves to what ended the stream before its inputs did. */
  async #stream(): Promise<MolstreamError | null> {
    const { signal } = this.#hooks;
    const stop = (): void => this.#reader.stop();
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    try {
      const stages = [
        Readable.from(this.#reader.items()),
        matchKnown({ lookup: this.#ledger.lookup }),
        describe(this.#options),
        ...(this.#hooks.stages?.() ?? []),
        batch({ sizer: this.#sizer, maxAgeMs: this.#options.maxBatchAgeMs }),
        knexSink({
          ledger: this.#ledger,
          sizer: this.#sizer,
          prefixHash: this.#reader.hashAt,
          onCommit: (report, chunk) => this.#committed(report, chunk),
        }),
      ];
      // Typed for streams alone, though it takes generator functions as well.
      await pipeline(stages as Duplex[]);
    } catch (error) {
      return asMolstreamError(error);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
    if (this.#reader.failure !== null) return this.#reader.failure;
    return signal?.aborted ? new StoppedError('INTERRUPTED', 'stopped; the same command goes on from here') : null;
  }

  #committed(report: CommitReport, chunk: Chunk): void {
    this.#statistics.committed(report, chunk);
    this.#hooks.logger?.debug(
      { rows: chunk.items.length, ms: Math.round(report.ms), attempts: report.attempts, sizer: this.#sizer.state },
      'chunk committed',
    );
    if (report.attempts > 1) this.#hooks.logger?.warn({ attempts: report.attempts }, 'the database refused or failed');
    for (const input of new Set(chunk.items.map((item) => item.input))) {
      this.#reader.release(input, this.#ledger.checkpoint(input).nextOffset);
    }
    this.#hooks.onProgress?.(this.#statistics.progress(this.#reader, this.#sizer.next().rows));
    const { read, rejected } = this.#ledger.counters().counters;
    if (this.#options.maxRejects !== null && exceeds(this.#options.maxRejects, read, rejected)) {
      throw new StoppedError(
        'TOO_MANY_REJECTS',
        `${rejected} of ${read} records were rejected, more than --max-rejects allows; ` +
          'the same command with a higher limit goes on from here',
      );
    }
  }
}

/** A percentage counts once this many records were read. */
const SHARE_COUNTS_FROM = 1_000;

function exceeds(limit: RejectLimit, read: number, rejected: number): boolean {
  if ('count' in limit) return rejected > limit.count;
  return read >= SHARE_COUNTS_FROM && rejected > limit.share * read;
}

function outcomeOf(failure: MolstreamError | null): 'failed' | 'interrupted' {
  return failure === null || failure.code === 'INTERRUPTED' ? 'interrupted' : 'failed';
}

function sizerFor(options: ResolvedOptions): BatchSizer {
  const { batchSize, maxBatchRows, maxBatchBytes, commitTargetMs } = options;
  return batchSize > 0
    ? createSizer('fixed', { initialRows: batchSize, maxRows: batchSize, maxBytes: maxBatchBytes })
    : createSizer('chemical', { maxRows: maxBatchRows, maxBytes: maxBatchBytes, commitTargetMs });
}

function asMolstreamError(error: unknown): MolstreamError {
  return error instanceof MolstreamError ? error : new MolstreamError('INTERNAL', messageOf(error), { cause: error });
}
