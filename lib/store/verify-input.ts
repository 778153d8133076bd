/** Compares the records of one input with what its latest run left. */
import type { Counters, Input, RawRecord, Rejection, SplitItem, Unchanged } from '../types.js';
import { storedTally } from './claim.js';
import type { Claimed, Differences } from './differences.js';
import type { Store } from './open-store.js';
import { plainText } from './plain-text.js';
import { type Counts, count, type Tally } from './tally.js';
import { withSession } from './transaction.js';

export interface InputReport {
  readonly uri: string;
  /** Null where nothing of the input was imported. */
  readonly inputId: number | null;
  /** The latest run of the input. */
  readonly runId: number | null;
  /** Records of the input before the checkpoint. */
  readonly read: number;
  /** Records that are stored. */
  readonly stored: number;
  /** Records whose row a later run of another input replaced. */
  readonly replaced: number;
  readonly rejected: number;
  /** Records that were counted as skipped: they have no row of their own. */
  readonly skipped: number;
  /** Records after the checkpoint: the run is not finished. */
  readonly pending: number;
}

interface LatestRun {
  readonly inputId: number;
  readonly sourceId: number;
  readonly runId: number;
  readonly nextOrdinal: number;
  readonly completed: boolean;
  readonly tally: Tally;
}

type ReadRecord = RawRecord | Rejection | Unchanged;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const BLOCK = 1_000;

export async function compareInput(
  store: Store,
  input: Input,
  records: AsyncIterable<SplitItem>,
  claimed: Claimed,
  differences: Differences,
): Promise<InputReport> {
  const run = await latestRun(store, input);
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

  const compare = async (block: readonly ReadRecord[]): Promise<void> => {
    const { rows, rejections } = await storedOf(store, run, block);
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
      } else if (row !== undefined && row.runId > run.runId) {
        report.replaced += 1;
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
  let end = 0;
  for await (const item of records) {
    if (item.kind === 'end') continue;
    end = item.ordinal + 1;
    block.push(item);
    if (block.length < BLOCK) continue;
    await compare(block);
    block = [];
  }
  if (block.length > 0) await compare(block);

  // Which records a run left out is not stored, but how many.
  if (statelessCount <= run.tally.counters.skipped) report.skipped = statelessCount;
  else for (const { kind, ordinal, message } of stateless) differences.add(kind, input, ordinal, message);
  await compareBeyond(store, input, run, end, differences);
  compareCounters(input, run, report, codes, differences);
  return report;
}

async function latestRun(store: Store, input: Input): Promise<LatestRun | null> {
  const { quoted: q } = store.tables;
  const { rows } = await withSession(store.knex, (session) =>
    session.execute(
      `SELECT c.*, i.source_id FROM ${q.checkpoints} c JOIN ${q.inputs} i ON i.input_id = c.input_id
       JOIN ${q.sources} s ON s.source_id = i.source_id WHERE i.uri = ? AND s.name = ? ORDER BY c.run_id DESC LIMIT 1`,
      [input.uri, input.source],
    ),
  );
  const [row] = rows;
  if (row === undefined) return null;
  return {
    inputId: Number(row.input_id),
    sourceId: Number(row.source_id),
    runId: Number(row.run_id),
    nextOrdinal: Number(row.next_ordinal),
    completed: Boolean(row.completed),
    tally: storedTally(row),
  };
}

async function storedOf(store: Store, run: LatestRun, block: readonly ReadRecord[]) {
  const { quoted: q } = store.tables;
  const keys = [...new Set(block.map((record) => plainText(record.recordKey)))];
  return withSession(store.knex, async (session) => {
    const records = await session.execute(
      `SELECT record_id, record_key, content_hash, run_id, input_id, ordinal FROM ${q.records}
       WHERE source_id = ? AND record_key IN (${keys.map(() => '?').join(', ')})`,
      [run.sourceId, ...keys],
    );
    const rejections = await session.execute(
      `SELECT ordinal, content_hash, code FROM ${q.rejections} WHERE input_id = ? AND ordinal >= ? AND ordinal <= ?`,
      [run.inputId, block[0]?.ordinal, block.at(-1)?.ordinal],
    );
    return {
      rows: new Map(
        records.rows.map((row) => [
          String(row.record_key),
          {
            recordId: Number(row.record_id),
            contentHash: String(row.content_hash),
            runId: Number(row.run_id),
            inputId: Number(row.input_id),
            ordinal: Number(row.ordinal),
          },
        ]),
      ),
      rejections: new Map(
        rejections.rows.map((row) => [
          Number(row.ordinal),
          { contentHash: String(row.content_hash), code: String(row.code) },
        ]),
      ),
    };
  });
}

/** Rejections after the last record, and a run that read more than there is. */
async function compareBeyond(
  store: Store,
  input: Input,
  run: LatestRun,
  end: number,
  differences: Differences,
): Promise<void> {
  const { rows } = await withSession(store.knex, (session) =>
    session.execute(
      `SELECT ordinal, code FROM ${store.tables.quoted.rejections} WHERE input_id = ? AND ordinal >= ? AND run_id = ?`,
      [run.inputId, end, run.runId],
    ),
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
  if (report.replaced === 0) {
    expect('skipped', counters.skipped, report.skipped);
    expect('inserted, updated and unchanged', taken, report.stored);
  } else {
    // A record that a later run replaced may have been taken or skipped before.
    expect('not rejected', taken + counters.skipped, report.stored + report.replaced + report.skipped);
  }
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
