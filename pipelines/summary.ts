/** What an import did, as `importMolecules` gives it and `--json` prints it: the names are the JSON's own. */
import { type MolstreamError, type RunCode, StoppedError } from '../lib/errors.js';
import { recordsIn } from '../lib/records-in.js';
import type { FinalStatus } from '../lib/store/finish-run.js';
import type { CommitReport, Ledger } from '../lib/store/ledger-contract.js';
import { emptyTally } from '../lib/store/tally.js';
import type { BatchSizer, Chunk, Counters, Input } from '../lib/types.js';

export interface SummaryError {
  code: RunCode;
  message: string;
  input?: string;
  ordinal?: number;
  /** Byte of the uncompressed input. */
  offset?: number;
}

/** Counters are the whole run's; times, rate, chunks and memory are of this execution. */
export interface ImportSummary extends CountersJson {
  run_id: number | null;
  status: FinalStatus;
  /** Uncompressed bytes that are accounted for. */
  bytes: number;
  /** From the first input byte to the last commit. */
  elapsed_ms: number;
  records_per_second: number;
  peak_rss_bytes: number;
  /** Records of the committed chunks that held any. */
  chunks: { count: number; smallest: number; largest: number; last: number };
  /** Rejections by code. */
  rejections: Record<string, number>;
  /** Warnings by code. */
  warnings: Record<string, number>;
  inputs: { uri: string; read: number; rejected: number }[];
  dry_run?: true;
  error?: SummaryError;
}

export type CountersJson = Omit<Counters, 'moleculesNew'> & { molecules_new: number };

/** What is known after each commit. */
export interface ImportProgress {
  /** Records accounted for by the whole run. */
  readonly read: number;
  readonly rejected: number;
  /** Of this execution. */
  readonly recordsPerSecond: number;
  /** Share of the inputs' bytes on disk that is read, 0 to 1; null where their number is not known. */
  readonly share: number | null;
  readonly remainingMs: number | null;
  /** Rows that the next chunk may have. */
  readonly chunkRows: number;
  /** What keeps chunks from the size that gives the best rate, such as `latency`, `memory` or `errors`; null: nothing. */
  readonly chunkBound: string | null;
}

/** What an execution took. */
export interface ExecutionCost {
  readonly records: number;
  /** From the first input byte to the last commit. */
  readonly elapsedMs: number;
  readonly recordsPerSecond: number;
  readonly peakRssBytes: number;
}

/** How far the reading of this execution has come. */
export interface ReadSoFar {
  /** `performance.now()` at the first byte; 0 before. */
  readonly firstByteAt: number;
  /** Share of the inputs' bytes on disk that is read, 0 to 1; null where their number is not known. */
  readonly share: number | null;
}

/** Bounds of a sizer that is free to choose. */
const AT_EASE: ReadonlySet<string> = new Set(['start', 'knee']);

/** Gathers what the commits of one execution cost, and puts it beside the counters of the run. */
export class ExecutionStatistics {
  readonly #inputs: readonly Input[];
  readonly #ledger: Ledger;
  readonly #dryRun: boolean;
  readonly #chunks = { count: 0, smallest: 0, largest: 0, last: 0 };
  #records = 0;
  #lastCommitAt = 0;
  #first: { readonly share: number; readonly at: number } | null = null;

  constructor(inputs: readonly Input[], ledger: Ledger, dryRun: boolean) {
    this.#dryRun = dryRun;
    this.#inputs = inputs;
    this.#ledger = ledger;
  }

  committed(report: CommitReport, chunk: Chunk): void {
    const rows = recordsIn(chunk);
    if (rows > 0) {
      this.#chunks.smallest = this.#chunks.count === 0 ? rows : Math.min(this.#chunks.smallest, rows);
      this.#chunks.largest = Math.max(this.#chunks.largest, rows);
      this.#chunks.last = rows;
      this.#chunks.count += 1;
    }
    this.#records += report.counters.read;
    this.#lastCommitAt = performance.now();
  }

  /** Rate and share of what is committed. `readSoFar` is of this execution. */
  progress(readSoFar: ReadSoFar, sizer: BatchSizer): ImportProgress {
    const { read, rejected } = this.#ledger.counters().counters;
    const { share } = readSoFar;
    const { bound } = sizer.state;
    return {
      read,
      rejected,
      recordsPerSecond: this.cost(readSoFar).recordsPerSecond,
      share,
      remainingMs: this.#remainingMs(share),
      chunkRows: sizer.next().rows,
      chunkBound: typeof bound === 'string' && !AT_EASE.has(bound) ? bound : null,
    };
  }

  cost(readSoFar: ReadSoFar): ExecutionCost {
    const elapsedMs = this.#elapsedMs(readSoFar);
    return {
      records: this.#records,
      elapsedMs,
      recordsPerSecond: perSecond(this.#records, elapsedMs),
      peakRssBytes: peakRss(),
    };
  }

  summary(status: FinalStatus, readSoFar: ReadSoFar, error: MolstreamError | null): ImportSummary {
    const { counters, rejections, warnings } = this.#ledger.counters();
    const { elapsedMs, recordsPerSecond, peakRssBytes } = this.cost(readSoFar);
    return {
      ...(this.#dryRun ? { run_id: null, dry_run: true as const } : { run_id: this.#ledger.runId }),
      status,
      ...countersToJson(counters),
      bytes: this.#inputs.reduce((sum, input) => sum + this.#ledger.checkpoint(input).nextOffset, 0),
      elapsed_ms: Math.round(elapsedMs),
      records_per_second: Math.round(recordsPerSecond),
      peak_rss_bytes: peakRssBytes,
      chunks: { ...this.#chunks },
      rejections: { ...rejections },
      warnings: { ...warnings },
      inputs: this.#inputs.map((input) => {
        const { read, rejected } = this.#ledger.inputCounters(input).counters;
        return { uri: input.uri, read, rejected };
      }),
      ...(error === null ? {} : { error: errorToJson(error) }),
    };
  }

  /** From what was read since the first commit: what a resumed execution skips costs next to nothing. */
  #remainingMs(share: number | null): number | null {
    if (share === null) return null;
    this.#first ??= { share, at: this.#lastCommitAt };
    const done = share - this.#first.share;
    return done > 0 ? ((this.#lastCommitAt - this.#first.at) * (1 - share)) / done : null;
  }

  #elapsedMs(readSoFar: ReadSoFar): number {
    return readSoFar.firstByteAt === 0 ? 0 : Math.max(0, this.#lastCommitAt - readSoFar.firstByteAt);
  }
}

/** Of an import whose process ends without waiting for the chunk in flight. */
export function stoppedAtOnce(): StoppedError {
  return new StoppedError('INTERRUPTED', 'stopped at once; the same command goes on from the last commit');
}

/** The summary of an import that ended before its run could begin. */
export function nothingBegun(error: MolstreamError): ImportSummary {
  return {
    run_id: null,
    status: error.code === 'INTERRUPTED' ? 'interrupted' : 'failed',
    ...countersToJson(emptyTally().counters),
    bytes: 0,
    elapsed_ms: 0,
    records_per_second: 0,
    peak_rss_bytes: peakRss(),
    chunks: { count: 0, smallest: 0, largest: 0, last: 0 },
    rejections: {},
    warnings: {},
    inputs: [],
    error: errorToJson(error),
  };
}

const peakRss = (): number => process.resourceUsage().maxRSS * 1024;

function perSecond(count: number, ms: number): number {
  return ms > 0 ? (count * 1_000) / ms : 0;
}

function errorToJson(error: MolstreamError): SummaryError {
  return {
    code: error.code,
    message: error.message,
    ...(error.input === undefined ? {} : { input: error.input }),
    ...(error.ordinal === undefined ? {} : { ordinal: error.ordinal }),
    ...(error.offset === undefined ? {} : { offset: error.offset }),
  };
}

/** The counters under the names of the JSON. */
export function countersToJson({ moleculesNew, ...rest }: Counters): CountersJson {
  return { ...rest, molecules_new: moleculesNew };
}
