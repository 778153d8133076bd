import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import { type Check, checkValue } from '../lib/checks.js';
import type { DescribePool } from '../lib/chemistry/pool.js';
import { asMolstreamError, MolstreamError, StoppedError } from '../lib/errors.js';
import { collectGarbage } from '../lib/monitor/garbage.js';
import type { RejectLimit, ResolvedOptions } from '../lib/options.js';
import type { CommitReport, Ledger } from '../lib/store/ledger-contract.js';
import type { Chunk, Counters, Input, Item, SplitItem } from '../lib/types.js';
import { knexSink } from '../sinks/knex.js';
import { batch } from '../transforms/batch.js';
import { describe } from '../transforms/describe.js';
import { matchKnown } from '../transforms/match-known.js';
import { LargeRecords } from './large-records.js';
import type { Pace } from './pace.js';
import { InputReader } from './read-inputs.js';
import type { RejectsFile } from './rejects-file.js';
import { ExecutionStatistics, type ImportProgress, type ImportSummary, stoppedAtOnce } from './summary.js';

/** A stream from items to items: a core Duplex, or an async generator function. */
export type ItemStage = Duplex | ((items: AsyncIterable<Item>) => AsyncIterable<Item>);

export interface ImportHooks {
  /** Stops the import in an orderly way: what was read is committed, the run is `interrupted` and resumes. */
  readonly signal?: AbortSignal;
  /** What `-` stands for among the inputs: a stream of bytes, or of text, which is taken as UTF-8. */
  readonly stdin?: Readable;
  /** Workers to describe with, which stay the caller's. Default: `workers` of their own, ended with the import. */
  readonly pool?: DescribePool;
  /** Stages of one's own between `describe` and `batch`. Records that they leave out are counted as skipped. */
  stages?(): readonly ItemStage[];
  /** Called once, when the run has begun. `summary` gives that of a process that ends at once: what is committed. */
  onBegin?(summary: () => ImportSummary): void;
  /** Called after each commit, and awaited before the next. What it throws, or rejects with, ends the import. */
  onProgress?(progress: ImportProgress): unknown;
  /** Gets what happens, as structured lines. Default: nothing is logged. */
  readonly logger?: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
}

/** One execution of a run, from open inputs and a claimed ledger to the summary. */
export class Execution {
  readonly #options: ResolvedOptions;
  readonly #inputs: readonly Input[];
  readonly #ledger: Ledger;
  readonly #rejects: RejectsFile | null;
  readonly #hooks: ImportHooks;
  readonly #reader: InputReader;
  readonly #pace: Pace;
  readonly #large = new LargeRecords();
  readonly #statistics: ExecutionStatistics;

  constructor(
    options: ResolvedOptions,
    inputs: readonly Input[],
    ledger: Ledger,
    rejects: RejectsFile | null,
    pace: Pace,
    hooks: ImportHooks,
  ) {
    this.#options = options;
    this.#inputs = inputs;
    this.#ledger = ledger;
    this.#rejects = rejects;
    this.#hooks = hooks;
    this.#pace = pace;
    this.#reader = new InputReader({
      inputs,
      startOf: (input) => {
        const { nextOffset, nextOrdinal, prefixHash, completed } = ledger.checkpoint(input);
        return { offset: nextOffset, ordinal: nextOrdinal, prefixHash, completed };
      },
      maxRecordBytes: options.maxRecordBytes,
      limit: options.limit,
      ready: this.#pace.ready,
      // A stage of one's own may leave records out, or keep them: then no commit says that they are gone.
      ...(hooks.stages === undefined && { admit: (item: SplitItem) => this.#large.admit(item) }),
    });
    this.#statistics = new ExecutionStatistics(inputs, ledger, options.dryRun);
  }

  /** The counters of the run so far. */
  readonly counters = (): Readonly<Counters> => this.#ledger.counters().counters;

  /** For who does not wait for the end of the run. */
  readonly summaryNow = (): ImportSummary => this.#statistics.summary('interrupted', this.#reader, stoppedAtOnce());

  /** `fault` is what ended the run before its inputs did. */
  async run(): Promise<{ summary: ImportSummary; fault: MolstreamError | null }> {
    const { runId: run, resumed } = this.#ledger;
    this.#hooks.logger?.info({ run, resumed }, resumed ? 'run resumed' : 'run begun');
    const stopped = await this.#stream();
    // Before the run ends: one whose file of rejections is not whole goes on, and writes it anew.
    const unwritten = await (this.#rejects?.close() ?? Promise.resolve()).then(() => null, asMolstreamError);
    if (this.#rejects !== null && this.#rejects.skipped > 0) {
      const rejections = this.#rejects.skipped;
      const message = 'not written to the file of rejections: they cannot stand in an SDF; name it .ndjson to have all';
      this.#hooks.logger?.warn({ rejections }, message);
    }
    const failure = both(stopped ?? this.#leftOut(), unwritten);
    const status = failure === null && !this.#reader.stopped ? 'completed' : outcomeOf(failure);
    const measured = this.#pace.statistics(this.#statistics.cost(this.#reader));
    const unfinished = await this.#ledger.finish(status, measured).then(() => null, asMolstreamError);
    const fault = both(failure, unfinished);
    const summary = this.#statistics.summary(status, this.#reader, fault);
    this.#hooks.logger?.info({ run, status, read: summary.read, rejected: summary.rejected }, 'run ended');
    return { summary, fault };
  }

  /** Resolves to what ended the stream before its inputs did. */
  async #stream(): Promise<MolstreamError | null> {
    const { signal, pool } = this.#hooks;
    const { sizer, blockSizer } = this.#pace;
    const stop = (): void => this.#reader.stop();
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    try {
      // A run that was stopped for its rejections does not go on under the same limit.
      this.#limitRejects();
      const sink = knexSink({
        ledger: this.#ledger,
        sizer,
        prefixHash: this.#reader.hashAt,
        onCommit: (report, chunk) => this.#committed(report, chunk),
      });
      sink.once('close', () => this.#large.end());
      const stages = [
        this.#reader.items(),
        matchKnown({ lookup: this.#ledger.lookup }),
        describe({ ...this.#options, sizer: blockSizer, ...(pool === undefined ? {} : { pool }) }),
        ...ownStages(this.#hooks),
        batch<Item>({
          sizer: this.#large.hasten(sizer),
          sizeOf: this.#pace.sizeOf,
          maxAgeMs: this.#options.maxBatchAgeMs,
        }),
        sink,
      ];
      // Typed for streams alone, though it takes generator functions as well.
      await pipeline(stages as Duplex[]);
    } catch (error) {
      // Where a stage of one's own reads no further the sink ends, and what is before the stage is aborted.
      const isEarlyEnd = this.#hooks.stages !== undefined && (error as { code?: unknown }).code === 'ABORT_ERR';
      const failure = isEarlyEnd ? this.#leftOut(error) : asMolstreamError(error);
      if (failure !== null) return failure;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
    if (this.#reader.failure !== null) return this.#reader.failure;
    return signal?.aborted ? new StoppedError('INTERRUPTED', 'stopped; the same command goes on from here') : null;
  }

  /** A stage of one's own may keep back the ends of inputs: then nobody knows what else it did. */
  #leftOut(cause?: unknown): MolstreamError | null {
    if (this.#reader.stopped) return null;
    const input = this.#inputs.find((one) => !this.#ledger.checkpoint(one).completed);
    if (input === undefined) return null;
    const message =
      `the end of ${input.uri} was not committed: a stage of one's own has to pass on items of the kind 'end'; ` +
      'with such a stage the same import goes on from here';
    return new MolstreamError('INTERNAL', message, { input: input.uri, cause });
  }

  async #committed(report: CommitReport, chunk: Chunk): Promise<void> {
    this.#statistics.committed(report, chunk);
    this.#hooks.logger?.debug(
      {
        rows: chunk.items.length,
        ms: Math.round(report.ms),
        attempts: report.attempts,
        rssBytes: this.#pace.monitor.read().rssBytes,
        sizer: this.#pace.sizer.state,
      },
      'chunk committed',
    );
    if (report.attempts > 1) this.#hooks.logger?.warn({ attempts: report.attempts }, 'the database refused or failed');
    this.#rejects?.write(report.rejectedRows);
    for (const input of new Set(chunk.items.map((item) => item.input))) {
      const { nextOffset, completed } = this.#ledger.checkpoint(input);
      this.#reader.release(input, nextOffset, completed);
      if (this.#large.release(input, nextOffset)) collectGarbage();
    }
    await this.#hooks.onProgress?.(this.#statistics.progress(this.#reader, this.#pace.sizer));
    this.#limitRejects();
  }

  #limitRejects(): void {
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

const itemStage: Check = (value) => {
  const { readableObjectMode, writableObjectMode } = Object(value) as Duplex;
  const isStage = typeof value === 'function' || (readableObjectMode && writableObjectMode);
  return isStage ? null : 'streams in object mode, or async generator functions';
};

function ownStages(hooks: ImportHooks): readonly ItemStage[] {
  const stages = hooks.stages?.() ?? [];
  checkValue('stages', stages, (value) => (Array.isArray(value) ? null : 'a function that gives a list of stages'));
  for (const stage of stages) checkValue('stages', stage, itemStage);
  return stages;
}

function both(first: MolstreamError | null, second: MolstreamError | null): MolstreamError | null {
  if (first === null || second === null) return first ?? second;
  return first.message === second.message ? first : first.and(second);
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
