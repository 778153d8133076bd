import { AtomFlag, BondType, type Graph } from './graph.js';
import { slotOf } from './slots.js';

const LIPINSKI_HBA = slotOf('lipinski_hba');
const LIPINSKI_HBD = slotOf('lipinski_hbd');
const HEAVY = slotOf('num_heavy_atoms');
const ATOMS = slotOf('num_atoms');
const HETEROATOMS = slotOf('num_heteroatoms');
const AMIDES = slotOf('num_amide_bonds');
const CSP3 = slotOf('fraction_csp3');
const STEREO = slotOf('num_stereo_centers');
const UNSPECIFIED = slotOf('num_unspecified_stereo_centers');

/**
 * What one pass over the atoms counts. Lipinski's acceptors are N and O, his donors the hydrogens on them (Lipinski,
 * Lombardo, Dominy, Feeney, Adv. Drug Deliv. Rev. 23, 3-25, 1997); the fraction of sp3 carbons are those with four
 * neighbours (Lovering, Bikker, Humblet, J. Med. Chem. 52, 6752-6756, 2009); stereo centres are those that RDKit's
 * perception called possible. RDKit: `Lipinski.cpp`.
 */
export function counts(graph: Graph, out: Float64Array, at: number): void {
  const { atomCount, element, explicitHs, implicitHs, totalHs, degree, possibleStereo, chiralTag } = graph;
  let nitrogensOxygens = 0;
  let donorHs = 0;
  let heavy = 0;
  let atoms = atomCount;
  let heteroatoms = 0;
  let carbons = 0;
  let tetrahedral = 0;
  let amides = 0;
  let stereo = 0;
  let unspecified = 0;
  for (let a = 0; a < atomCount; a++) {
    const z = element[a]!;
    const hydrogens = explicitHs[a]! + implicitHs[a]!;
    atoms += hydrogens;
    if (z > 1) heavy++;
    if (z === 6) {
      carbons++;
      if (degree[a]! + hydrogens === 4) tetrahedral++;
      else amides += amideBonds(graph, a);
    } else if (z !== 1) {
      heteroatoms++;
      if (z === 7 || z === 8) {
        nitrogensOxygens++;
        donorHs += totalHs[a]!;
      }
    }
    if (possibleStereo[a] === 1) {
      stereo++;
      if (chiralTag[a] === 0) unspecified++;
    }
  }
  out[at + LIPINSKI_HBA] = nitrogensOxygens;
  out[at + LIPINSKI_HBD] = donorHs;
  out[at + HEAVY] = heavy;
  out[at + ATOMS] = atoms;
  out[at + HETEROATOMS] = heteroatoms;
  out[at + AMIDES] = amides;
  out[at + CSP3] = carbons === 0 ? 0 : tetrahedral / carbons;
  out[at + STEREO] = stereo;
  out[at + UNSPECIFIED] = unspecified;
}

/** Matches of `C(=[O;!R])N` at this carbon. */
function amideBonds(graph: Graph, carbon: number): number {
  const { element, atomFlags, atomInRing, starts, neighbours, neighbourBonds, bondType } = graph;
  if (atomFlags[carbon]! & AtomFlag.aromatic) return 0;
  let oxygens = 0;
  let nitrogens = 0;
  const end = starts[carbon + 1]!;
  for (let k = starts[carbon]!; k < end; k++) {
    const a = neighbours[k]!;
    if (atomFlags[a]! & AtomFlag.aromatic) continue;
    const type = bondType[neighbourBonds[k]!]!;
    if (type === BondType.double) {
      if (element[a] === 8 && atomInRing[a] === 0) oxygens++;
    } else if (element[a] === 7 && (type === BondType.single || type === BondType.aromatic)) nitrogens++;
  }
  return oxygens * nitrogens;
}
