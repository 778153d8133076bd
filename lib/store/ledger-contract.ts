/** What an import asks of the database. */
import type { Counts } from '../counts.js';
import type { Chunk, Counters, Input, Lookup, Rejection } from '../types.js';
import type { FinalStatus } from './finish-run.js';
import type { RunStatistics } from './history.js';
import type { RunSettings } from './run-settings.js';

export interface LedgerOptions extends RunSettings {
  /** Count what would happen, write nothing. */
  readonly dryRun: boolean;
  /** Stored with each molecule: RDKit's version. */
  readonly toolkitVersion: string;
  /** Stored with each molecule: how structures were standardised. */
  readonly standardizer: string;
}

export interface CommitReport {
  /** Milliseconds from BEGIN to the answer of COMMIT, of all the transactions that the chunk took. */
  readonly ms: number;
  /** Transactions that were begun: 1 unless the database failed, or refused a row. */
  readonly attempts: number;
  /** The first deadlock or timeout that a later attempt got over; null: none. */
  readonly setback: string | null;
  /** What the chunk added. */
  readonly counters: Readonly<Counters>;
  /** All rejections of the chunk as committed, those that the database brought about included. */
  readonly rejectedRows: readonly Rejection[];
}

export interface InputCheckpoint {
  /** Where reading goes on: bytes of the uncompressed input. */
  readonly nextOffset: number;
  readonly nextOrdinal: number;
  /** As given to the commit that came last; null before the first. */
  readonly prefixHash: string | null;
  readonly completed: boolean;
}

/** Of the whole run, over all its executions. */
export interface RunCounts {
  readonly counters: Readonly<Counters>;
  readonly rejections: Readonly<Counts>;
  readonly warnings: Readonly<Counts>;
}

export interface Ledger {
  readonly runId: number;
  /** Whether this execution goes on with a run that an earlier one left. */
  readonly resumed: boolean;
  checkpoint(input: Input): InputCheckpoint;
  /** For `matchKnown`. */
  readonly lookup: Lookup;
  /**
   * Durable when it resolves. `prefixHash` is asked for the offsets to which the inputs move, which are ends of records
   * of this chunk. One commit at a time. Throws `DatabaseError`, `StoppedError` FENCED, `MolstreamError` INTERNAL for an
   * ordinal that came twice, or the reason of `signal`.
   */
  commit(
    chunk: Chunk,
    prefixHash: (input: Input, offset: number) => string,
    signal?: AbortSignal,
  ): Promise<CommitReport>;
  counters(): RunCounts;
  /** The counts of one input. */
  inputCounters(input: Input): RunCounts;
  /** `statistics`: what this execution measured, stored with the run; null, the default, where it committed no record. */
  finish(status: FinalStatus, statistics?: RunStatistics | null): Promise<void>;
  /** Ends a ledger that was not finished as `interrupted`; does nothing to one that was. */
  close(): Promise<void>;
}
