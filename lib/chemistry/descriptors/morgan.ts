import { WEIGHTS } from './elements.js';
import type { Graph } from './graph.js';
import { isotopeMass } from './isotopes.js';

const BITS = 2_048;
export const FINGERPRINT_BYTES = BITS / 8;

/** By atom: itself, and what is around it within a radius of 1 and 2. */
let atoms = new Int32Array(0);
let first = new Int32Array(0);
let second = new Int32Array(0);
/** By atom: how many bonds its environment of radius 2 has, 0 where it adds nothing; and the sum of their indices. */
let sizes = new Int32Array(0);
let sums = new Int32Array(0);
/** By bond: the last environment of the molecule that it was found in, 0 before any; they count from 1. */
let seen = new Int32Array(0);
let environment = 0;
/** Neighbours of an atom in order: their bonds' types and what is around them. */
let types = new Int32Array(8);
let values = new Int32Array(8);

/**
 * Morgan fingerprint of radius 2, 2,048 bits: one for each distinct environment of up to two bonds, as a hash of atoms and
 * bond types, without chirality. Bit `i` goes into bit `i % 8` of byte `at + i / 8` of `out`.
 * Rogers, Hahn, J. Chem. Inf. Model. 50, 742-754, 2010. RDKit: `MorganGenerator.cpp`, `getEnvironments`;
 * `FingerprintUtil.cpp`, `getConnectivityInvariants`; `hash.hpp`, `hash_combine`.
 */
export function morgan(graph: Graph, out: Uint8Array, at: number): void {
  const { atomCount, degree } = graph;
  makeRoom(graph);
  out.fill(0, at, at + FINGERPRINT_BYTES);
  for (let a = 0; a < atomCount; a++) {
    atoms[a] = atomInvariant(graph, a);
    setBit(out, at, atoms[a]!);
  }
  for (let a = 0; a < atomCount; a++) if (degree[a]! > 0) first[a] = grow(graph, a, 0, atoms);
  for (let a = 0; a < atomCount; a++) {
    if (degree[a] === 0) continue;
    const partner = graph.neighbours[graph.starts[a]!]!;
    // Of two atoms with the same only bond, the lower value stands for both.
    if (degree[a] === 1 && degree[partner] === 1) setBit(out, at, lower(first[a]!, first[partner]!));
    else setBit(out, at, first[a]!);
  }
  for (let a = 0; a < atomCount; a++) {
    sizes[a] = 0;
    if (isSeenBefore(graph, a)) continue;
    second[a] = grow(graph, a, 1, first);
    measureEnvironment(graph, a);
  }
  for (let a = 0; a < atomCount; a++) {
    if (sizes[a] === 0) continue;
    let value = second[a]!;
    for (let b = a + 1; b < atomCount; b++) {
      if (sizes[b] !== sizes[a] || sums[b] !== sums[a] || !sameEnvironment(graph, a, b)) continue;
      value = lower(value, second[b]!);
      sizes[b] = 0;
    }
    setBit(out, at, value);
  }
}

function makeRoom({ atomCount, bondCount }: Graph): void {
  if (atomCount > sizes.length) {
    const size = Math.max(64, 2 * atomCount);
    atoms = new Int32Array(size);
    first = new Int32Array(size);
    second = new Int32Array(size);
    sizes = new Int32Array(size);
    sums = new Int32Array(size);
  }
  if (bondCount > seen.length) seen = new Int32Array(Math.max(64, 2 * bondCount));
  seen.fill(0, 0, bondCount);
  environment = 0;
}

function setBit(out: Uint8Array, at: number, value: number): void {
  const bit = value & (BITS - 1);
  out[at + (bit >> 3)]! |= 1 << (bit & 7);
}

/** Of two values without sign. */
function lower(a: number, b: number): number {
  return a >>> 0 < b >>> 0 ? a : b;
}

function combine(seed: number, value: number): number {
  return seed ^ (value + 0x9e3779b9 + (seed << 6) + (seed >>> 2));
}

function atomInvariant(graph: Graph, a: number): number {
  const element = graph.element[a]!;
  const isotope = graph.isotope[a]!;
  let hash = combine(0, element);
  hash = combine(hash, graph.degree[a]! + graph.explicitHs[a]! + graph.implicitHs[a]!);
  hash = combine(hash, graph.totalHs[a]!);
  hash = combine(hash, graph.charge[a]!);
  hash = combine(hash, isotope === 0 ? 0 : Math.trunc(isotopeMass(element, isotope) - WEIGHTS[element]!));
  return graph.atomInRing[a] ? combine(hash, 1) : hash;
}

/** One bond further than `inner`: what is around the atom and around its neighbours, by type of bond and value. */
function grow({ starts, neighbours, neighbourBonds, bondType }: Graph, a: number, layer: number, inner: Int32Array) {
  const from = starts[a]!;
  const count = starts[a + 1]! - from;
  if (count > types.length) {
    types = new Int32Array(2 * count);
    values = new Int32Array(2 * count);
  }
  for (let i = 0; i < count; i++) {
    const type = bondType[neighbourBonds[from + i]!]!;
    const value = inner[neighbours[from + i]!]!;
    let k = i;
    for (; k > 0 && (types[k - 1]! > type || (types[k - 1] === type && values[k - 1]! >>> 0 > value >>> 0)); k--) {
      types[k] = types[k - 1]!;
      values[k] = values[k - 1]!;
    }
    types[k] = type;
    values[k] = value;
  }
  let hash = combine(layer, inner[a]!);
  for (let i = 0; i < count; i++) hash = combine(hash, combine(combine(0, types[i]!), values[i]!));
  return hash;
}

/** Whether its environment of radius 2 has the bonds of one of radius 1: its neighbour's, or its own. */
function isSeenBefore({ starts, neighbours, degree }: Graph, a: number): boolean {
  if (degree[a]! < 2) return true;
  for (let k = starts[a]!; k < starts[a + 1]!; k++) if (degree[neighbours[k]!]! > 1) return false;
  return true;
}

function measureEnvironment(graph: Graph, a: number): void {
  const { starts, neighbours, neighbourBonds } = graph;
  environment++;
  let size = 0;
  let sum = 0;
  for (let k = starts[a]!; k < starts[a + 1]!; k++) {
    const neighbour = neighbours[k]!;
    for (let l = starts[neighbour]!; l < starts[neighbour + 1]!; l++) {
      const bond = neighbourBonds[l]!;
      if (seen[bond] === environment) continue;
      seen[bond] = environment;
      size++;
      sum += bond;
    }
  }
  sizes[a] = size;
  sums[a] = sum;
}

/** Whether two environments of radius 2, with as many bonds each, have the same. */
function sameEnvironment(graph: Graph, a: number, b: number): boolean {
  const { starts, neighbours, neighbourBonds } = graph;
  measureEnvironment(graph, a);
  for (let k = starts[b]!; k < starts[b + 1]!; k++) {
    const neighbour = neighbours[k]!;
    for (let l = starts[neighbour]!; l < starts[neighbour + 1]!; l++) {
      if (seen[neighbourBonds[l]!] !== environment) return false;
    }
  }
  return true;
}
