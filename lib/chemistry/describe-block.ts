/** A worker's work: a block of records, some dozen side by side, into columns. */
import { threadId } from 'node:worker_threads';
import { readRecord } from '../formats/read-record.js';
import { ATTEMPT, type Block, type BlockResult, CURRENT, emptyResult, STEP, THREAD } from './blocks.js';
import type { Described, Task, Tracker } from './describe-records.js';
import type { Describer } from './describer.js';

/** Records that are described side by side: with half as many each takes 1 to 3 % longer; twice as many gain no more. */
const GROUP_ROWS = 64;
/** Bytes of their records: large molecules gain little from neighbours, and take much memory. */
const GROUP_BYTES = 500_000;

/** Says in `block.progress` which record it works on, for the watchdog of the pool. */
export async function describeBlock(describer: Describer, block: Block): Promise<BlockResult> {
  const started = performance.now();
  const { ends, progress, options } = block;
  const result = emptyResult(ends.length, options);
  const tracker: Tracker = {
    begins(row) {
      Atomics.store(progress, CURRENT, row + 1);
      Atomics.add(progress, STEP, 1);
    },
    again() {
      Atomics.add(progress, ATTEMPT, 1);
    },
  };
  Atomics.store(progress, THREAD, threadId);
  for (let from = 0; from < ends.length; ) {
    const to = endOfGroup(ends, from);
    const tasks = readTasks(block, from, to, tracker, result);
    const described = await describer.describe(tasks, result, tracker);
    described.forEach((one, i) => {
      const task = tasks[i]!;
      if ('code' in one)
        result.failures.push({ row: task.row, stage: 'describe', code: one.code, message: one.message });
      else enter(result, task, one);
    });
    from = to;
  }
  Atomics.store(progress, CURRENT, 0);
  result.ms = performance.now() - started;
  return result;
}

function endOfGroup(ends: Uint32Array, from: number): number {
  const start = from === 0 ? 0 : ends[from - 1]!;
  let to = from + 1;
  while (to < ends.length && to - from < GROUP_ROWS && ends[to]! - start <= GROUP_BYTES) to++;
  return to;
}

/** The records that can be read; the others are entered as failures. */
function readTasks(block: Block, from: number, to: number, tracker: Tracker, { failures }: BlockResult): Task[] {
  const { bytes, ends, layouts, fields, profiles, trusted, options } = block;
  const tasks: Task[] = [];
  for (let row = from; row < to; row++) {
    tracker.begins(row);
    const raw = bytes.subarray(row === 0 ? 0 : ends[row - 1], ends[row]);
    const record = readRecord(layouts[row]!, raw, fields[row] ?? null);
    if ('code' in record) failures.push({ row, stage: 'read', code: record.code, message: record.message });
    else tasks.push({ record, options, profile: profiles[row] ?? null, trustTags: trusted[row] ?? false, row });
  }
  return tasks;
}

function enter(result: BlockResult, { record, row }: Task, described: Described): void {
  result.names[row] = record.name;
  result.tags[row] = record.tagsJson;
  result.structureKeys[row] = described.structureKey;
  result.inchis[row] = described.inchi;
  result.inchikeys[row] = described.inchikey;
  result.smiles[row] = described.canonicalSmiles;
  result.formulas[row] = described.formula;
  result.charges[row] = described.formalCharge;
  result.heavyAtoms[row] = described.heavyAtoms;
  const warnings = [...record.warnings, ...described.warnings];
  if (warnings.length > 0) result.warnings.push([row, warnings]);
}
