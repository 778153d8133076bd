/** Stores the molecules of a chunk: one row for each structure, whichever record or import brings it first. */
import type { Molecule } from '../types.js';
import { type Outcome, type RecordWrite, type Rules, writesOf } from './resolve.js';
import type { ChunkWriter, StoredStructure } from './writer.js';

export interface StoredMolecules {
  /** Key of each structure, and the SMILES of its row. */
  readonly smiles: ReadonlyMap<string, string>;
  readonly inserted: ReadonlySet<string>;
}

/** The first record of a structure, in ordinal order, gives its row; the first that brings values the row lacks, those. */
export async function storeMolecules(
  writer: ChunkWriter,
  outcomes: readonly (Outcome | null)[],
  rules: Rules,
): Promise<StoredMolecules> {
  const writes = writesOf(outcomes);
  const first = new Map<string, Molecule>();
  for (const { item } of writes) {
    if (!first.has(item.structureKey)) first.set(item.structureKey, item);
  }
  const keys = [...first.keys()].sort();
  const known = await writer.structures(keys);
  const missing = keys.filter((key) => !known.has(key));
  const inserted = await writer.insertMolecules(missing.map((key) => first.get(key)!));
  // Another import may have inserted the same molecule meanwhile: its row is the one.
  const overtaken = missing.filter((key) => !inserted.has(key));
  for (const [key, structure] of await writer.structures(overtaken)) known.set(key, structure);
  const wanting = [...known].flatMap(([key, structure]) => (isWhole(structure) ? [] : [key]));
  for (const [key, structure] of await writer.holdStructures(wanting.sort())) known.set(key, structure);

  const { refreshed, redrawn } = freshen(known, writes, rules);
  await writer.keepSmiles([...redrawn].sort());
  await writer.refreshMolecules([...refreshed.keys()].sort().map((key) => refreshed.get(key)!));
  return { smiles: new Map(keys.map((key) => [key, (known.get(key) ?? first.get(key)!).canonicalSmiles])), inserted };
}

/**
 * The molecules that rows are described anew with, and the keys of those rows whose SMILES becomes another. `known` is
 * then what the rows will be.
 */
export function freshen(
  known: Map<string, StoredStructure>,
  writes: readonly RecordWrite[],
  rules: Rules,
): { refreshed: ReadonlyMap<string, Molecule>; redrawn: ReadonlySet<string> } {
  const refreshed = new Map<string, Molecule>();
  const redrawn = new Set<string>();
  for (const { item } of writes) {
    const structure = known.get(item.structureKey);
    if (structure === undefined || !isFresher(item, structure, rules)) continue;
    refreshed.set(item.structureKey, item);
    if (item.canonicalSmiles !== structure.canonicalSmiles) redrawn.add(item.structureKey);
    known.set(item.structureKey, {
      canonicalSmiles: item.canonicalSmiles,
      hasDescriptors: item.descriptors !== null,
      hasFingerprint: item.morganFp !== null,
    });
  }
  return { refreshed, redrawn };
}

function isWhole({ hasDescriptors, hasFingerprint }: StoredStructure): boolean {
  return hasDescriptors && hasFingerprint;
}

/**
 * A row takes what it lacks from any record, its SMILES with it, since the values of tautomers differ. What it has is
 * replaced only by a record that gives the same SMILES.
 */
function isFresher(item: Molecule, structure: StoredStructure, rules: Rules): boolean {
  const gainsDescriptors = item.descriptors !== null && !structure.hasDescriptors;
  const gainsFingerprint = item.morganFp !== null && !structure.hasFingerprint;
  const loses =
    (item.descriptors === null && structure.hasDescriptors) || (item.morganFp === null && structure.hasFingerprint);
  if (loses) return false;
  const isSame = item.canonicalSmiles === structure.canonicalSmiles;
  return gainsDescriptors || gainsFingerprint || (rules.redescribe && isSame);
}
