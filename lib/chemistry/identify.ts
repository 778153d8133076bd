/** What names a structure: canonical SMILES, InChI, and the key under which it is stored. */
import { createHash } from 'node:crypto';
import type { Mol } from '@rdkit/rdkit';
import type { OwnIdentifiers } from './own-identifier.js';
import type { Rdkit } from './rdkit.js';

export interface Identifiers {
  readonly canonicalSmiles: string;
  /** Empty where the structure has no InChI. */
  readonly inchi: string;
  readonly inchikey: string;
  readonly structureKey: string;
}

/** Nobody reads the auxiliary information, whose making takes a twentieth of an InChI's time. */
const INCHI_OPTIONS = '/AuxNone';
/** InChI refuses more atoms than this unless it is asked to take them. */
const INCHI_ATOMS = 1023;

/**
 * Identifiers of a molecule as it was parsed: its InChI needs the coordinates, for stereo that SMILES cannot express.
 * `canonicalSmiles` is its own, `own` what its record says; it is taken over where the key is that of the InChI.
 */
export function identify(
  rdkit: Rdkit,
  mol: Mol,
  canonicalSmiles: string,
  own: OwnIdentifiers | null = null,
): Identifiers {
  if (own !== null && rdkit.module.get_inchikey_for_inchi(own.inchi) === own.inchikey) {
    return { canonicalSmiles, ...own, structureKey: own.inchikey };
  }
  const inchi = mol.get_inchi(mol.get_num_atoms() > INCHI_ATOMS ? `${INCHI_OPTIONS} /LargeMolecules` : INCHI_OPTIONS);
  const inchikey = inchi === '' ? '' : rdkit.module.get_inchikey_for_inchi(inchi);
  return { canonicalSmiles, inchi, inchikey, structureKey: inchikey || smilesKey(canonicalSmiles) };
}

/** The key of a structure that has no InChI. */
function smilesKey(canonicalSmiles: string): string {
  return `SMILES:${createHash('sha256').update(canonicalSmiles).digest('hex')}`;
}
