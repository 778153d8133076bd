import { BondFlag, BondType, type Graph } from './graph.js';
import { slotOf } from './slots.js';

const TPSA = slotOf('tpsa');

/**
 * Topological polar surface area of N and O, in square angstrom, S and P left out.
 * Ertl, Rohde, Selzer, J. Med. Chem. 43, 3714-3717, 2000. RDKit: `MolSurf.cpp`, `getTPSAAtomContribs`.
 */
export function tpsa(graph: Graph, out: Float64Array, at: number): void {
  const { atomCount, element, charge, totalHs, atomInRing, starts, neighbours, neighbourBonds, bondType, bondFlags } =
    graph;
  let area = 0;
  for (let a = 0; a < atomCount; a++) {
    const z = element[a]!;
    if (z !== 7 && z !== 8) continue;
    let heavy = 0;
    let single = 0;
    let double = 0;
    let triple = 0;
    let aromatic = 0;
    const end = starts[a + 1]!;
    for (let k = starts[a]!; k < end; k++) {
      if (element[neighbours[k]!] === 1) continue;
      heavy++;
      const bond = neighbourBonds[k]!;
      const type = bondType[bond]!;
      if (bondFlags[bond]! & BondFlag.aromatic) aromatic++;
      else if (type === BondType.single) single++;
      else if (type === BondType.double) double++;
      else if (type === BondType.triple) triple++;
    }
    const hydrogens = totalHs[a]!;
    const strained = (atomInRing[a]! & 2) !== 0;
    area +=
      z === 7
        ? nitrogen(heavy, hydrogens, charge[a]!, single, double, triple, aromatic, strained)
        : oxygen(heavy, hydrogens, charge[a]!, single, double, aromatic, strained);
  }
  out[at + TPSA] = area;
}

function nitrogen(
  heavy: number,
  hydrogens: number,
  charge: number,
  single: number,
  double: number,
  triple: number,
  aromatic: number,
  strained: boolean,
): number {
  if (heavy === 1) {
    if (charge === 0) {
      if (hydrogens === 0 && triple === 1) return 23.79;
      if (hydrogens === 1 && double === 1) return 23.85;
      if (hydrogens === 2 && single === 1) return 26.02;
    } else if (charge === 1) {
      if (hydrogens === 2 && double === 1) return 25.59;
      if (hydrogens === 3 && single === 1) return 27.64;
    }
  } else if (heavy === 2) {
    if (charge === 0) {
      if (hydrogens === 0 && single === 1 && double === 1) return 12.36;
      if (hydrogens === 0 && triple === 1 && double === 1) return 13.6;
      if (hydrogens === 1 && single === 2) return strained ? 21.94 : 12.03;
      if (hydrogens === 0 && aromatic === 2) return 12.89;
      if (hydrogens === 1 && aromatic === 2) return 15.79;
    } else if (charge === 1) {
      if (hydrogens === 0 && triple === 1 && single === 1) return 4.36;
      if (hydrogens === 1 && double === 1 && single === 1) return 13.97;
      if (hydrogens === 2 && single === 2) return 16.61;
      if (hydrogens === 1 && aromatic === 2) return 14.14;
    }
  } else if (heavy === 3) {
    if (charge === 0 && hydrogens === 0) {
      if (single === 3) return strained ? 3.01 : 3.24;
      if (single === 1 && double === 2) return 11.68;
      if (aromatic === 3) return 4.41;
      if (single === 1 && aromatic === 2) return 4.93;
      if (double === 1 && aromatic === 2) return 8.39;
    } else if (charge === 1 && hydrogens === 0) {
      if (single === 2 && double === 1) return 3.01;
      if (aromatic === 3) return 4.1;
      if (single === 1 && aromatic === 2) return 3.88;
    } else if (charge === 1 && hydrogens === 1 && single === 3) return 4.44;
  } else if (heavy === 4 && hydrogens === 0 && single === 4 && charge === 1) return 0;
  return Math.max(0, 30.5 - heavy * 8.2 + hydrogens * 1.5);
}

function oxygen(
  heavy: number,
  hydrogens: number,
  charge: number,
  single: number,
  double: number,
  aromatic: number,
  strained: boolean,
): number {
  if (heavy === 1) {
    if (charge === 0 && hydrogens === 0 && double === 1) return 17.07;
    if (charge === 0 && hydrogens === 1 && single === 1) return 20.23;
    if (charge === -1 && hydrogens === 0 && single === 1) return 23.06;
  } else if (heavy === 2 && charge === 0 && hydrogens === 0) {
    if (single === 2) return strained ? 12.53 : 9.23;
    if (aromatic === 2) return 13.14;
  }
  return Math.max(0, 28.5 - heavy * 8.6 + hydrogens * 1.5);
}
