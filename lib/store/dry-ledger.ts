/** A ledger that only counts. It owns its overlay, which `finish` and `close` close. */
import type { Input, Item, Lookup } from '../types.js';
import { Checkpoint, checkpointOf } from './checkpoint.js';
import { freshen } from './chunk-molecules.js';
import type { Claim } from './claim.js';
import { createOverlay, DRY_RUN, type Overlay } from './dry-overlay.js';
import { databaseError } from './failures.js';
import type { Ledger, LedgerOptions } from './ledger-contract.js';
import { createLookup } from './lookup.js';
import type { Store } from './open-store.js';
import { plainText } from './plain-text.js';
import { progressOf } from './progress.js';
import { type Outcome, type Rules, resolve, type StoredRecord, writesOf } from './resolve.js';
import { emptyTally, sumOf } from './tally.js';
import { tallyOutcomes } from './tally-outcomes.js';
import { withSession } from './transaction.js';
import { type RowConstants, warningsOf } from './writer.js';
import { writerOf } from './writer-of.js';

/** `store`: null where there is no database yet. */
export async function openDryLedger(store: Store | null, options: LedgerOptions): Promise<Ledger> {
  const { describedWith, redescribe } = options;
  const run: Rules & RowConstants = { ...options, runId: DRY_RUN };
  const asked = <T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> =>
    store === null
      ? work()
      : store.patience.run(work, signal).catch((error: unknown) => {
          throw databaseError(error, store.displayName);
        });
  const claims = await asked(() => placesOf(store, options.inputs));
  const checkpoints = new Map(claims.map((claim) => [claim.input, new Checkpoint(claim)]));
  const checkpoint = (input: Input) => checkpointOf(checkpoints, input);
  const lookup: Lookup =
    store === null
      ? async (records) => records.map(() => null)
      : await asked(() => createLookup({ store, constants: run, redescribe, place: checkpoint }, options.inputs));
  const overlay = createOverlay();

  return {
    runId: DRY_RUN,
    resumed: false,
    lookup,
    checkpoint,
    async commit(chunk, prefixHash, signal) {
      const begun = performance.now();
      const progress = progressOf(chunk.items, checkpoint);
      const sourceId = (item: Item) => checkpoint(item.input).sourceId;
      const stored = await asked(() => storedRecords(store, overlay, chunk.items, sourceId, run), signal);
      const outcomes = resolve(chunk.items, { sourceId, record: (source, key) => stored.get(source)?.get(key) }, run);
      const structures = await asked(() => storeStructures(store, overlay, outcomes, run), signal);
      const rows = new Map(
        writesOf(outcomes).map((write) => {
          const isMerged = write.item.canonicalSmiles !== structures.smiles.get(write.item.structureKey);
          return [write, { warnings: warningsOf(write.item, isMerged) }];
        }),
      );
      for (const [write, { warnings }] of rows) overlay.addRecord(write, describedWith, warnings);
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome?.state !== 'unchanged' || !('recordId' in outcome.as)) continue;
        const item = chunk.items[index];
        if (item !== undefined && item.kind !== 'end') overlay.touch(sourceId(item), item.recordKey, outcome.as);
      }
      const tallies = tallyOutcomes(chunk.items, outcomes, rows, structures.inserted, progress);
      for (const move of progress) {
        checkpoint(move.input).advance(move, tallies.get(move.input)!, prefixHash(move.input, move.to.nextOffset));
      }
      return {
        ms: performance.now() - begun,
        attempts: 1,
        setback: null,
        counters: sumOf(tallies.values()).counters,
        rejectedRows: outcomes.flatMap((outcome) => (outcome?.state === 'rejected' ? [outcome.rejection] : [])),
      };
    },
    counters: () => sumOf([...checkpoints.values()].map(({ tally }) => tally)),
    inputCounters: (input) => sumOf([checkpoint(input).tally]),
    finish: async () => overlay.close(),
    close: async () => overlay.close(),
  };
}

/** Ids of sources and inputs that the database knows; of the others, made up. */
async function placesOf(store: Store | null, inputs: readonly Input[]): Promise<Claim[]> {
  const madeUp = new Map<string, number>();
  const claims: Claim[] = [];
  for (const [index, input] of inputs.entries()) {
    const found = store === null ? null : await findPlace(store, input);
    if (!madeUp.has(input.source)) madeUp.set(input.source, -1 - madeUp.size);
    claims.push({
      input,
      inputId: found?.inputId ?? -1 - index,
      sourceId: found?.sourceId ?? madeUp.get(input.source)!,
      epoch: 0,
      nextOffset: 0,
      nextOrdinal: 0,
      completed: false,
      prefixHash: null,
      tally: emptyTally(),
    });
  }
  return claims;
}

async function findPlace(store: Store, input: Input): Promise<{ sourceId: number; inputId: number | null } | null> {
  const { quoted: q } = store.tables;
  const { rows } = await withSession(store.knex, (session) =>
    session.execute(
      `SELECT s.source_id, i.input_id FROM ${q.sources} s LEFT JOIN ${q.inputs} i
       ON i.source_id = s.source_id AND i.uri = ? WHERE s.name = ?`,
      [input.uri, input.source],
    ),
  );
  const [row] = rows;
  if (row === undefined) return null;
  return { sourceId: Number(row.source_id), inputId: row.input_id === null ? null : Number(row.input_id) };
}

async function storedRecords(
  store: Store | null,
  overlay: Overlay,
  items: readonly Item[],
  sourceId: (item: Item) => number,
  constants: RowConstants,
): Promise<Map<number, Map<string, StoredRecord>>> {
  const stored = new Map<number, Map<string, StoredRecord>>();
  const missing = new Map<number, Set<string>>();
  for (const item of items) {
    if (item.kind === 'end' || item.kind === 'rejection') continue;
    const source = sourceId(item);
    const key = plainText(item.recordKey);
    const seen = overlay.record(source, key);
    if (seen === undefined) missing.set(source, (missing.get(source) ?? new Set()).add(key));
    else stored.set(source, (stored.get(source) ?? new Map()).set(key, seen));
  }
  if (store === null) return stored;
  return withSession(store.knex, async (session) => {
    const reader = writerOf(store, session, constants);
    for (const [source, keys] of missing) {
      const found = await reader.records(source, [...keys]);
      stored.set(source, new Map([...(stored.get(source) ?? []), ...found]));
    }
    return stored;
  });
}

async function storeStructures(
  store: Store | null,
  overlay: Overlay,
  outcomes: readonly (Outcome | null)[],
  run: Rules & RowConstants,
): Promise<{ smiles: Map<string, string>; inserted: Set<string> }> {
  const smiles = new Map<string, string>();
  const unseen = new Set<string>();
  for (const { item } of writesOf(outcomes)) {
    const seen = overlay.smiles(item.structureKey);
    if (seen === undefined) unseen.add(item.structureKey);
    else smiles.set(item.structureKey, seen);
  }
  if (store !== null) {
    const known = await withSession(store.knex, (session) => writerOf(store, session, run).structures([...unseen]));
    const { redrawn } = freshen(known, writesOf(outcomes), run);
    for (const [key, { canonicalSmiles }] of known) {
      smiles.set(key, canonicalSmiles);
      if (redrawn.has(key)) overlay.addStructure(key, canonicalSmiles);
    }
  }
  const inserted = new Set<string>();
  for (const { item } of writesOf(outcomes)) {
    if (smiles.has(item.structureKey)) continue;
    smiles.set(item.structureKey, item.canonicalSmiles);
    inserted.add(item.structureKey);
    overlay.addStructure(item.structureKey, item.canonicalSmiles);
  }
  return { smiles, inserted };
}
