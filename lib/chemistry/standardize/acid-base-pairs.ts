/**
 * Acids and their bases from the strongest acid to the weakest, as RDKit's reioniser has them
 * (`AcidBaseCatalog/acid_base_pairs.in`, after the FDA's Substance Registration System manual).
 * The last atom of each SMARTS is the one that gives or takes the proton.
 */
export interface AcidBasePair {
  readonly name: string;
  readonly acid: string;
  readonly base: string;
  /** Atomic number of the atom that gives or takes the proton. */
  readonly element: number;
}

const ROWS: readonly (readonly [name: string, acid: string, base: string, element: number])[] = [
  ['-OSO3H', 'OS(=O)(=O)[OH]', 'OS(=O)(=O)[O-]', 8],
  ['-SO3H', '[!O]S(=O)(=O)[OH]', '[!O]S(=O)(=O)[O-]', 8],
  ['-OSO2H', 'O[SD3](=O)[OH]', 'O[SD3](=O)[O-]', 8],
  ['-SO2H', '[!O][SD3](=O)[OH]', '[!O][SD3](=O)[O-]', 8],
  ['-OPO3H2', 'OP(=O)([OH])[OH]', 'OP(=O)([OH])[O-]', 8],
  ['-PO3H2', '[!O]P(=O)([OH])[OH]', '[!O]P(=O)([OH])[O-]', 8],
  ['-CO2H', 'C(=O)[OH]', 'C(=O)[O-]', 8],
  ['thiophenol', 'c[SH]', 'c[S-]', 16],
  ['(-OPO3H)-', 'OP(=O)([O-])[OH]', 'OP(=O)([O-])[O-]', 8],
  ['(-PO3H)-', '[!O]P(=O)([O-])[OH]', '[!O]P(=O)([O-])[O-]', 8],
  ['phthalimide', 'O=C2c1ccccc1C(=O)[NH]2', 'O=C2c1ccccc1C(=O)[N-]2', 7],
  ['CO3H (peracetyl)', 'C(=O)O[OH]', 'C(=O)O[O-]', 8],
  ['alpha-carbon-hydrogen-nitro group', 'O=N(O)[CH]', 'O=N(O)[C-]', 6],
  ['-SO2NH2', 'S(=O)(=O)[NH2]', 'S(=O)(=O)[NH-]', 7],
  ['-OBO2H2', 'OB([OH])[OH]', 'OB([OH])[O-]', 8],
  ['-BO2H2', '[!O]B([OH])[OH]', '[!O]B([OH])[O-]', 8],
  ['phenol', 'c[OH]', 'c[O-]', 8],
  ['SH (aliphatic)', 'C[SH]', 'C[S-]', 16],
  ['(-OBO2H)-', 'OB([O-])[OH]', 'OB([O-])[O-]', 8],
  ['(-BO2H)-', '[!O]B([O-])[OH]', '[!O]B([O-])[O-]', 8],
  ['cyclopentadiene', 'C1=CC=C[CH2]1', 'c1ccc[cH-]1', 6],
  ['-CONH2', 'C(=O)[NH2]', 'C(=O)[NH-]', 7],
  ['imidazole', 'c1cnc[nH]1', 'c1cnc[n-]1', 7],
  ['-OH (aliphatic alcohol)', '[CX4][OH]', '[CX4][O-]', 8],
  ['alpha-carbon-hydrogen-keto group', 'O=C([!O])[C!H0+0]', 'O=C([!O])[C-]', 6],
  ['alpha-carbon-hydrogen-acetyl ester group', 'OC(=O)[C!H0+0]', 'OC(=O)[C-]', 6],
  ['sp carbon hydrogen', 'C#[CH]', 'C#[C-]', 6],
  ['alpha-carbon-hydrogen-sulfone group', 'CS(=O)(=O)[C!H0+0]', 'CS(=O)(=O)[C-]', 6],
  ['alpha-carbon-hydrogen-sulfoxide group', 'C[SD3](=O)[C!H0+0]', 'C[SD3](=O)[C-]', 6],
  ['-NH2', '[CX4][NH2]', '[CX4][NH-]', 7],
  ['benzyl hydrogen', 'c[CX4H2]', 'c[CX3H-]', 6],
  ['sp2-carbon hydrogen', '[CX3]=[CX3!H0+0]', '[CX3]=[CX2-]', 6],
  ['sp3-carbon hydrogen', '[CX4!H0+0]', '[CX3-]', 6],
];

export const ACID_BASE_PAIRS: readonly AcidBasePair[] = ROWS.map(([name, acid, base, element]) => ({
  name,
  acid,
  base,
  element,
}));
