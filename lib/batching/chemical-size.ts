import type { Item, RawRecord } from '../types.js';
import { bytesOf } from './size-of.js';

/**
 * What a heavy atom adds to a stored molecule beside the record's bytes: its share of SMILES, InChI and indexes. An atom
 * also costs time to describe; the same weight serves there, since both are about proportional.
 */
const HEAVY_ATOM_BYTES = 40;

/** Bytes that an item weighs in a chunk: its own and what its heavy atoms add. */
export function chemicalSizeOf(item: Item | RawRecord): number {
  if (item.kind === 'molecule') return bytesOf(item) + HEAVY_ATOM_BYTES * item.heavyAtoms;
  if (item.kind === 'record') return bytesOf(item) + HEAVY_ATOM_BYTES * atomsOf(item);
  return bytesOf(item);
}

const LINE_FEED = 0x0a;

/**
 * Atoms of a record that is not parsed yet, at a glance: the counts line of a V2000 molblock, every other character of a
 * SMILES. Hydrogens written as atoms count, and a V3000 record counts as none beyond its bytes.
 */
export function atomsOf(record: RawRecord): number {
  const { raw } = record;
  if (record.layout.format !== 'sdf') return record.fields === null ? Math.ceil(raw.length / 2) : 0;
  let line = 0;
  for (let at = 0; at < raw.length && at < 4_000; at += 1) {
    if (raw[at] !== LINE_FEED) continue;
    line += 1;
    if (line === 3) return countAt(raw, at + 1);
  }
  return 0;
}

/** The number in the first three characters, 0 if there is none. */
function countAt(raw: Uint8Array, at: number): number {
  let count = 0;
  for (const byte of raw.subarray(at, at + 3)) {
    if (byte >= 0x30 && byte <= 0x39) count = count * 10 + byte - 0x30;
    else if (byte !== 0x20) return 0;
  }
  return count;
}
