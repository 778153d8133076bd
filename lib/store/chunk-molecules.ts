/** Stores the molecules of a chunk: one row for each structure, whichever record or import brings it first. */
import type { Molecule } from '../types.js';
import { type Outcome, type Rules, writesOf } from './resolve.js';
import type { ChunkWriter, StoredStructure } from './writer.js';

export interface StoredMolecules {
  /** Key of each structure, and the SMILES of its row. */
  readonly smiles: ReadonlyMap<string, string>;
  readonly inserted: ReadonlySet<string>;
}

/** The first record of a structure, in ordinal order, gives its row. */
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

  const refreshed = new Map<string, Molecule>();
  for (const { item } of writes) {
    const structure = known.get(item.structureKey);
    if (structure !== undefined && isFresher(item, structure, rules)) refreshed.set(item.structureKey, item);
  }
  await writer.refreshMolecules([...refreshed.keys()].sort().map((key) => refreshed.get(key)!));
  return { smiles: new Map(keys.map((key) => [key, (known.get(key) ?? first.get(key)!).canonicalSmiles])), inserted };
}

/** A row is described anew only by a record that gives the same SMILES: other records rely on the row's. */
function isFresher(item: Molecule, structure: StoredStructure, rules: Rules): boolean {
  if (item.canonicalSmiles !== structure.canonicalSmiles) return false;
  const gainsDescriptors = item.descriptors !== null && !structure.hasDescriptors;
  const gainsFingerprint = item.morganFp !== null && !structure.hasFingerprint;
  const loses =
    (item.descriptors === null && structure.hasDescriptors) || (item.morganFp === null && structure.hasFingerprint);
  return (rules.redescribe || gainsDescriptors || gainsFingerprint) && !loses;
}
