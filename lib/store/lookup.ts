/** Tells which records need no description, because the database knows what became of them. */
import type { RejectionCode, Stage } from '../errors.js';
import { identityOf } from '../identity-of.js';
import type { Input, Lookup, RawRecord, Rejection, Unchanged } from '../types.js';
import { asOfThisRun } from './confirmations.js';
import { databaseError } from './failures.js';
import type { Store } from './open-store.js';
import { plainText } from './plain-text.js';
import type { StoredRecord } from './resolve.js';
import { type Session, withSession } from './transaction.js';
import type { RowConstants } from './writer.js';
import { writerOf } from './writer-of.js';

export interface LookupContext {
  readonly store: Store;
  readonly constants: RowConstants;
  readonly redescribe: boolean;
  place(input: Input): { readonly inputId: number; readonly sourceId: number };
}

interface StoredRejection {
  readonly contentHash: string;
  readonly describedWith: string;
  readonly stage: Stage;
  readonly code: RejectionCode;
  readonly message: string;
}

/**
 * One query for each source of a block and one for each input. Sources and inputs of which nothing was stored when the
 * ledger was opened are not asked about: the sink judges records that come twice in one run.
 */
export async function createLookup(context: LookupContext, inputs: readonly Input[]): Promise<Lookup> {
  if (context.redescribe) return async (records) => records.map(() => null);
  const known = await withSession(context.store.knex, (session) => whatIsStored(session, context, inputs));
  return async (records, signal) => {
    const sources = new Map<number, Map<string, StoredRecord>>();
    const rejected = new Map<number, Map<number, StoredRejection>>();
    const groups = groupBy(records, (record) => record.input);
    const asked = [...groups.keys()].map((input) => context.place(input));
    if (asked.some(({ sourceId, inputId }) => known.sources.has(sourceId) || known.inputs.has(inputId))) {
      try {
        await context.store.patience.run(
          () => withSession(context.store.knex, (session) => ask(session, groups, sources, rejected)),
          signal,
        );
      } catch (error) {
        throw databaseError(error, context.store.displayName);
      }
    }
    return records.map((record) => {
      const { sourceId, inputId } = context.place(record.input);
      const stored = sources.get(sourceId)?.get(plainText(record.recordKey));
      return judge(record, stored, rejected.get(inputId)?.get(record.ordinal), context);
    });
  };

  async function ask(
    session: Session,
    groups: ReadonlyMap<Input, RawRecord[]>,
    sources: Map<number, Map<string, StoredRecord>>,
    rejected: Map<number, Map<number, StoredRejection>>,
  ): Promise<void> {
    const { store, constants } = context;
    const writer = writerOf(store, session, constants);
    const keys = new Map<number, Set<string>>();
    for (const [input, records] of groups) {
      const { sourceId, inputId } = context.place(input);
      if (known.sources.has(sourceId)) {
        const ofSource = keys.get(sourceId) ?? new Set();
        for (const record of records) ofSource.add(plainText(record.recordKey));
        keys.set(sourceId, ofSource);
      }
      if (known.inputs.has(inputId)) rejected.set(inputId, await rejectionsOf(session, store, inputId, records));
    }
    for (const [sourceId, ofSource] of keys) sources.set(sourceId, await writer.records(sourceId, [...ofSource]));
    for (const [input, records] of groups) {
      const { sourceId, inputId } = context.place(input);
      const rows = sources.get(sourceId);
      const ofInput = rejected.get(inputId);
      if (rows === undefined || ofInput === undefined) continue;
      const suspects = records.flatMap(({ ordinal, recordKey }) => {
        const row = ofInput.get(ordinal)?.code === 'DUPLICATE_ID' ? rows.get(plainText(recordKey)) : undefined;
        return row === undefined ? [] : [[plainText(recordKey), row] as const];
      });
      const ours = await asOfThisRun(
        session,
        store.tables,
        constants.runId,
        suspects.map(([, row]) => row),
      );
      for (const [key, row] of suspects) rows.set(key, ours.get(row.recordId) ?? row);
    }
  }
}

/** Ids of the sources that have records and of the inputs that have rejections. */
async function whatIsStored(session: Session, { store, place }: LookupContext, inputs: readonly Input[]) {
  const { quoted: q } = store.tables;
  const sources = new Set<number>();
  const withRejections = new Set<number>();
  for (const { sourceId, inputId } of inputs.map(place)) {
    const records = await session.execute(`SELECT 1 FROM ${q.records} WHERE source_id = ? LIMIT 1`, [sourceId]);
    if (records.rows.length > 0) sources.add(sourceId);
    const rejections = await session.execute(`SELECT 1 FROM ${q.rejections} WHERE input_id = ? LIMIT 1`, [inputId]);
    if (rejections.rows.length > 0) withRejections.add(inputId);
  }
  return { sources, inputs: withRejections };
}

async function rejectionsOf(
  session: Session,
  store: Store,
  inputId: number,
  records: readonly RawRecord[],
): Promise<Map<number, StoredRejection>> {
  const { rows } = await session.execute(
    `SELECT ordinal, content_hash, described_with, stage, code, message FROM ${store.tables.quoted.rejections}
     WHERE input_id = ? AND ordinal >= ? AND ordinal <= ?`,
    [inputId, records[0]?.ordinal, records.at(-1)?.ordinal],
  );
  return new Map(
    rows.map((row) => [
      Number(row.ordinal),
      {
        contentHash: String(row.content_hash),
        describedWith: String(row.described_with),
        stage: row.stage as Stage,
        code: row.code as RejectionCode,
        message: String(row.message),
      },
    ]),
  );
}

function judge(
  record: RawRecord,
  stored: StoredRecord | undefined,
  rejected: StoredRejection | undefined,
  { constants: { runId, describedWith } }: LookupContext,
): Unchanged | Rejection | null {
  if (stored?.contentHash === record.contentHash && stored.describedWith === describedWith) {
    return { kind: 'unchanged', ...identityOf(record), warnings: record.warnings };
  }
  if (rejected?.contentHash !== record.contentHash || rejected.describedWith !== describedWith) return null;
  const { stage, code, message } = rejected;
  // What reads such a record, and how long it may take, is told anew each time.
  if (stage === 'read' || code === 'RECORD_TIMEOUT' || code === 'WORKER_CRASHED') return null;
  if (stage === 'describe') {
    return { kind: 'rejection', ...identityOf(record), stage, code, message, warnings: record.warnings };
  }
  // What the database decided is decided anew, unless it still is as it was: the other record of this key is there.
  const isDuplicate = code === 'DUPLICATE_ID' && stored !== undefined && stored.runId === runId;
  return isDuplicate ? { kind: 'rejection', ...identityOf(record), stage, code, message, warnings: [] } : null;
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
