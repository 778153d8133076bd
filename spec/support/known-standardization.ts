/** Compares the standardiser with results that RDKit's MolStandardize once gave, row by row. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { MainModule, Mol } from '@rdkit/rdkit';
import type { Level, Standardizer } from '../../lib/chemistry/standardize/standardize.js';

export interface KnownRow {
  readonly input: string;
  readonly result: string;
}

/** Rows of a tab-separated file of SMILES and results, spread evenly over it where `most` is less than it has. */
export function readKnownRows(path: string, most = Number.POSITIVE_INFINITY): KnownRow[] {
  const lines = gunzipSync(readFileSync(path)).toString().split('\n').filter(Boolean);
  const step = Math.max(1, lines.length / most);
  const rows: KnownRow[] = [];
  for (let at = 0; at < lines.length && rows.length < most; at += step) {
    const [input = '', result = ''] = (lines[Math.floor(at)] ?? '').split('\t');
    rows.push({ input, result });
  }
  return rows;
}

export interface Share {
  rows: number;
  equal: number;
}

export interface Difference {
  readonly reason: string;
  readonly input: string;
  readonly expected: string;
  readonly got: string;
}

export interface Comparison {
  /** RDKit does not read the SMILES. */
  unreadable: number;
  /** Rows whose known result is another molecule than the input, by canonical SMILES. */
  readonly changed: { readonly withoutMetals: Share; readonly withMetals: Share };
  readonly unchanged: Share;
  readonly differences: Difference[];
}

const METAL =
  '[Li,Na,K,Rb,Cs,Fr,Be,Mg,Ca,Sr,Ba,Ra,Sc,Ti,V,Cr,Mn,Fe,Co,Ni,Cu,Zn,Al,Ga,Y,Zr,Nb,Mo,Tc,Ru,Rh,Pd,Ag,Cd,In,Sn,Hf,Ta,W,Re,Os,Ir,Pt,Au,Hg,Tl,Pb,Bi]';

export function compareKnown(
  rdkit: MainModule,
  standardizer: Standardizer,
  level: Level,
  rows: readonly KnownRow[],
): Comparison {
  const comparison: Comparison = {
    unreadable: 0,
    changed: { withoutMetals: { rows: 0, equal: 0 }, withMetals: { rows: 0, equal: 0 } },
    unchanged: { rows: 0, equal: 0 },
    differences: [],
  };
  const metal = rdkit.get_qmol(METAL)!;
  for (const { input, result } of rows) {
    const mol = rdkit.get_mol(input);
    const known = result === '' ? null : rdkit.get_mol(result);
    if (mol === null || known === null) {
      comparison.unreadable += 1;
    } else {
      const expected = known.get_smiles();
      const hasMetal = mol.get_substruct_match(metal) !== '{}';
      const { changed, unchanged } = comparison;
      const ofMetals = hasMetal ? changed.withMetals : changed.withoutMetals;
      const share = mol.get_smiles() === expected ? unchanged : ofMetals;
      const standardized = standardizer.apply(mol, level).mol;
      const got = standardized.get_smiles();
      share.rows += 1;
      if (got === expected) {
        share.equal += 1;
      } else {
        const reason = reasonOf(hasMetal, standardized, known);
        comparison.differences.push({ reason, input, expected, got });
      }
      if (standardized !== mol) standardized.delete();
    }
    mol?.delete();
    known?.delete();
  }
  metal.delete();
  return comparison;
}

function reasonOf(hasMetal: boolean, got: Mol, known: Mol): string {
  if (hasMetal) return 'metal complex: the known results give charges by the bonds cut, RDKit now by valence';
  const gotInchi = got.get_inchi();
  const knownInchi = known.get_inchi();
  if (gotInchi === knownInchi) return 'the same molecule in another Kekule structure, which neither side changed';
  if (formulaOf(gotInchi) === formulaOf(knownInchi)) return 'two fragments of equal size and mass: ours sorts first';
  return 'a cation at a sulfoxide: RDKit now leaves it as it is';
}

function formulaOf(inchi: string): string {
  return inchi.split('/')[1] ?? '';
}
