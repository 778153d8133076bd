/** `molstream verify`: reads inputs again and compares them with the database. */
import type { InputError } from '../../lib/errors.js';
import { leaveStreams } from '../../lib/sources/held-streams.js';
import { locateInputs } from '../../lib/sources/inputs.js';
import { openInput } from '../../lib/sources/open-input.js';
import { openStore } from '../../lib/store/open-store.js';
import { type VerifyReport, verifyInputs } from '../../lib/store/verify.js';
import type { Input, SplitItem } from '../../lib/types.js';
import { splitRecords } from '../../transforms/split-records.js';
import { compose } from '../compose.js';
import { EXIT, reportError } from './exit.js';
import type { ReadingFlags, TableFlags } from './flags.js';
import { thousands } from './show.js';

export interface VerifyFlags extends ReadingFlags, TableFlags {
  maxRecordBytes: number;
  json?: boolean;
}

export async function verifyCommand(patterns: string[], flags: VerifyFlags): Promise<number> {
  const inputs = await locateInputs(patterns, flags, process.stdin);
  try {
    return await verifyLocated(inputs, flags);
  } finally {
    leaveStreams(inputs);
  }
}

async function verifyLocated(inputs: readonly Input[], flags: VerifyFlags): Promise<number> {
  const { to, schema, tablePrefix, maxRecordBytes } = flags;
  const store = await openStore(to, { schema, tablePrefix, create: false });
  try {
    const damaged: InputError[] = [];
    const report = await verifyInputs(
      store,
      inputs.map((input) => ({ input, records: recordsOf(input, maxRecordBytes, (error) => damaged.push(error)) })),
    );
    process.stdout.write(`${flags.json ? JSON.stringify(toJson(report)) : reportText(report)}\n`);
    for (const error of damaged) reportError(error);
    return report.differenceCount === 0 && damaged.length === 0 ? EXIT.ok : EXIT.failed;
  } finally {
    await store.close();
  }
}

/** Opened when it is read: `verifyInputs` reads one after the other. Of a damaged input, what stands before the damage. */
async function* recordsOf(
  input: Input,
  maxRecordBytes: number,
  onDamage: (error: InputError) => void,
): AsyncGenerator<SplitItem> {
  let isWhole = true;
  const bytes = openInput(input, {
    onDamage: (error) => {
      isWhole = false;
      onDamage(error);
    },
  });
  yield* compose(bytes, splitRecords({ input, maxRecordBytes, isWhole: () => isWhole })) as AsyncIterable<SplitItem>;
}

function toJson(report: VerifyReport): object {
  return {
    differences: report.differenceCount,
    orphans: report.orphans,
    inputs: report.inputs.map(({ inputId, runId, ...input }) => ({ input_id: inputId, run_id: runId, ...input })),
    listed: report.differences,
  };
}

function reportText(report: VerifyReport): string {
  const lines = report.inputs.map(
    ({ uri, read, stored, replaced, rejected, skipped, pending }) =>
      `${uri}: ${thousands(read)} records = ${thousands(stored)} stored + ${thousands(rejected)} rejected` +
      `${skipped > 0 ? ` + ${thousands(skipped)} skipped` : ''}` +
      `${replaced > 0 ? ` + ${thousands(replaced)} replaced by another run` : ''}` +
      `${pending > 0 ? `; ${thousands(pending)} not yet read` : ''}`,
  );
  for (const { kind, input, ordinal, message } of report.differences) {
    lines.push(`  ${kind}: ${input}${ordinal === null ? '' : `, record ${ordinal}`}: ${message}`);
  }
  const more = report.differenceCount - report.differences.length;
  if (more > 0) lines.push(`  and ${thousands(more)} more`);
  if (report.orphans > 0) {
    lines.push(`${thousands(report.orphans)} molecules that no record has any more (not a difference)`);
  }
  lines.push(
    report.differenceCount === 0
      ? 'verified: every record is in exactly one state, every row belongs to one record'
      : `${thousands(report.differenceCount)} ${report.differenceCount === 1 ? 'difference' : 'differences'}`,
  );
  return lines.join('\n');
}
