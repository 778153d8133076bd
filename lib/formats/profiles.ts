/** Data sources that are recognised by their tags or columns. */

export interface SourceProfile {
  readonly name: string;
  /** The source is recognised where one of these is a tag or column. Compared as written. */
  readonly marks: readonly string[];
  /** Tags or columns in order of preference. */
  readonly id: readonly string[];
  readonly names: readonly string[];
  readonly smiles: readonly string[];
  readonly inchi: readonly string[];
  readonly inchikey: readonly string[];
}

export const SOURCE_PROFILES: readonly SourceProfile[] = [
  {
    name: 'pubchem',
    marks: ['PUBCHEM_COMPOUND_CID'],
    id: ['PUBCHEM_COMPOUND_CID'],
    names: ['PUBCHEM_IUPAC_TRADITIONAL_NAME', 'PUBCHEM_IUPAC_NAME'],
    smiles: ['PUBCHEM_OPENEYE_ISO_SMILES', 'PUBCHEM_SMILES', 'PUBCHEM_OPENEYE_CAN_SMILES'],
    inchi: ['PUBCHEM_IUPAC_INCHI'],
    inchikey: ['PUBCHEM_IUPAC_INCHIKEY'],
  },
  {
    name: 'chembl',
    marks: ['chembl_id', 'ChEMBL ID', 'molecule_chembl_id'],
    id: ['chembl_id', 'ChEMBL ID', 'molecule_chembl_id'],
    names: ['chembl_pref_name', 'pref_name', 'Name'],
    smiles: ['canonical_smiles', 'Smiles'],
    inchi: ['standard_inchi', 'Inchi'],
    inchikey: ['standard_inchi_key', 'Inchi Key'],
  },
];

/** The profile whose marks are among the tags or columns. */
export function profileOf(tags: ReadonlySet<string>): SourceProfile | null {
  return SOURCE_PROFILES.find(({ marks }) => marks.some((mark) => tags.has(mark))) ?? null;
}
