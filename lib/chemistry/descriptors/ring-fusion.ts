import type { Graph } from './graph.js';
import { slotOf } from './slots.js';

const SPIRO = slotOf('num_spiro_atoms');
const BRIDGEHEAD = slotOf('num_bridgehead_atoms');

/** Bits of the atoms (bonds) of each ring, `atomWords` (`bondWords`) words a ring. */
let atomSets = new Int32Array(0);
let bondSets = new Int32Array(0);
let atomWords = 0;
let bondWords = 0;

/** Where atom `a` stands in `ringAtoms`, and in which rings: `places[k]`, `memberOf[k]`, k in `first[a]` ... `first[a+1]`. */
let first = new Int32Array(0);
let places = new Int32Array(0);
let memberOf = new Int32Array(0);

/**
 * Spiro atoms: the only atom that two rings share. Bridgehead atoms: the ends of a path of at least two bonds that two
 * rings share. RDKit: `Lipinski.cpp`, `calcNumSpiroAtoms`, `calcNumBridgeheadAtoms`, which compare all pairs of rings.
 * Here each atom looks among its own rings for a pair that makes it one or the other: two rings that meet in it alone
 * take four of its bonds, two of which a path ends at it take three. So a macrocycle of thousands of symmetrised rings
 * is done in milliseconds.
 */
export function ringFusion(graph: Graph, out: Float64Array, at: number): void {
  let spiro = 0;
  let bridgehead = 0;
  if (graph.ringCount > 1) {
    fillSets(graph);
    fillMemberships(graph);
    for (let a = 0; a < graph.atomCount; a++) {
      if (first[a + 1]! - first[a]! < 2) continue;
      const bonds = ringBondsAt(graph, a);
      if (bonds > 3 && isSpiro(graph, a)) spiro++;
      if (bonds > 2 && isBridgehead(graph, a)) bridgehead++;
    }
  }
  out[at + SPIRO] = spiro;
  out[at + BRIDGEHEAD] = bridgehead;
}

function isSpiro(graph: Graph, atom: number): boolean {
  const end = first[atom + 1]!;
  for (let k = first[atom]!; k < end; k++) {
    for (let l = k + 1; l < end; l++) {
      if (bondsSharedAt(graph, k, l) !== 0) continue;
      if (shared(atomSets, atomWords, memberOf[k]!, memberOf[l]!) === 1) return true;
    }
  }
  return false;
}

function isBridgehead(graph: Graph, atom: number): boolean {
  const end = first[atom + 1]!;
  for (let k = first[atom]!; k < end; k++) {
    for (let l = k + 1; l < end; l++) {
      if (bondsSharedAt(graph, k, l) !== 1) continue;
      if (shared(bondSets, bondWords, memberOf[k]!, memberOf[l]!) > 1) return true;
    }
  }
  return false;
}

function ringBondsAt(graph: Graph, atom: number): number {
  let bonds = 0;
  const end = graph.starts[atom + 1]!;
  for (let k = graph.starts[atom]!; k < end; k++) bonds += graph.bondInRing[graph.neighbourBonds[k]!]!;
  return bonds;
}

/** How many of an atom's bonds two of its rings both take; each takes two. */
function bondsSharedAt(graph: Graph, k: number, l: number): number {
  const { ringBonds } = graph;
  const next = ringBonds[places[k]!]!;
  const otherNext = ringBonds[places[l]!]!;
  const last = ringBonds[before(graph, k)]!;
  const otherLast = ringBonds[before(graph, l)]!;
  return Number(next === otherNext || next === otherLast) + Number(last === otherNext || last === otherLast);
}

function before(graph: Graph, membership: number): number {
  const place = places[membership]!;
  const ring = memberOf[membership]!;
  return place === graph.ringStarts[ring] ? graph.ringStarts[ring + 1]! - 1 : place - 1;
}

function fillSets(graph: Graph): void {
  const { ringCount, ringStarts, ringAtoms, ringBonds } = graph;
  atomWords = (graph.atomCount + 31) >>> 5;
  bondWords = (graph.bondCount + 31) >>> 5;
  if (atomSets.length < ringCount * atomWords) atomSets = new Int32Array(2 * ringCount * atomWords);
  if (bondSets.length < ringCount * bondWords) bondSets = new Int32Array(2 * ringCount * bondWords);
  atomSets.fill(0, 0, ringCount * atomWords);
  bondSets.fill(0, 0, ringCount * bondWords);
  for (let r = 0; r < ringCount; r++) {
    const end = ringStarts[r + 1]!;
    for (let k = ringStarts[r]!; k < end; k++) {
      const atom = ringAtoms[k]!;
      const bond = ringBonds[k]!;
      atomSets[r * atomWords + (atom >>> 5)]! |= 1 << (atom & 31);
      bondSets[r * bondWords + (bond >>> 5)]! |= 1 << (bond & 31);
    }
  }
}

function fillMemberships(graph: Graph): void {
  const { atomCount, ringCount, ringStarts, ringAtoms } = graph;
  const members = ringStarts[ringCount]!;
  if (first.length < atomCount + 2) first = new Int32Array(2 * atomCount + 2);
  if (places.length < members) {
    places = new Int32Array(2 * members);
    memberOf = new Int32Array(2 * members);
  }
  // Counted two places ahead, so that filling moves each start to where it belongs.
  first.fill(0, 0, atomCount + 2);
  for (let k = 0; k < members; k++) first[ringAtoms[k]! + 2]!++;
  for (let a = 2; a <= atomCount; a++) first[a]! += first[a - 1]!;
  for (let r = 0; r < ringCount; r++) {
    const end = ringStarts[r + 1]!;
    for (let k = ringStarts[r]!; k < end; k++) {
      const slot = first[ringAtoms[k]! + 1]!++;
      places[slot] = k;
      memberOf[slot] = r;
    }
  }
}

/** Bits that the sets of two rings have in common. */
function shared(sets: Int32Array, words: number, ring: number, other: number): number {
  let bits = 0;
  const offset = (other - ring) * words;
  const end = (ring + 1) * words;
  for (let w = ring * words; w < end; w++) bits += bitCount(sets[w]! & sets[w + offset]!);
  return bits;
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
