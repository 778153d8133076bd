/**
 * Steps over the parts of a pickle that no descriptor needs: queries, property dictionaries, substance groups, stereo
 * groups. Layout: RDKit's `MolPickler.cpp` and `RDGeneral/StreamOps.h`.
 */
import type { PickleReader } from './pickle-reader.js';

const QUERY = {
  value: 26,
  negated: 27,
  children: 28,
  and: 30,
  or: 31,
  xor: 32,
  equals: 33,
  greater: 34,
  greaterEqual: 35,
  less: 36,
  lessEqual: 37,
  range: 38,
  set: 39,
  null: 40,
  atomRing: 41,
  typeLabel: 65,
} as const;

/** `pickleQuery`: one query and its children. Recursive and property queries are not read: `failed`. */
export function skipQuery(reader: PickleReader): void {
  reader.skipString();
  let tag = reader.byte();
  if (tag === QUERY.typeLabel) {
    reader.skipString();
    tag = reader.byte();
  }
  if (tag === QUERY.negated) tag = reader.byte();
  switch (tag) {
    case QUERY.and:
    case QUERY.or:
    case QUERY.xor:
    case QUERY.null:
      break;
    case QUERY.equals:
    case QUERY.greater:
    case QUERY.greaterEqual:
    case QUERY.less:
    case QUERY.lessEqual:
    case QUERY.atomRing:
      reader.expect(QUERY.value);
      reader.skip(8);
      break;
    case QUERY.range:
      reader.expect(QUERY.value);
      reader.skip(13);
      break;
    case QUERY.set:
      reader.expect(QUERY.value);
      reader.skip(4 * reader.int32());
      break;
    default:
      reader.failed = true;
  }
  if (reader.failed) return;
  reader.expect(QUERY.children);
  for (let left = reader.byte(); left > 0 && !reader.failed; left--) skipQuery(reader);
}

/** Bytes of a property's value by its `DTags` type, and of each element of a vector type; 0: strings, -1: unknown. */
const SCALAR_BYTES = [0, 4, 4, 1, 4, 8];
const ELEMENT_BYTES = [-1, -1, -1, -1, -1, -1, 0, 4, 4, 1, 4, 8];

/** `streamWriteProps<uint16>`: a property dictionary. Says whether its property `TYPE` is `SUP`. */
export function skipProperties(reader: PickleReader): boolean {
  let superatom = false;
  for (let left = reader.uint16(); left > 0 && !reader.failed; left--) {
    const isType = reader.stringIs('TYPE');
    const type = reader.byte();
    const scalar = SCALAR_BYTES[type];
    if (scalar === undefined) skipVector(reader, ELEMENT_BYTES[type] ?? -1);
    else if (scalar > 0) reader.skip(scalar);
    else if (isType) superatom = reader.stringIs('SUP');
    else reader.skipString();
  }
  return superatom;
}

function skipVector(reader: PickleReader, elementBytes: number): void {
  const count = reader.int32();
  if (elementBytes < 0 || reader.int32() !== 0) reader.failed = true;
  else if (elementBytes > 0) reader.skip(count * elementBytes);
  else for (let left = count; left > 0 && !reader.failed; left--) reader.skipString();
}

/** `_pickleSubstanceGroup`, as many as the pickle says. */
export function skipSubstanceGroups(reader: PickleReader): void {
  for (let left = reader.int32(); left > 0 && !reader.failed; left--) {
    const superatom = skipProperties(reader);
    reader.skipIndices(reader.index()); // atoms
    reader.skipIndices(reader.index()); // parent atoms
    reader.skipIndices(reader.index()); // bonds
    reader.skip(36 * reader.index()); // brackets: three points of three floats
    for (let states = reader.index(); states > 0 && !reader.failed; states--) {
      reader.skipIndices(1);
      if (superatom) reader.skip(12);
    }
    for (let points = reader.index(); points > 0 && !reader.failed; points--) {
      reader.skipIndices(1);
      reader.skip(4);
      reader.skipString();
    }
  }
}

/** `_pickleStereo`: the groups of enhanced stereochemistry. */
export function skipStereoGroups(reader: PickleReader): void {
  for (let left = reader.index(); left > 0 && !reader.failed; left--) {
    const absolute = reader.index() === 0;
    if (!absolute) reader.skipIndices(1);
    reader.skipIndices(reader.index()); // atoms
    reader.skipIndices(reader.index()); // bonds
  }
}
