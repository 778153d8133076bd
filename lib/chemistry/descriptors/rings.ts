import { BondFlag, BondType, type Graph } from './graph.js';
import { slotOf } from './slots.js';

const RINGS = slotOf('num_rings');
const AROMATIC = slotOf('num_aromatic_rings');
const ALIPHATIC = slotOf('num_aliphatic_rings');
const SATURATED = slotOf('num_saturated_rings');
const HETEROCYCLES = slotOf('num_heterocycles');
const AROMATIC_HETEROCYCLES = slotOf('num_aromatic_heterocycles');
const SATURATED_HETEROCYCLES = slotOf('num_saturated_heterocycles');
const ALIPHATIC_HETEROCYCLES = slotOf('num_aliphatic_heterocycles');

/**
 * Counts of rings by kind. Aromatic: all bonds are; aliphatic: not aromatic; saturated: single, non-aromatic bonds
 * only; heterocycle: any atom but carbon. RDKit: `Lipinski.cpp`, `calcNumAromaticRings` and its neighbours.
 */
export function rings(graph: Graph, out: Float64Array, at: number): void {
  const { ringCount, ringStarts, ringAtoms, ringBonds, element, bondFlags, bondType } = graph;
  let aromatics = 0;
  let saturateds = 0;
  let heterocycles = 0;
  let aromaticHeterocycles = 0;
  let saturatedHeterocycles = 0;
  for (let r = 0; r < ringCount; r++) {
    let hetero = false;
    let aromatic = true;
    let saturated = true;
    const end = ringStarts[r + 1]!;
    for (let k = ringStarts[r]!; k < end; k++) {
      if (element[ringAtoms[k]!] !== 6) hetero = true;
      const bond = ringBonds[k]!;
      if (bondFlags[bond]! & BondFlag.aromatic) saturated = false;
      else {
        aromatic = false;
        if (bondType[bond] !== BondType.single) saturated = false;
      }
    }
    if (aromatic) aromatics++;
    if (saturated) saturateds++;
    if (!hetero) continue;
    heterocycles++;
    if (aromatic) aromaticHeterocycles++;
    if (saturated) saturatedHeterocycles++;
  }
  out[at + RINGS] = ringCount;
  out[at + AROMATIC] = aromatics;
  out[at + ALIPHATIC] = ringCount - aromatics;
  out[at + SATURATED] = saturateds;
  out[at + HETEROCYCLES] = heterocycles;
  out[at + AROMATIC_HETEROCYCLES] = aromaticHeterocycles;
  out[at + SATURATED_HETEROCYCLES] = saturatedHeterocycles;
  out[at + ALIPHATIC_HETEROCYCLES] = heterocycles - aromaticHeterocycles;
}
