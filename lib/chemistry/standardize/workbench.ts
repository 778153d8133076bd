/**
 * Owns every handle that standardising makes. Queries live until `dispose()`; molecules until `clear()`, which each call
 * of the standardiser ends with, on every path, but for the one that `clear` is told to spare.
 */
import type { MainModule, Mol } from '@rdkit/rdkit';
import { type Editable, readEditable, writeEditable } from './editable.js';

/** What is used of RDKit's module. */
export type RDKit = Pick<MainModule, 'get_mol' | 'get_qmol'>;

/** A molecule both as RDKit has it and as it can be edited; the indices of atoms and bonds agree. */
export interface Draft {
  readonly mol: Mol;
  readonly editable: Editable;
}

/** A step led to a structure that RDKit refuses, so the molecule stays as it was. */
export class NotStandardized extends Error {}

export class Workbench {
  readonly #rdkit: RDKit;
  readonly #queries = new Map<string, Mol>();
  readonly #mols = new Set<Mol>();

  constructor(rdkit: RDKit) {
    this.#rdkit = rdkit;
  }

  /** The caller's molecule as a draft; it stays the caller's. Null where it has query features. */
  open(mol: Mol): Draft | null {
    const editable = readEditable(mol.get_json());
    return editable === null ? null : { mol, editable };
  }

  /** An edited molecule as RDKit perceives it; null where RDKit refuses it. */
  parse(editable: Editable): Draft | null {
    const mol = this.keep(this.#rdkit.get_mol(writeEditable(editable), '{"assignStereo":false}'));
    return mol === null ? null : this.open(mol);
  }

  /** Reads text (SMILES, molblock) as records are read; null where RDKit refuses it. */
  read(text: string): Mol | null {
    return this.keep(this.#rdkit.get_mol(text, '{"removeHs":true}'));
  }

  keep(mol: Mol | null): Mol | null {
    if (mol !== null) this.#mols.add(mol);
    return mol;
  }

  /** Deletes one molecule ahead of `clear()`, if it is the workbench's own. */
  drop(mol: Mol): void {
    if (this.#mols.delete(mol)) mol.delete();
  }

  clear(spared: Mol | null): void {
    for (const mol of this.#mols) if (mol !== spared) mol.delete();
    this.#mols.clear();
  }

  dispose(): void {
    this.clear(null);
    for (const query of this.#queries.values()) query.delete();
    this.#queries.clear();
  }

  /** Atoms of the first match in the order of the SMARTS; null where there is none. */
  firstMatch(mol: Mol, smarts: string): readonly number[] | null {
    const answer = mol.get_substruct_match(this.#query(smarts));
    return answer === '{}' ? null : (JSON.parse(answer) as { atoms: number[] }).atoms;
  }

  /** Atoms of all matches; those of the same atoms in another order count as matches of their own. */
  matches(mol: Mol, smarts: string): readonly (readonly number[])[] {
    const answer = mol.get_substruct_matches(this.#query(smarts), '{"uniquify":false}');
    return answer === '{}' ? [] : (JSON.parse(answer) as { atoms: number[] }[]).map(({ atoms }) => atoms);
  }

  #query(smarts: string): Mol {
    let query = this.#queries.get(smarts);
    if (query === undefined) {
      const made = this.#rdkit.get_qmol(smarts);
      if (made === null) throw new Error(`RDKit does not read the SMARTS ${smarts}`);
      query = made;
      this.#queries.set(smarts, query);
    }
    return query;
  }
}
