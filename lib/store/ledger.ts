/**
 * One execution of a run: what it has to read, what it already knows, and what it commits. Whoever opens a ledger ends
 * it with `finish`, or gives it up with `close`; both release the checkpoints and stop the heartbeat.
 */
import { store as aStore, type Check, checkOptions, checkValue, object, oneOf, text, truth } from '../checks.js';
import { DatabaseError, MolstreamError } from '../errors.js';
import { CHOICES } from '../options.js';
import type { Chunk, Input, Lookup } from '../types.js';
import { Checkpoint, checkpointOf } from './checkpoint.js';
import { type ChunkContext, fenced } from './chunk-transaction.js';
import { claimRun } from './claim.js';
import { commitChunk } from './commit-chunk.js';
import { openDryLedger } from './dry-ledger.js';
import { databaseError } from './failures.js';
import { type FinalStatus, finishRun } from './finish-run.js';
import type { RunStatistics } from './history.js';
import type { CommitReport, InputCheckpoint, Ledger, LedgerOptions, RunCounts } from './ledger-contract.js';
import { createLookup } from './lookup.js';
import type { Store } from './open-store.js';
import { forget, newOwner, type Owner } from './owner.js';
import { createPatience, GRACE_MS } from './patience.js';
import type { Rules } from './resolve.js';
import { sumOf } from './tally.js';
import { inFuture } from './time.js';
import { withSession } from './transaction.js';
import type { RowConstants } from './writer.js';

const CHECKS: Readonly<Record<keyof LedgerOptions, Check>> = {
  inputs: (value) => (Array.isArray(value) ? null : 'inputs that locateInputs gives'),
  describedWith: text,
  onConflict: oneOf(CHOICES.onConflict),
  keepRaw: truth,
  redescribe: truth,
  restart: truth,
  dryRun: truth,
  options: object,
  toolkitVersion: text,
  standardizer: text,
};

/**
 * `store` is null only where `dryRun` is set and there is no database yet. Throws `UsageError` BAD_OPTION,
 * `InputError` INPUT_IN_USE or `DatabaseError`.
 */
export async function openLedger(store: Store | null, options: LedgerOptions): Promise<Ledger> {
  checkOptions(options, CHECKS, Object.keys(CHECKS) as (keyof LedgerOptions)[]);
  if (store !== null) checkValue('store', store, aStore);
  if (options.dryRun) return openDryLedger(store, options);
  if (store === null) throw new MolstreamError('INTERNAL', 'a ledger without a database is for dry runs only');
  const owner = newOwner(store.sessionName);
  try {
    const run = await store.patience.run(() => claimRun(store, options, owner));
    const checkpoints = new Map(run.claims.map((claim) => [claim.input, new Checkpoint(claim)]));
    const context = contextOf(store, run.runId, options, checkpoints);
    const lookup = await createLookup(
      { store, constants: context.constants, redescribe: options.redescribe, place: context.checkpoint },
      options.inputs,
    );
    return new DatabaseLedger(run.runId, run.resumed, lookup, owner, context, checkpoints);
  } catch (error) {
    forget(owner);
    throw databaseError(error, store.displayName);
  }
}

type LedgerContext = Omit<ChunkContext, 'prefixHash' | 'renewLease'>;

function contextOf(
  store: Store,
  runId: number,
  options: LedgerOptions,
  checkpoints: ReadonlyMap<Input, Checkpoint>,
): LedgerContext {
  const run: Rules & RowConstants = { ...options, runId };
  return { store, rules: run, constants: run, checkpoint: (input) => checkpointOf(checkpoints, input) };
}

class DatabaseLedger implements Ledger {
  readonly runId: number;
  readonly resumed: boolean;
  readonly lookup: Lookup;
  readonly #owner: Owner;
  readonly #context: LedgerContext;
  readonly #checkpoints: ReadonlyMap<Input, Checkpoint>;
  readonly #heartbeat: NodeJS.Timeout;
  #beating: Promise<void> = Promise.resolve();
  #isBeating = false;
  #isCommitting = false;
  #isFenced = false;
  /** Whether a commit has waited for the database in vain. */
  #isAway = false;
  #isFinished = false;

  constructor(
    runId: number,
    resumed: boolean,
    lookup: Lookup,
    owner: Owner,
    context: LedgerContext,
    checkpoints: ReadonlyMap<Input, Checkpoint>,
  ) {
    this.runId = runId;
    this.resumed = resumed;
    this.lookup = lookup;
    this.#owner = owner;
    this.#context = context;
    this.#checkpoints = checkpoints;
    this.#heartbeat = setInterval(() => {
      // A commit renews the lease itself, and holds the checkpoint's row meanwhile. A slow beat is waited for.
      if (this.#isCommitting || this.#isBeating) return;
      this.#isBeating = true;
      this.#beating = this.#beat().finally(() => {
        this.#isBeating = false;
      });
    }, context.store.leaseMs / 3);
    this.#heartbeat.unref();
  }

  checkpoint(input: Input): InputCheckpoint {
    const { nextOffset, nextOrdinal, prefixHash, completed } = this.#context.checkpoint(input);
    return { nextOffset, nextOrdinal, prefixHash, completed };
  }

  async commit(
    chunk: Chunk,
    prefixHash: (input: Input, offset: number) => string,
    signal?: AbortSignal,
  ): Promise<CommitReport> {
    const [first] = chunk.items;
    if (this.#isFenced && first !== undefined) throw fenced(first.input);
    this.#isCommitting = true;
    try {
      await this.#beating;
      const context = { ...this.#context, prefixHash, renewLease: () => this.#renewLease() };
      const { tally, ...report } = await commitChunk(chunk.items, context, signal);
      context.store.requirePresent();
      return { ...report, counters: tally.counters };
    } catch (error) {
      if (error instanceof MolstreamError && error.code === 'FENCED') this.#isFenced = true;
      if (error instanceof DatabaseError && error.retryable) this.#isAway = true;
      throw error;
    } finally {
      this.#isCommitting = false;
    }
  }

  counters(): RunCounts {
    return sumOf([...this.#checkpoints.values()].map((checkpoint) => checkpoint.tally));
  }

  inputCounters(input: Input): RunCounts {
    return sumOf([this.#context.checkpoint(input).tally]);
  }

  async finish(status: FinalStatus, statistics: RunStatistics | null = null): Promise<void> {
    if (this.#isFinished) return;
    this.#isFinished = true;
    clearInterval(this.#heartbeat);
    await this.#beating;
    const { store } = this.#context;
    // What failed for want of the database is not to wait for it once more: the lease runs out by itself.
    const patience =
      status === 'completed'
        ? store.patience
        : createPatience(this.#isAway ? 0 : Math.min(GRACE_MS, store.patience.timeoutMs));
    try {
      if (status === 'completed') store.requirePresent();
      await patience.run(() => finishRun(store, this.runId, this.#owner, status, statistics));
    } catch (error) {
      throw databaseError(error, store.displayName);
    } finally {
      forget(this.#owner);
    }
  }

  async close(): Promise<void> {
    await this.finish('interrupted');
  }

  async #beat(): Promise<void> {
    try {
      await this.#renewLease();
    } catch {
      // The next beat tries again; if the lease runs out before, the guard of the next commit finds out.
    }
  }

  async #renewLease(): Promise<void> {
    const { store } = this.#context;
    const renewed = await withSession(store.knex, (session) =>
      session.execute(
        `UPDATE ${store.tables.quoted.checkpoints} SET lease_until = ${inFuture(store.kind)}
         WHERE run_id = ? AND owner = ?`,
        [store.leaseMs, this.runId, JSON.stringify(this.#owner)],
      ),
    );
    if (renewed.changes === 0) this.#isFenced = true;
  }
}
