/** A worker's work: a block of records, one by one, into columns. */
import { threadId } from 'node:worker_threads';
import { readRecord } from '../formats/read-record.js';
import { type Block, type BlockResult, CURRENT, emptyResult, THREAD } from './blocks.js';
import type { Describer } from './describer.js';

/** Says in `block.progress` which record it works on, for the watchdog of the pool. */
export async function describeBlock(describer: Describer, block: Block): Promise<BlockResult> {
  const started = performance.now();
  const { bytes, ends, layouts, fields, profiles, trusted, progress, options } = block;
  const result = emptyResult(ends.length, options);
  Atomics.store(progress, THREAD, threadId);
  for (let row = 0; row < ends.length; row++) {
    Atomics.store(progress, CURRENT, row + 1);
    const raw = bytes.subarray(row === 0 ? 0 : ends[row - 1], ends[row]);
    const record = readRecord(layouts[row]!, raw, fields[row] ?? null);
    const described =
      'code' in record
        ? record
        : await describer.describe(
            { record, options, profile: profiles[row] ?? null, trustTags: trusted[row] ?? false },
            result,
            row,
          );
    if ('code' in described) {
      const { code, message } = described;
      result.failures.push({ row, stage: described === record ? 'read' : 'describe', code, message });
      continue;
    }
    const parsed = record as Exclude<typeof record, { code: unknown }>;
    result.names[row] = parsed.name;
    result.tags[row] = parsed.tagsJson;
    result.structureKeys[row] = described.structureKey;
    result.inchis[row] = described.inchi;
    result.inchikeys[row] = described.inchikey;
    result.smiles[row] = described.canonicalSmiles;
    result.formulas[row] = described.formula;
    result.charges[row] = described.formalCharge;
    result.heavyAtoms[row] = described.heavyAtoms;
    const warnings = [...parsed.warnings, ...described.warnings];
    if (warnings.length > 0) result.warnings.push([row, warnings]);
  }
  Atomics.store(progress, CURRENT, 0);
  result.ms = performance.now() - started;
  return result;
}
