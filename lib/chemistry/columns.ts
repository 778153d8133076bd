import type { Molecule } from '../types.js';

/** RDKit's 43 descriptors in its own order: our column name, and its name in `get_descriptors()`. */
export const DESCRIPTORS = [
  ['exact_mass', 'exactmw'],
  ['mol_weight', 'amw'],
  ['lipinski_hba', 'lipinskiHBA'],
  ['lipinski_hbd', 'lipinskiHBD'],
  ['num_rotatable_bonds', 'NumRotatableBonds'],
  ['num_hbd', 'NumHBD'],
  ['num_hba', 'NumHBA'],
  ['num_heavy_atoms', 'NumHeavyAtoms'],
  ['num_atoms', 'NumAtoms'],
  ['num_heteroatoms', 'NumHeteroatoms'],
  ['num_amide_bonds', 'NumAmideBonds'],
  ['fraction_csp3', 'FractionCSP3'],
  ['num_rings', 'NumRings'],
  ['num_aromatic_rings', 'NumAromaticRings'],
  ['num_aliphatic_rings', 'NumAliphaticRings'],
  ['num_saturated_rings', 'NumSaturatedRings'],
  ['num_heterocycles', 'NumHeterocycles'],
  ['num_aromatic_heterocycles', 'NumAromaticHeterocycles'],
  ['num_saturated_heterocycles', 'NumSaturatedHeterocycles'],
  ['num_aliphatic_heterocycles', 'NumAliphaticHeterocycles'],
  ['num_spiro_atoms', 'NumSpiroAtoms'],
  ['num_bridgehead_atoms', 'NumBridgeheadAtoms'],
  ['num_stereo_centers', 'NumAtomStereoCenters'],
  ['num_unspecified_stereo_centers', 'NumUnspecifiedAtomStereoCenters'],
  ['labute_asa', 'labuteASA'],
  ['tpsa', 'tpsa'],
  ['crippen_clogp', 'CrippenClogP'],
  ['crippen_mr', 'CrippenMR'],
  ['chi0v', 'chi0v'],
  ['chi1v', 'chi1v'],
  ['chi2v', 'chi2v'],
  ['chi3v', 'chi3v'],
  ['chi4v', 'chi4v'],
  ['chi0n', 'chi0n'],
  ['chi1n', 'chi1n'],
  ['chi2n', 'chi2n'],
  ['chi3n', 'chi3n'],
  ['chi4n', 'chi4n'],
  ['hall_kier_alpha', 'hallKierAlpha'],
  ['kappa1', 'kappa1'],
  ['kappa2', 'kappa2'],
  ['kappa3', 'kappa3'],
  ['phi', 'Phi'],
] as const;

export type DescriptorColumn = (typeof DESCRIPTORS)[number][0];

/** Names of the values of `Molecule.descriptors`, in their order. */
export const DESCRIPTOR_COLUMNS: readonly DescriptorColumn[] = DESCRIPTORS.map(([column]) => column);

/** Columns whose values are whole numbers. */
export const INTEGER_DESCRIPTORS: ReadonlySet<DescriptorColumn> = new Set(
  DESCRIPTOR_COLUMNS.filter((column) => column.startsWith('num_') || column.startsWith('lipinski_')),
);

const POSITIONS: ReadonlyMap<string, number> = new Map(DESCRIPTOR_COLUMNS.map((column, i) => [column, i]));

/** One of a molecule's descriptors by name; null where none were worked out. */
export function descriptorOf(molecule: Pick<Molecule, 'descriptors'>, column: DescriptorColumn): number | null {
  return molecule.descriptors?.[POSITIONS.get(column)!] ?? null;
}
