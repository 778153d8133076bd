/** The public face of molstream. */

export { BatchManager, type ManagerOptions, type ManagerStatistics, type Task } from '../lib/batching/manager.js';
export { limitByMemory } from '../lib/batching/monitor/limit.js';
export { type MonitorOptions, ResourceMonitor, type Resources } from '../lib/batching/monitor/monitor.js';
export type { BatchFunction, Outcome } from '../lib/batching/outcome.js';
export type { ProcessOptions } from '../lib/batching/process-options.js';
export { createSizer } from '../lib/batching/sizer.js';
export type { SizerOptions } from '../lib/batching/sizer-options.js';
export {
  DESCRIPTOR_COLUMNS,
  type DescriptorColumn,
  descriptorOf,
  INTEGER_DESCRIPTORS,
} from '../lib/chemistry/columns.js';
export { lipinskiViolations } from '../lib/chemistry/descriptors/kernel.js';
export { DescribePool, type DescribePoolOptions } from '../lib/chemistry/pool.js';
export { toolkitVersion } from '../lib/chemistry/rdkit.js';
export { systemClock } from '../lib/clock.js';
export * from '../lib/errors.js';
export { readTags } from '../lib/formats/tags.js';
export { type BookSnapshot, StatisticsBook, type StatisticsEvents } from '../lib/monitor/book.js';
export type { BatchRecord, StatisticsSnapshot } from '../lib/monitor/statistics.js';
export { memoryAllowed, type Usage, usageReader } from '../lib/monitor/system.js';
export { DEFAULTS, type ImportOptions } from '../lib/options.js';
export { locateInputs } from '../lib/sources/inputs.js';
export { type OpenInputOptions, openInput } from '../lib/sources/open-input.js';
export { type RunHistory, type RunStatistics, readHistory } from '../lib/store/history.js';
export { openLedger } from '../lib/store/ledger.js';
export type { CommitReport, Ledger, LedgerOptions } from '../lib/store/ledger-contract.js';
export { openStore, type Store, type StoreOptions } from '../lib/store/open-store.js';
export { readStatus, type StoreStatus } from '../lib/store/status.js';
export { type VerifyInput, type VerifyReport, verifyInputs } from '../lib/store/verify.js';
export * from '../lib/types.js';
export { csvSink } from '../sinks/csv.js';
export { knexSink, type LedgerSinkOptions, type TableSinkOptions } from '../sinks/knex.js';
export { ndjsonSink } from '../sinks/ndjson.js';
export { type RejectsSink, type RejectsSinkOptions, rejectsSink } from '../sinks/rejects.js';
export { sdfSink } from '../sinks/sdf.js';
export { type BatchOptions, batch } from '../transforms/batch.js';
export { type DescribeStageOptions, describe } from '../transforms/describe.js';
export { type MatchKnownOptions, matchKnown } from '../transforms/match-known.js';
export { processInBatches } from '../transforms/process-in-batches.js';
export { type SplitRecordsOptions, splitRecords } from '../transforms/split-records.js';
export { ndjsonLines } from '../transforms/to-ndjson.js';
export { type ComposeStage, compose } from './compose.js';
export type { ImportHooks, ItemStage } from './execution.js';
export { ImportFailed } from './import-failed.js';
export { importMolecules } from './import-molecules.js';
export type { ImportProgress, ImportSummary } from './summary.js';
