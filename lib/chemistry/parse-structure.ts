/** From the text of a structure to a molecule of RDKit, with the traps of its reader closed. */
import type { Mol } from '@rdkit/rdkit';
import { type Failure, failureFromLog, unknownElement } from './failures.js';
import { isAlive, type Rdkit } from './rdkit.js';

/** The instance does not work any more: nothing it says about a structure counts. */
export class DeadInstance extends Error {}

/** For SMILES it is the default, for molblocks it is not. */
const DETAILS = '{"removeHs":true}';
const NON_ASCII = /[^\x21-\x7e]/;
const EMPTY_V3000 = /^M {2}V30 COUNTS +0 /m;

/**
 * A molecule, which the caller deletes, or why there is none. Of SMILES only the first word is read: RDKit fails without
 * a reason on some CXSMILES extensions. Throws `DeadInstance`.
 */
export function parseStructure(
  rdkit: Rdkit,
  form: 'molblock' | 'smiles',
  structure: Uint8Array | string,
): Mol | Failure {
  if (form === 'molblock') return readMol(rdkit, structure);
  const text = typeof structure === 'string' ? structure : Buffer.from(structure).toString('latin1');
  const smiles = /\S+/.exec(text)?.[0] ?? '';
  if (smiles === '') return { code: 'NO_STRUCTURE', message: 'the SMILES is empty' };
  if (NON_ASCII.test(smiles)) {
    return { code: 'SMILES_SYNTAX', message: 'the SMILES holds characters that are not ASCII' };
  }
  // RDKit would read JSON and molblocks where a SMILES is expected.
  if (smiles.startsWith('{')) return { code: 'SMILES_SYNTAX', message: 'JSON stands in place of a SMILES' };
  return readMol(rdkit, smiles);
}

function readMol(rdkit: Rdkit, structure: Uint8Array | string): Mol | Failure {
  rdkit.log.clear_buffer();
  const mol = rdkit.module.get_mol(structure, DETAILS);
  const log = rdkit.log.get_buffer();
  if (mol === null) {
    if (log === '' && !isAlive(rdkit))
      throw new DeadInstance('it gives no molecule any more, probably for want of memory');
    return isEmptyV3000(structure) ? noAtoms() : failureFromLog(log);
  }
  const failure = unknownElement(log) ?? (mol.get_num_atoms() === 0 ? noAtoms() : null);
  if (failure === null) return mol;
  mol.delete();
  return failure;
}

function isEmptyV3000(structure: Uint8Array | string): boolean {
  return typeof structure !== 'string' && EMPTY_V3000.test(Buffer.from(structure).toString('latin1'));
}

function noAtoms(): Failure {
  return { code: 'NO_STRUCTURE', message: 'the structure has no atoms' };
}
