/** Compares the records of one input with what its latest run left. */
import { type Counts, count } from '../counts.js';
import { hashContent } from '../formats/identity.js';
import type { Counters, Input, SplitItem } from '../types.js';
import type { Claimed, Differences, InputReport } from './differences.js';
import { type LatestRun, latestRun, type ReadRecord, storedOf } from './latest-run.js';
import { plainText } from './plain-text.js';
import type { Snapshot } from './snapshot.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

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
  const report: Mutable<InputReport> = {
    uri: input.uri,
    inputId: run?.inputId ?? null,
    runId: run?.runId ?? null,
    read: 0,
    stored: 0,
    replaced: 0,
    rejected: 0,
    skipped: 0,
    pending: 0,
  };
  if (run === null) {
    differences.add('NOT_IMPORTED', input, null, 'nothing of this input was imported');
    return report;
  }
  const codes: Counts = {};
  const stateless: { ordinal: number; kind: 'MISSING' | 'CONTENT'; message: string }[] = [];
  let statelessCount = 0;
  /** Of what is stored or replaced, that which the run need not have taken: the row is not its own, nor confirmed by it. */
  const unsure = { stored: 0, replaced: 0 };

  const compareOptions = (ordinal: number, what: string, stored: { runId: number; describedWith: string }): void => {
    if (run.describedWith === null || stored.runId !== run.runId || stored.describedWith === run.describedWith) return;
    const message = `${what} with "${stored.describedWith}", but the run describes with "${run.describedWith}"`;
    differences.add('DESCRIBED_OTHERWISE', input, ordinal, message);
  };

  const compareRaw = (record: ReadRecord, what: string, raw: unknown): void => {
    if (raw === null || isOf(record, raw)) return;
    differences.add('RAW', input, record.ordinal, `the bytes of its ${what} are not those that its hash was made of`);
  };

  const compare = async (block: readonly ReadRecord[]): Promise<void> => {
    const { rows, rejections } = await storedOf(snapshot, run, block);
    for (const record of block) {
      if (record.ordinal >= run.nextOrdinal) {
        report.pending += 1;
        continue;
      }
      report.read += 1;
      const row = rows.get(plainText(record.recordKey));
      const rejection = rejections.get(record.ordinal);
      const isOwnRow = row?.contentHash === record.contentHash && record.kind !== 'rejection';
      if (rejection !== undefined) {
        rejections.delete(record.ordinal);
        report.rejected += 1;
        count(codes, rejection.code);
        compareOptions(record.ordinal, 'rejected', rejection);
        if (rejection.contentHash === record.contentHash) compareRaw(record, 'rejection', rejection.raw);
        if (rejection.contentHash !== record.contentHash) {
          differences.add('CONTENT', input, record.ordinal, `another content is rejected there (${rejection.code})`);
        } else if (record.kind === 'rejection' && rejection.code !== record.code) {
          differences.add('CONTENT', input, record.ordinal, `rejected as ${rejection.code}, read as ${record.code}`);
        } else if (
          isOwnRow &&
          row.inputId === run.inputId &&
          row.ordinal === record.ordinal &&
          row.runId === run.runId
        ) {
          differences.add('TWO_STATES', input, record.ordinal, `both stored and rejected (${rejection.code})`);
        }
        if (isOwnRow) claimed.add(row.recordId);
        continue;
      }
      if (isOwnRow) {
        claimed.add(row.recordId);
        report.stored += 1;
        if (row.runId !== run.runId) unsure.stored += 1;
        compareOptions(record.ordinal, 'described', row);
        compareRaw(record, 'row', row.raw);
        if (row.isRawLost) differences.add('RAW', input, record.ordinal, 'the bytes of its row are gone');
        if (!row.hasMolecule) differences.add('NO_MOLECULE', input, record.ordinal, 'the molecule of its row is gone');
      } else if (row !== undefined && row.runId !== run.runId && row.inputId !== run.inputId) {
        // Not only by a later run: an earlier one may have been gone on with since.
        report.replaced += 1;
        unsure.replaced += 1;
      } else {
        statelessCount += 1;
        const kind = row === undefined ? 'MISSING' : 'CONTENT';
        const message =
          row === undefined
            ? `record ${record.recordKey} is neither stored nor rejected`
            : `another content is stored under the key ${record.recordKey}`;
        if (stateless.length < BLOCK) stateless.push({ ordinal: record.ordinal, kind, message });
      }
    }
    for (const [ordinal, { code }] of rejections) {
      // What an earlier run rejected beyond the checkpoint is still to be read.
      if (ordinal >= run.nextOrdinal) continue;
      differences.add('REJECTION_WITHOUT_RECORD', input, ordinal, `a rejection (${code}) of no record`);
    }
  };

  let block: ReadRecord[] = [];
  let bytes = 0;
  let end = 0;
  for await (const item of records) {
    if (item.kind === 'end') continue;
    end = item.ordinal + 1;
    block.push(item);
    bytes += item.raw.length;
    if (block.length < BLOCK && bytes < BLOCK_BYTES) continue;
    await compare(block);
    block = [];
    bytes = 0;
  }
  if (block.length > 0) await compare(block);

  // Which records a run left out is not stored, but how many.
  const { skipped } = run.tally.counters;
  if (statelessCount <= skipped) {
    const replaced = Math.min(unsure.replaced, skipped - statelessCount);
    const stored = Math.min(unsure.stored, skipped - statelessCount - replaced);
    report.replaced -= replaced;
    report.stored -= stored;
    report.skipped = statelessCount + replaced + stored;
  } else for (const { kind, ordinal, message } of stateless) differences.add(kind, input, ordinal, message);
  await compareBeyond(snapshot, input, run, end, differences);
  compareCounters(input, run, report, codes, differences);
  return report;
}

/** Whether stored bytes are those of a record, if not as they stand then in what its hash is made of. */
function isOf(record: ReadRecord, stored: unknown): boolean {
  // Whoever writes to SQLite by hand may make text of them.
  if (!Buffer.isBuffer(stored)) return false;
  return stored.equals(record.raw) || hashContent(record.layout ?? record.input.layout, stored) === record.contentHash;
}

/** Rejections after the last record, and a run that read more than there is. */
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

function compareCounters(
  input: Input,
  run: LatestRun,
  report: InputReport,
  codes: Counts,
  differences: Differences,
): void {
  const { counters, rejections } = run.tally;
  const expect = (what: string, stored: number, found: number) => {
    if (stored === found) return;
    differences.add('COUNTERS', input, null, `${what}: ${stored} counted by the run, ${found} found`);
  };
  expect('read', counters.read, report.read);
  expect('read', counters.read, sumOfStates(counters));
  expect('rejected', counters.rejected, report.rejected);
  const taken = counters.inserted + counters.updated + counters.unchanged;
  expect('skipped', counters.skipped, report.skipped);
  expect('inserted, updated and unchanged', taken, report.stored + report.replaced);
  for (const code of new Set([...Object.keys(rejections), ...Object.keys(codes)])) {
    expect(`rejected as ${code}`, rejections[code] ?? 0, codes[code] ?? 0);
  }
  if (run.completed && report.pending > 0) {
    differences.add('COUNTERS', input, null, `the run completed, but the input has ${report.pending} more records`);
  }
}

function sumOfStates({ inserted, updated, unchanged, skipped, rejected }: Counters): number {
  return inserted + updated + unchanged + skipped + rejected;
}
