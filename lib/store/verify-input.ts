/** Compares the records of one input with what its latest run left. */
import type { Input, SplitItem } from '../types.js';
import { Comparison, emptyReport } from './comparison.js';
import type { Claimed, Differences, InputReport } from './differences.js';
import { type LatestRun, latestRun, type ReadRecord, storedOf } from './latest-run.js';
import type { Snapshot } from './snapshot.js';

/** Of records that are looked up at once. */
const BLOCK = 1_000;
/** As many bytes again come from the database. */
const BLOCK_BYTES = 8_000_000;

export async function compareInput(
  snapshot: Snapshot,
  input: Input,
  records: AsyncIterable<SplitItem>,
  claimed: Claimed,
  differences: Differences,
): Promise<InputReport> {
  const run = await latestRun(snapshot, input);
  if (run === null) {
    differences.add('NOT_IMPORTED', input, null, 'nothing of this input was imported');
    return emptyReport(input, null);
  }
  const comparison = new Comparison(input, run, claimed, differences);
  let end = 0;
  for await (const block of blocksOf(records)) {
    comparison.add(block, await storedOf(snapshot, run, block));
    end = block.at(-1)!.ordinal + 1;
  }
  const report = comparison.end();
  await compareBeyond(snapshot, input, run, end, differences);
  return report;
}

async function* blocksOf(items: AsyncIterable<SplitItem>): AsyncGenerator<ReadRecord[]> {
  let block: ReadRecord[] = [];
  let bytes = 0;
  for await (const item of items) {
    if (item.kind === 'end') continue;
    block.push(item);
    bytes += item.raw.length;
    if (block.length < BLOCK && bytes < BLOCK_BYTES) continue;
    yield block;
    block = [];
    bytes = 0;
  }
  if (block.length > 0) yield block;
}

/** Rejections after the last record. */
async function compareBeyond(
  { session, quoted }: Snapshot,
  input: Input,
  run: LatestRun,
  end: number,
  differences: Differences,
): Promise<void> {
  const { rows } = await session.execute(
    `SELECT ordinal, code FROM ${quoted.rejections} WHERE input_id = ? AND ordinal >= ? AND run_id = ?`,
    [run.inputId, end, run.runId],
  );
  for (const { ordinal, code } of rows) {
    differences.add('REJECTION_WITHOUT_RECORD', input, Number(ordinal), `a rejection (${code}) of no record`);
  }
}
