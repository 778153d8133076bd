/** What one transaction does for a chunk: the guard, the molecules, the records, the rejections, the counters. */
import { StoppedError } from '../errors.js';
import type { Input, Item, Rejection } from '../types.js';
import type { Checkpoint } from './checkpoint.js';
import { storeMolecules } from './chunk-molecules.js';
import { asOfThisRun, confirm } from './confirmations.js';
import type { Store } from './open-store.js';
import { plainText } from './plain-text.js';
import type { Progress } from './progress.js';
import { type Outcome, type RecordWrite, type Rules, resolve, type StoredRecord, writesOf } from './resolve.js';
import { addTally, emptyTally, type Tally } from './tally.js';
import { tallyOutcomes } from './tally-outcomes.js';
import { inFuture, nowSql } from './time.js';
import type { Session } from './transaction.js';
import { type ChunkWriter, type RecordRow, type RowConstants, warningsOf } from './writer.js';
import { writerOf } from './writer-of.js';

export interface ChunkContext {
  readonly store: Store;
  readonly rules: Rules;
  readonly constants: RowConstants;
  checkpoint(input: Input): Checkpoint;
  /** Hash of what was read of the input up to the offset, kept to recognise the input when it is resumed. */
  prefixHash(input: Input, offset: number): string;
  /** In a statement of its own: what a transaction writes of it nobody sees before it commits. */
  renewLease(): Promise<void>;
}

export interface ChunkResult {
  readonly tallies: ReadonlyMap<Input, Tally>;
  readonly prefixHashes: ReadonlyMap<Input, string>;
  readonly rejections: readonly Rejection[];
}

/** Throws `StoppedError` FENCED, or what the database threw. Changes nothing but the database. */
export async function writeChunk(
  session: Session,
  items: readonly Item[],
  progress: readonly Progress[],
  context: ChunkContext,
): Promise<ChunkResult> {
  const moves = [...progress].sort((a, b) => idOf(a, context) - idOf(b, context));
  const prefixHashes = new Map<Input, string>();
  for (const move of moves) {
    const hash = context.prefixHash(move.input, move.to.nextOffset);
    prefixHashes.set(move.input, hash);
    await guard(session, move, hash, context);
  }
  const writer = writerOf(context.store, session, context.constants);
  const outcomes = await resolveItems(session, writer, items, context);
  const structures = await storeMolecules(writer, outcomes, context.rules);
  const rows = await storeRecords(session, writer, outcomes, structures.smiles, context);
  const rejections = await storeRejections(session, writer, outcomes, moves, context);

  const tallies = tallyOutcomes(items, outcomes, rows, structures.inserted, progress);
  for (const move of moves) await storeTally(session, move, tallies.get(move.input)!, context);
  return { tallies, prefixHashes, rejections };
}

function idOf(move: Progress, context: ChunkContext): number {
  return context.checkpoint(move.input).inputId;
}

/** No row: somebody else has taken over. */
async function guard(session: Session, { input, from, to }: Progress, hash: string, context: ChunkContext) {
  const { store } = context;
  const checkpoint = context.checkpoint(input);
  const { changes } = await session.execute(
    `UPDATE ${store.tables.quoted.checkpoints} SET next_offset = ?, next_ordinal = ?, prefix_hash = ?, completed = ?
     WHERE run_id = ? AND input_id = ? AND part = 0 AND epoch = ? AND next_offset = ?`,
    [
      to.nextOffset,
      to.nextOrdinal,
      hash,
      to.completed,
      context.rules.runId,
      checkpoint.inputId,
      checkpoint.epoch,
      from.nextOffset,
    ],
  );
  if (changes === 0) throw fenced(input);
}

export function fenced(input: Input): StoppedError {
  return new StoppedError('FENCED', `another process has taken over the import of ${input.uri}: this one stops`, {
    input: input.uri,
  });
}

async function resolveItems(
  session: Session,
  writer: ChunkWriter,
  items: readonly Item[],
  context: ChunkContext,
): Promise<(Outcome | null)[]> {
  const sourceId = (item: Item) => context.checkpoint(item.input).sourceId;
  const keys = new Map<number, Set<string>>();
  for (const item of items) {
    if (item.kind === 'end' || item.kind === 'rejection') continue;
    const ofSource = keys.get(sourceId(item)) ?? new Set();
    keys.set(sourceId(item), ofSource.add(plainText(item.recordKey)));
  }
  const stored = new Map<number, Map<string, StoredRecord>>();
  for (const [source, ofSource] of keys) stored.set(source, await writer.records(source, [...ofSource]));
  const found = (item: Item & { recordKey: string }) => stored.get(sourceId(item))?.get(plainText(item.recordKey));
  const changed = items.flatMap((item) => {
    if (item.kind === 'end' || item.kind === 'rejection') return [];
    const row = found(item);
    return row === undefined || row.contentHash === item.contentHash ? [] : [row];
  });
  const { store, rules } = context;
  const ours = await asOfThisRun(session, store.tables, rules.runId, changed);
  const record = (source: number, key: string): StoredRecord | undefined => {
    const row = stored.get(source)?.get(key);
    return row && (ours.get(row.recordId) ?? row);
  };
  return resolve(items, { sourceId, record }, rules);
}

async function storeRecords(
  session: Session,
  writer: ChunkWriter,
  outcomes: readonly (Outcome | null)[],
  smiles: ReadonlyMap<string, string>,
  context: ChunkContext,
): Promise<ReadonlyMap<RecordWrite, RecordRow>> {
  const writes = writesOf(outcomes).sort((a, b) => a.sourceId - b.sourceId || (a.recordKey < b.recordKey ? -1 : 1));
  const rows = new Map(writes.map((write) => [write, rowOf(write, smiles, context)]));
  const { store, rules } = context;
  const confirmed: number[] = [];
  for (const outcome of outcomes) {
    if (outcome?.state !== 'unchanged' || !('recordId' in outcome.as)) continue;
    if (outcome.as.runId !== rules.runId) confirmed.push(outcome.as.recordId);
  }
  await confirm(session, store.tables, rules.runId, confirmed);
  const replacing = [...rows.values()].filter((row) => row.replaces !== null);
  await writer.lockRecords(replacing.map((row) => row.replaces!));
  await writer.replaceRecords(replacing);
  await writer.insertRecords([...rows.values()].filter((row) => row.replaces === null));
  return rows;
}

function rowOf(write: RecordWrite, smiles: ReadonlyMap<string, string>, context: ChunkContext): RecordRow {
  const { item, sourceId, recordKey, replaces } = write;
  const isMerged = item.canonicalSmiles !== smiles.get(item.structureKey);
  return {
    item,
    sourceId,
    recordKey,
    replaces,
    inputId: context.checkpoint(item.input).inputId,
    canonicalSmiles: isMerged ? item.canonicalSmiles : null,
    warnings: warningsOf(item, isMerged),
  };
}

/** Whatever was rejected of these ordinals before is forgotten, and beyond the end of an input as well. */
async function storeRejections(
  session: Session,
  writer: ChunkWriter,
  outcomes: readonly (Outcome | null)[],
  moves: readonly Progress[],
  context: ChunkContext,
): Promise<Rejection[]> {
  const table = context.store.tables.quoted.rejections;
  for (const { input, from, to } of moves) {
    const inputId = context.checkpoint(input).inputId;
    if (to.completed) {
      await session.execute(`DELETE FROM ${table} WHERE input_id = ? AND ordinal >= ?`, [inputId, from.nextOrdinal]);
    } else {
      await session.execute(`DELETE FROM ${table} WHERE input_id = ? AND ordinal >= ? AND ordinal < ?`, [
        inputId,
        from.nextOrdinal,
        to.nextOrdinal,
      ]);
    }
  }
  const rejections = outcomes.flatMap((outcome) => (outcome?.state === 'rejected' ? [outcome.rejection] : []));
  await writer.insertRejections(
    rejections.map((rejection) => ({ rejection, inputId: context.checkpoint(rejection.input).inputId })),
  );
  return rejections;
}

async function storeTally(session: Session, { input }: Progress, delta: Tally, context: ChunkContext): Promise<void> {
  const { store } = context;
  const checkpoint = context.checkpoint(input);
  const sum = emptyTally();
  addTally(sum, checkpoint.tally);
  addTally(sum, delta);
  const { counters } = sum;
  await session.execute(
    `UPDATE ${store.tables.quoted.checkpoints} SET read = ?, inserted = ?, updated = ?, unchanged = ?, skipped = ?,
     rejected = ?, molecules_new = ?, warnings = ?, rejections = ?, updated_at = ${nowSql(store.kind)},
     lease_until = ${inFuture(store.kind)} WHERE run_id = ? AND input_id = ? AND part = 0`,
    [
      counters.read,
      counters.inserted,
      counters.updated,
      counters.unchanged,
      counters.skipped,
      counters.rejected,
      counters.moleculesNew,
      JSON.stringify(sum.warnings),
      JSON.stringify(sum.rejections),
      store.leaseMs,
      context.rules.runId,
      checkpoint.inputId,
    ],
  );
}
