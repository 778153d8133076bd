import type { Mol, MolList } from '@rdkit/rdkit';
import { COMMON_MASSES } from '../descriptors/elements.js';
import { isotopeMass } from '../descriptors/isotopes.js';
import type { Editable } from './editable.js';
import { NotStandardized, type Workbench } from './workbench.js';

/** Masses, in u, that differ by less are those of isomers. */
const SAME_MASS = 1e-6;

export interface FragmentChoice {
  /** Owned by the workbench. */
  readonly mol: Mol;
  /** SMILES of the fragments that were left out, in the order of the molecule. */
  readonly removed: readonly string[];
}

/**
 * The fragment with the most atoms, hydrogens among them; of several the heaviest, then the one whose SMILES sorts
 * first. RDKit's `LargestFragmentChooser` (`Fragment.cpp`) as `fragmentParent` uses it.
 */
export function chooseFragment(mol: Mol, editable: Editable, bench: Workbench): FragmentChoice {
  const { molList, mappings } = mol.get_frags() as { molList: MolList; mappings: string };
  const fragments: Fragment[] = [];
  try {
    const members = (JSON.parse(mappings) as { fragsMolAtomMapping: number[][] }).fragsMolAtomMapping;
    for (const [index, atoms] of members.entries()) {
      const fragment = bench.keep(molList.at(index));
      if (fragment === null) throw new NotStandardized('RDKit cannot take the fragments apart');
      fragments.push({ mol: fragment, smiles: fragment.get_smiles(), ...sizeOf(editable, atoms) });
    }
  } finally {
    molList.delete();
  }
  const chosen = fragments.reduce((best, next) => (isLarger(next, best) ? next : best));
  return {
    mol: chosen.mol,
    removed: fragments.filter((fragment) => fragment !== chosen).map(({ smiles }) => smiles),
  };
}

interface Fragment {
  readonly mol: Mol;
  readonly smiles: string;
  /** Atoms, hydrogens among them. */
  readonly atoms: number;
  readonly mass: number;
}

function isLarger(a: Fragment, b: Fragment): boolean {
  if (a.atoms !== b.atoms) return a.atoms > b.atoms;
  if (Math.abs(a.mass - b.mass) > SAME_MASS) return a.mass > b.mass;
  return a.smiles < b.smiles;
}

function sizeOf(editable: Editable, members: readonly number[]): { atoms: number; mass: number } {
  const hydrogenMass = COMMON_MASSES[1] ?? 0;
  let atoms = 0;
  let mass = 0;
  for (const index of members) {
    const atom = editable.atoms[index];
    if (atom === undefined) continue;
    atoms += 1 + atom.hydrogens;
    mass += atom.hydrogens * hydrogenMass;
    mass += atom.isotope === 0 ? (COMMON_MASSES[atom.element] ?? 0) : isotopeMass(atom.element, atom.isotope);
  }
  return { atoms, mass };
}
