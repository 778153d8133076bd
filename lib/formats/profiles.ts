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
    name: 'pubchem-substance',
    marks: ['PUBCHEM_SUBSTANCE_ID'],
    id: ['PUBCHEM_SUBSTANCE_ID'],
    names: ['PUBCHEM_GENERIC_REGISTRY_NAME'],
    smiles: [],
    inchi: [],
    inchikey: [],
  },
  {
    name: 'pubchem',
    marks: ['PUBCHEM_COMPOUND_CID'],
    id: ['PUBCHEM_COMPOUND_CID'],
    names: ['PUBCHEM_IUPAC_TRADITIONAL_NAME', 'PUBCHEM_IUPAC_NAME'],
    smiles: ['PUBCHEM_SMILES', 'PUBCHEM_OPENEYE_ISO_SMILES', 'PUBCHEM_OPENEYE_CAN_SMILES'],
    inchi: ['PUBCHEM_IUPAC_INCHI'],
    inchikey: ['PUBCHEM_IUPAC_INCHIKEY'],
  },
  {
    name: 'chembl',
    marks: ['chembl_id', 'ChEMBL ID'],
    id: ['chembl_id', 'ChEMBL ID'],
    names: ['chembl_pref_name', 'pref_name', 'Name'],
    smiles: ['canonical_smiles', 'Smiles'],
    inchi: ['standard_inchi', 'Inchi'],
    inchikey: ['standard_inchi_key', 'Inchi Key'],
  },
  {
    name: 'drugbank',
    marks: ['DRUGBANK_ID'],
    id: ['DRUGBANK_ID'],
    names: ['GENERIC_NAME'],
    smiles: ['SMILES'],
    inchi: ['INCHI_IDENTIFIER'],
    inchikey: ['INCHI_KEY'],
  },
  {
    name: 'hmdb',
    marks: ['HMDB_ID'],
    id: ['HMDB_ID'],
    names: ['GENERIC_NAME'],
    smiles: ['SMILES'],
    inchi: ['INCHI_IDENTIFIER'],
    inchikey: ['INCHI_KEY'],
  },
  {
    name: 'chebi',
    marks: ['ChEBI ID'],
    id: ['ChEBI ID'],
    names: ['ChEBI Name', 'ChEBI NAME'],
    smiles: ['SMILES'],
    inchi: ['InChI'],
    inchikey: ['InChIKey', 'INCHIKEY'],
  },
  {
    name: 'lipidmaps',
    marks: ['LM_ID'],
    id: ['LM_ID'],
    names: ['NAME', 'COMMON_NAME', 'SYSTEMATIC_NAME'],
    smiles: ['SMILES'],
    inchi: ['INCHI'],
    inchikey: ['INCHI_KEY'],
  },
  {
    name: 'bindingdb',
    marks: ['BindingDB Reactant_set_id'],
    id: ['BindingDB Reactant_set_id'],
    names: ['BindingDB Ligand Name'],
    smiles: ['Ligand SMILES'],
    inchi: ['Ligand InChI'],
    inchikey: ['Ligand InChI Key'],
  },
  {
    name: 'zinc',
    marks: ['zinc_id', 'ZINC_ID'],
    id: ['zinc_id', 'ZINC_ID'],
    names: [],
    smiles: ['smiles', 'SMILES'],
    inchi: [],
    inchikey: ['inchikey', 'INCHIKEY'],
  },
  {
    name: 'nci',
    marks: ['NSC', 'E_NSC'],
    id: ['NSC', 'E_NSC'],
    names: [],
    smiles: ['E_SMILES'],
    inchi: [],
    inchikey: ['Standard InChIKey'],
  },
  {
    name: 'dsstox',
    // Tables of measurements name a DTXSID in several rows.
    marks: ['dsstox_substance_id'],
    id: ['dsstox_substance_id'],
    names: ['preferred_name'],
    smiles: ['Original_SMILES'],
    inchi: [],
    inchikey: [],
  },
  {
    name: 'mcule',
    marks: ['Mcule_ID'],
    id: ['Mcule_ID'],
    names: [],
    smiles: ['Smiles'],
    inchi: ['InChI'],
    inchikey: ['InChIKey'],
  },
  {
    name: 'enamine',
    marks: ['Catalog ID', 'Catalog_ID'],
    id: ['Catalog ID', 'Catalog_ID'],
    names: [],
    smiles: [],
    inchi: [],
    inchikey: [],
  },
  {
    name: 'nmrshiftdb2',
    marks: ['nmrshiftdb2 ID'],
    id: ['nmrshiftdb2 ID'],
    names: [],
    smiles: [],
    inchi: ['INChI'],
    inchikey: ['INChI key'],
  },
  {
    name: 'coconut',
    marks: ['coconut_id'],
    id: ['coconut_id'],
    names: ['name'],
    smiles: ['SMILES'],
    inchi: ['inchi'],
    inchikey: ['inchikey'],
  },
];

/** The profile whose marks are among the tags or columns. */
export function profileOf(tags: ReadonlySet<string>): SourceProfile | null {
  return SOURCE_PROFILES.find(({ marks }) => marks.some((mark) => tags.has(mark))) ?? null;
}
