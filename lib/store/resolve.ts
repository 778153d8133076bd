/**
 * What becomes of each record of a chunk, worked out in ordinal order from what the database holds: the rules of record
 * identity, without a database. A key is written at most once in a chunk, because whatever follows it in the same run
 * is either the same (unchanged) or a duplicate (rejected).
 */
import { identityOf } from '../identity-of.js';
import type { ConflictPolicy, Item, Molecule, Rejection, Unchanged } from '../types.js';
import { plainText } from './plain-text.js';

/** A row of `records`, as far as it decides. */
export interface StoredRecord {
  readonly recordId: number;
  readonly contentHash: string;
  readonly describedWith: string;
  readonly runId: number;
  /** JSON, or null. */
  readonly warnings: string | null;
}

/** A row of `records` to be written. */
export interface RecordWrite {
  readonly item: Molecule;
  readonly sourceId: number;
  readonly recordKey: string;
  /** The row that it replaces, or null. */
  readonly replaces: StoredRecord | null;
}

export type Outcome =
  | { readonly state: 'inserted' | 'updated'; readonly write: RecordWrite }
  /** `as`: the row or the write that the record equals. */
  | { readonly state: 'unchanged'; readonly as: StoredRecord | RecordWrite }
  | { readonly state: 'skipped' }
  | { readonly state: 'rejected'; readonly rejection: Rejection };

export interface Rules {
  readonly runId: number;
  readonly describedWith: string;
  readonly onConflict: ConflictPolicy;
  readonly redescribe: boolean;
}

export interface Known {
  sourceId(item: Item): number;
  record(sourceId: number, recordKey: string): StoredRecord | undefined;
}

/** One outcome for each item; null for the end of an input. */
export function resolve(items: readonly Item[], known: Known, rules: Rules): (Outcome | null)[] {
  /** What this chunk wrote or found unchanged, by source and key: as if a row of this run already. */
  const seen = new Map<number, Map<string, StoredRecord | RecordWrite>>();
  return items.map((item) => {
    if (item.kind === 'end') return null;
    if (item.kind === 'rejection') return { state: 'rejected', rejection: item };
    const sourceId = known.sourceId(item);
    const recordKey = plainText(item.recordKey);
    let ofSource = seen.get(sourceId);
    if (ofSource === undefined) {
      ofSource = new Map();
      seen.set(sourceId, ofSource);
    }
    const before = ofSource.get(recordKey);
    if (before !== undefined) {
      return hashOf(before) === item.contentHash ? { state: 'unchanged', as: before } : duplicate(item);
    }
    const stored = known.record(sourceId, recordKey) ?? null;
    const outcome = againstStored(item, { sourceId, recordKey, stored }, rules);
    if ('write' in outcome) ofSource.set(recordKey, outcome.write);
    else if (outcome.state === 'unchanged') ofSource.set(recordKey, outcome.as);
    return outcome;
  });
}

function hashOf(row: StoredRecord | RecordWrite): string {
  return 'item' in row ? row.item.contentHash : row.contentHash;
}

interface Slot {
  readonly sourceId: number;
  readonly recordKey: string;
  readonly stored: StoredRecord | null;
}

function againstStored(item: Molecule | Unchanged, slot: Slot, rules: Rules): Outcome {
  const { stored } = slot;
  if (stored === null) return item.kind === 'molecule' ? write('inserted', item, slot) : deleted(item);
  const isOfThisRun = stored.runId === rules.runId;
  if (stored.contentHash === item.contentHash) {
    const isDescribed = stored.describedWith === rules.describedWith && !(rules.redescribe && !isOfThisRun);
    if (isDescribed) return { state: 'unchanged', as: stored };
    return item.kind === 'molecule' ? write('updated', item, slot) : overtaken(item, stored, rules);
  }
  if (isOfThisRun) return duplicate(item);
  switch (rules.onConflict) {
    case 'skip':
      return { state: 'skipped' };
    case 'reject':
      return reject(item, 'CONFLICT', `another content is stored under the key ${item.recordKey}`);
    case 'update':
      return item.kind === 'molecule' ? write('updated', item, slot) : overtaken(item, stored, rules);
  }
}

function write(state: 'inserted' | 'updated', item: Molecule, { sourceId, recordKey, stored }: Slot): Outcome {
  return { state, write: { item, sourceId, recordKey, replaces: stored } };
}

function duplicate(item: Molecule | Unchanged): Outcome {
  return reject(item, 'DUPLICATE_ID', `another record of this import has the key ${item.recordKey}`);
}

/**
 * The record was found unchanged, and not described; then another import wrote to its row. As if that had come after this
 * record: it keeps the row, which is not confirmed as one of this run.
 */
function overtaken(item: Unchanged, stored: StoredRecord, { runId }: Rules): Outcome {
  return { state: 'unchanged', as: { ...stored, contentHash: item.contentHash, runId, warnings: null } };
}

/** The record was found unchanged, and its row is gone since: no import does that. */
function deleted(item: Unchanged): Outcome {
  return reject(item, 'CONFLICT', 'its row was deleted while it was imported: import it again');
}

function reject(item: Molecule | Unchanged, code: Rejection['code'], message: string): Outcome {
  return { state: 'rejected', rejection: rejectionOf(item, 'match', code, message) };
}

/** Its warnings are not kept: they belong to records that were taken. */
export function rejectionOf(
  item: Molecule | Unchanged,
  stage: Rejection['stage'],
  code: Rejection['code'],
  message: string,
): Rejection {
  return { kind: 'rejection', ...identityOf(item), stage, code, message, warnings: [] };
}

/** The rows that the outcomes write, in their order. */
export function writesOf(outcomes: readonly (Outcome | null)[]): RecordWrite[] {
  const writes: RecordWrite[] = [];
  for (const outcome of outcomes) if (outcome !== null && 'write' in outcome) writes.push(outcome.write);
  return writes;
}
