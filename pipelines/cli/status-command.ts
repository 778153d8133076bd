/** `molstream status`: what a database holds, its runs, and how far they are. */
import { readHistory } from '../../lib/store/history.js';
import { openStore } from '../../lib/store/open-store.js';
import { type InputStatus, type RunStatus, readStatus, type StoreStatus } from '../../lib/store/status.js';
import { countersToJson } from '../summary.js';
import { EXIT } from './exit.js';
import type { TableFlags } from './flags.js';
import { historyText, historyToJson } from './history.js';
import { accountText, countsText, showBytes, thousands } from './show.js';

export interface StatusFlags extends TableFlags {
  history?: boolean;
  json?: boolean;
}

export async function statusCommand(flags: StatusFlags): Promise<number> {
  const { to, schema, tablePrefix } = flags;
  const store = await openStore(to, { schema, tablePrefix, create: false });
  try {
    if (flags.history) print(await readHistory(store), flags, historyToJson, historyText);
    else print(await readStatus(store), flags, toJson, statusText);
  } finally {
    await store.close();
  }
  return EXIT.ok;
}

function print<T>(value: T, flags: StatusFlags, json: (value: T) => object, text: (value: T) => string): void {
  process.stdout.write(`${flags.json ? JSON.stringify(json(value)) : text(value)}\n`);
}

function toJson(status: StoreStatus): object {
  return {
    records: status.records,
    molecules: status.molecules,
    rejections: status.rejections,
    runs: status.runs.map((run) => ({
      run_id: run.runId,
      status: run.status,
      started_at: run.startedAt,
      finished_at: run.finishedAt,
      ...countersToJson(run.counters),
      records_per_second: run.recordsPerSecond,
      rejections: run.rejections,
      warnings: run.warnings,
      options: run.options,
      inputs: run.inputs.map((input) => ({
        uri: input.uri,
        source: input.source,
        size_bytes: input.sizeBytes,
        completed: input.completed,
        next_offset: input.nextOffset,
        next_ordinal: input.nextOrdinal,
        ...countersToJson(input.counters),
        rejections: input.rejections,
        warnings: input.warnings,
        held_by: input.heldBy,
        updated_at: input.updatedAt,
      })),
    })),
  };
}

function statusText(status: StoreStatus): string {
  const lines = [`${thousands(status.records)} records, ${thousands(status.molecules)} molecules`];
  if (Object.keys(status.rejections).length > 0) lines.push(`rejected: ${countsText(status.rejections)}`);
  for (const run of status.runs) lines.push('', ...runLines(run));
  return lines.join('\n');
}

function runLines(run: RunStatus): string[] {
  const rate = run.recordsPerSecond === null ? '' : `, ${thousands(run.recordsPerSecond)} records/s`;
  const lines = [
    `run ${run.runId} ${run.status}, started ${run.startedAt}${rate}`,
    `  ${accountText(run.counters)}, ${thousands(run.counters.moleculesNew)} new molecules`,
  ];
  if (Object.keys(run.rejections).length > 0) lines.push(`  rejected: ${countsText(run.rejections)}`);
  if (Object.keys(run.warnings).length > 0) lines.push(`  warnings: ${countsText(run.warnings)}`);
  return [...lines, ...run.inputs.map(inputLine)];
}

function inputLine(input: InputStatus): string {
  const place = input.completed
    ? 'read to its end'
    : `next is record ${thousands(input.nextOrdinal)} at byte ${thousands(input.nextOffset)}`;
  const size = input.sizeBytes === null ? '' : ` (${showBytes(input.sizeBytes)})`;
  const held = input.heldBy === null ? '' : `; held by ${input.heldBy}`;
  return `  ${input.uri}${size}, source ${input.source}: ${place}, ${thousands(input.counters.rejected)} rejected${held}`;
}
