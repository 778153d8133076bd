/**
 * Reads what RDKit's binary form of a molecule says of atoms, bonds and rings.
 * Layout: `MolPickler.cpp`, `_pickle`, `_pickleAtom`, `_pickleAtomData`, `_pickleBond`, `_pickleSSSR`, and
 * `pickleAtomProperties`. It belongs to the release, so any other version than the one below is refused.
 */
import { AtomFlag, BondFlag, BondType, type Graph } from './graph.js';
import { PickleReader } from './pickle-reader.js';
import { skipProperties, skipQuery, skipStereoGroups, skipSubstanceGroups } from './pickle-skip.js';

/** What to hand to `get_as_uint8array`: atoms' stereo perception is asked for, coordinates are left out. */
export const PICKLE_FLAGS = '{"propertyFlags":{"AtomProps":true,"NoConformers":true}}';

/** Version of the pickle's layout that is read here, major, minor, patch. */
export const PICKLE_VERSION = [16, 4, 0] as const;

const ENDIAN_MARK = 0xdeadbeef | 0;
const TAG = {
  beginAtoms: 1,
  beginBonds: 11,
  endProperties: 19,
  rings: 20,
  endMolecule: 22,
  mapNumber: 24,
  beginQuery: 25,
  endQuery: 43,
  dummyLabel: 44,
  atomProperties: 58,
  substanceGroups: 61,
  stereoGroups: 62,
  symmetrisedRings: 66,
} as const;

const SP3 = 4;
const MAP_NUMBER = 0x08;
const MONOMER = 0x02;
const POSSIBLE_STEREO = 0x08;

const reader = new PickleReader();

/**
 * Fills `graph` from the bytes of `get_as_uint8array(PICKLE_FLAGS)`.
 * False where they are of another version, or hold what is not read here (monomers, recursive queries); then what
 * `graph` holds means nothing.
 */
export function decodePickle(bytes: Uint8Array, graph: Graph): boolean {
  reader.open(bytes);
  const [major, minor, patch] = PICKLE_VERSION;
  const marked = reader.int32() === ENDIAN_MARK && reader.int32() === 0;
  if (!marked || reader.int32() !== major || reader.int32() !== minor || reader.int32() !== patch) return false;
  const atoms = reader.int32();
  const bonds = reader.int32();
  if (atoms < 0 || bonds < 0 || atoms > bytes.length || bonds > bytes.length) return false;
  reader.wide = atoms > 255 || bonds > 255;
  reader.skip(1);
  graph.reset(atoms, bonds);

  reader.expect(TAG.beginAtoms);
  for (let a = 0; a < atoms && !reader.failed; a++) readAtom(graph, a);
  reader.expect(TAG.beginBonds);
  for (let b = 0; b < bonds && !reader.failed; b++) readBond(graph, b);
  if (reader.failed) return false;
  graph.connect();

  let tag = reader.byte();
  if (tag === TAG.rings || tag === TAG.symmetrisedRings) {
    readRings(graph);
    tag = reader.byte();
  }
  if (tag === TAG.substanceGroups) {
    skipSubstanceGroups(reader);
    tag = reader.byte();
  }
  if (tag === TAG.stereoGroups) {
    skipStereoGroups(reader);
    tag = reader.byte();
  }
  if (tag === TAG.atomProperties) {
    reader.skip(4);
    for (let a = 0; a < atoms && !reader.failed; a++) readAtomProperties(graph, a);
    reader.expect(TAG.endProperties);
    tag = reader.byte();
  }
  return tag === TAG.endMolecule && !reader.failed && reader.at === bytes.length;
}

function readAtom(graph: Graph, a: number): void {
  graph.element[a] = reader.byte();
  const flags = reader.byte();
  graph.atomFlags[a] = flags;
  const present = reader.int32();
  graph.charge[a] = present & 0x02 ? reader.byte() : 0;
  graph.chiralTag[a] = present & 0x04 ? reader.byte() : 0;
  graph.hybridization[a] = present & 0x08 ? reader.byte() : SP3;
  graph.explicitHs[a] = present & 0x10 ? reader.byte() : 0;
  const explicitValence = present & 0x20 ? reader.byte() : 0;
  const implicitValence = present & 0x40 ? reader.byte() : 0;
  graph.radicals[a] = present & 0x80 ? reader.byte() : 0;
  graph.isotope[a] = present & 0x100 ? reader.int32() : 0;
  graph.valence[a] = explicitValence + implicitValence;
  graph.implicitHs[a] = flags & AtomFlag.noImplicit ? 0 : implicitValence;
  if (flags & AtomFlag.query) {
    graph.hasQueries = true;
    reader.expect(TAG.beginQuery);
    skipQuery(reader);
    reader.expect(TAG.endQuery);
  }
  if (flags & MAP_NUMBER) {
    reader.expect(TAG.mapNumber);
    if (reader.byte() > 127) reader.skip(4);
  }
  if (flags & AtomFlag.dummyLabel) {
    reader.expect(TAG.dummyLabel);
    reader.skipString();
  }
  if (flags & MONOMER) reader.failed = true;
}

function readBond(graph: Graph, b: number): void {
  const begin = reader.index();
  const end = reader.index();
  if (begin < 0 || end < 0 || begin >= graph.atomCount || end >= graph.atomCount) {
    reader.failed = true;
    return;
  }
  graph.bondBegin[b] = begin;
  graph.bondEnd[b] = end;
  graph.degree[begin]!++;
  graph.degree[end]!++;
  const flags = reader.byte();
  graph.bondFlags[b] = flags;
  graph.bondType[b] = flags & 0x08 ? reader.byte() : BondType.single;
  if (flags & 0x04) reader.skip(1); // direction
  if (flags & 0x02) {
    reader.skip(1); // stereo, and the atoms that it refers to
    reader.skipIndices(reader.byte());
  }
  if (flags & BondFlag.query) {
    graph.hasQueries = true;
    reader.expect(TAG.beginQuery);
    skipQuery(reader);
    reader.expect(TAG.endQuery);
  }
  if (flags & 0x01) {
    reader.skipString(); // end points of a multi-centre bond, and how it is attached
    reader.skipString();
  }
}

function readRings(graph: Graph): void {
  const rings = reader.int32();
  let members = 0;
  for (let r = 0; r < rings && !reader.failed; r++) {
    const size = reader.index();
    if (size < 0 || size > graph.atomCount) {
      reader.failed = true;
      return;
    }
    graph.reserveRings(r + 1, members + size);
    graph.ringStarts[r] = members;
    const { ringAtoms, ringBonds, atomInRing, bondInRing } = graph;
    for (let i = 0; i < size; i++) ringAtoms[members + i] = reader.index();
    for (let i = 0; i < size; i++) {
      const atom = ringAtoms[members + i]!;
      const bond = graph.bondBetween(atom, ringAtoms[members + (i + 1 === size ? 0 : i + 1)]!);
      if (bond < 0) {
        reader.failed = true;
        return;
      }
      ringBonds[members + i] = bond;
      bondInRing[bond] = 1;
      atomInRing[atom]! |= size === 3 ? 3 : 1;
    }
    members += size;
  }
  graph.reserveRings(rings, members);
  graph.ringStarts[rings] = members;
  graph.ringCount = rings;
  graph.hasRings = true;
}

function readAtomProperties(graph: Graph, a: number): void {
  skipProperties(reader);
  const present = reader.byte();
  if (present === 0) return;
  if (present & POSSIBLE_STEREO) graph.possibleStereo[a] = 1;
  for (let bits = present; bits > 0; bits &= bits - 1) reader.skip(2);
}
