/**
 * The main job: inputs into a database, from wherever an earlier execution of the same run stopped.
 *
 * Owns: the metrics' server, the store and the ledger. All are closed on every path, before the promise settles.
 */
import { checkOptions, checkValue, func, having, object } from '../lib/checks.js';
import { aPool } from '../lib/chemistry/pool.js';
import { toolkitVersion } from '../lib/chemistry/rdkit.js';
import { STANDARDIZER_VERSION } from '../lib/chemistry/standardize/standardize.js';
import { closing } from '../lib/closing.js';
import { memoryShares } from '../lib/monitor/memory-shares.js';
import { serveMetrics } from '../lib/monitor/metrics-server.js';
import { type ImportOptions, type ResolvedOptions, resolveOptions } from '../lib/options.js';
import { leaveStreams } from '../lib/sources/held-streams.js';
import { locateInputs } from '../lib/sources/inputs.js';
import { readLearned } from '../lib/store/history.js';
import { openLedger } from '../lib/store/ledger.js';
import type { Ledger, LedgerOptions } from '../lib/store/ledger-contract.js';
import { openExistingStore, openStore, type Store } from '../lib/store/open-store.js';
import { parseTarget } from '../lib/store/target.js';
import { describedWith, type Input } from '../lib/types.js';
import { Execution, type ImportHooks } from './execution.js';
import { ImportFailed } from './import-failed.js';
import { Pace, profileOf } from './pace.js';
import { RejectsFile } from './rejects-file.js';
import type { ImportSummary } from './summary.js';

/** The others are those of `locateInputs`. */
const HOOKS = {
  pool: aPool,
  stages: func,
  onBegin: func,
  onProgress: func,
  logger: having('a logger with debug, info, warn and error', 'debug', 'info', 'warn', 'error'),
};

/**
 * Resolves to the summary once all records are accounted for and committed.
 * Rejects with a `MolstreamError` where nothing was begun (wrong options, inputs or database that cannot be opened),
 * and with `ImportFailed` where the run ended before its inputs did.
 */
export async function importMolecules(options: ImportOptions, hooks: ImportHooks = {}): Promise<ImportSummary> {
  const resolved = resolveOptions(options);
  checkValue('hooks', hooks, object);
  checkOptions(hooks, HOOKS);
  const inputs = await locateInputs(resolved.inputs, resolved, hooks.stdin, hooks.signal);
  try {
    return await importInputs(resolved, inputs, hooks);
  } finally {
    leaveStreams(inputs);
  }
}

async function importInputs(
  resolved: ResolvedOptions,
  inputs: readonly Input[],
  hooks: ImportHooks,
): Promise<ImportSummary> {
  const target = parseTarget(resolved.to);
  if (resolved.rejects !== null) {
    const database = target.kind === 'sqlite' ? [target.path] : [];
    await RejectsFile.check(resolved.rejects, inputs, database);
  }
  const { to, schema, tablePrefix, databaseTimeoutMs, dryRun, metricsPort, memoryLimit } = resolved;
  const metrics = metricsPort === null ? null : await serveMetrics(metricsPort);
  if (metrics !== null) hooks.logger?.info({ port: metrics.port }, 'metrics served');

  const { cacheBytes } = memoryShares(memoryLimit);
  const withStore = async (): Promise<ImportSummary> => {
    const open = dryRun ? openExistingStore : openStore;
    const store = await open(to, { schema, tablePrefix, databaseTimeoutMs, cacheBytes, stop: hooks.signal });
    return closing(withLedger(store), () => store?.close());
  };
  const withLedger = async (store: Store | null): Promise<ImportSummary> => {
    const ledger = await openLedger(store, ledgerOptions(resolved, inputs));
    return closing(execute(store, ledger), () => ledger.close());
  };
  const execute = async (store: Store | null, ledger: Ledger): Promise<ImportSummary> => {
    const profile = profileOf(inputs);
    const history = store === null || profile === null ? [] : await readLearned(store, profile);
    const pace = new Pace(resolved, inputs, history, hooks.logger);
    const rejects = await (resolved.rejects === null
      ? null
      : RejectsFile.open(resolved.rejects, inputs, store, ledger));
    const execution = new Execution(resolved, inputs, ledger, rejects, pace, hooks);
    metrics?.show(await pace.metrics(execution.counters, store?.patience ?? null));
    hooks.onBegin?.(execution.summaryNow);
    const { summary, fault } = await execution.run();
    if (fault !== null) throw new ImportFailed(fault, summary);
    return summary;
  };
  return closing(withStore(), () => metrics?.close());
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
