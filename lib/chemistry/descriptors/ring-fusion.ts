import type { Graph } from './graph.js';
import { slotOf } from './slots.js';

const SPIRO = slotOf('num_spiro_atoms');
const BRIDGEHEAD = slotOf('num_bridgehead_atoms');

const IS_SPIRO = 1;
const IS_BRIDGEHEAD = 2;

/** Bits of the atoms (bonds) of each ring, `atomWords` (`bondWords`) words a ring. */
let atomSets = new Int32Array(0);
let bondSets = new Int32Array(0);
let marks = new Uint8Array(0);
let touched = new Uint8Array(0);

/**
 * Spiro atoms: the only atom that two rings share. Bridgehead atoms: the ends of a path of at least two bonds that two
 * rings share. RDKit: `Lipinski.cpp`, `calcNumSpiroAtoms`, `calcNumBridgeheadAtoms`, which compare lists; with sets of
 * bits a macrocycle of thousands of symmetrised rings takes milliseconds.
 */
export function ringFusion(graph: Graph, out: Float64Array, at: number): void {
  const { atomCount, ringCount } = graph;
  let spiro = 0;
  let bridgehead = 0;
  if (ringCount > 1) {
    const atomWords = (atomCount + 31) >>> 5;
    const bondWords = (graph.bondCount + 31) >>> 5;
    fillSets(graph, atomWords, bondWords);
    for (let i = 0; i < ringCount; i++) {
      const first = i * atomWords;
      for (let j = i + 1; j < ringCount; j++) {
        const second = j * atomWords;
        let shared = 0;
        let last = 0;
        for (let w = 0; w < atomWords; w++) {
          const common = atomSets[first + w]! & atomSets[second + w]!;
          if (common === 0) continue;
          shared += bitCount(common);
          last = (w << 5) + 31 - Math.clz32(common);
        }
        if (shared === 1) marks[last]! |= IS_SPIRO;
        else if (shared > 2) markBridgeheads(graph, i * bondWords, j * bondWords, bondWords);
      }
    }
    for (let a = 0; a < atomCount; a++) {
      if (marks[a]! & IS_SPIRO) spiro++;
      if (marks[a]! & IS_BRIDGEHEAD) bridgehead++;
    }
  }
  out[at + SPIRO] = spiro;
  out[at + BRIDGEHEAD] = bridgehead;
}

function fillSets(graph: Graph, atomWords: number, bondWords: number): void {
  const { atomCount, ringCount, ringStarts, ringAtoms, ringBonds } = graph;
  if (atomSets.length < ringCount * atomWords) atomSets = new Int32Array(2 * ringCount * atomWords);
  if (bondSets.length < ringCount * bondWords) bondSets = new Int32Array(2 * ringCount * bondWords);
  if (marks.length < atomCount) {
    marks = new Uint8Array(2 * atomCount);
    touched = new Uint8Array(2 * atomCount);
  }
  atomSets.fill(0, 0, ringCount * atomWords);
  bondSets.fill(0, 0, ringCount * bondWords);
  marks.fill(0, 0, atomCount);
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

/** Marks the atoms at which exactly one of the bonds ends that two rings share, if they share more than one. */
function markBridgeheads(graph: Graph, first: number, second: number, words: number): void {
  const { bondBegin, bondEnd } = graph;
  let bonds = 0;
  for (let w = 0; w < words; w++) bonds += bitCount(bondSets[first + w]! & bondSets[second + w]!);
  if (bonds < 2) return;
  for (let pass = 0; pass < 3; pass++) {
    for (let w = 0; w < words; w++) {
      for (let common = bondSets[first + w]! & bondSets[second + w]!; common !== 0; common &= common - 1) {
        const bond = (w << 5) + 31 - Math.clz32(common & -common);
        visit(bondBegin[bond]!, pass);
        visit(bondEnd[bond]!, pass);
      }
    }
  }
}

/** First pass: nothing was touched; second: count; third: mark. `touched` need not be cleared between calls. */
function visit(atom: number, pass: number): void {
  if (pass === 0) touched[atom] = 0;
  else if (pass === 1) touched[atom]!++;
  else if (touched[atom] === 1) marks[atom]! |= IS_BRIDGEHEAD;
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
