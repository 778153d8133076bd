import { atomAt, copyEditable, type Editable, type EditableAtom, totalValences } from './editable.js';
import { defaultValences, isEarly } from './valences.js';
import { type Draft, NotStandardized, type Workbench } from './workbench.js';

/** Cations with hydrogens, but those that an anion balances within the same group. */
const POSITIVE_WITH_H = '[+,+2,+3,+4;!h0;!$(*~[-]),$(*(~[-])~[-])]';
const POSITIVE_WITHOUT_H = '[+,+2,+3,+4;h0;!$(*~[-])]';
const NEGATIVE = '[-!$(*~[+,+2,+3,+4])]';
/** Anions of acids: carboxylate, sulfinate and their like; nitrate and phosphate; perhalate; tetrazole. */
const NEGATIVE_ACID =
  '[$([O,S;-][C,S;+0]=[O,S]),$([O,S;-][N,P;+](=[O,S])[O,S;-]),$([O-][Cl,Br,I;+,+2,+3][O-]),$([n-]1nnnc1),$([n-]1ncnn1)]';

/**
 * Neutralises charges by adding and taking hydrogens, leaving as many negative ones as there are positive ones that
 * cannot be neutralised; acids last, in canonical order. RDKit's `Uncharger` (`Charge.cpp`), with the order in which the
 * canonical SMILES has the atoms for canonical ranks. Null where nothing changes.
 */
export function uncharge(draft: Draft, bench: Workbench): Draft | null {
  const { mol } = draft;
  const editable = copyEditable(draft.editable);
  const valences = totalValences(editable);
  const find = (smarts: string) => [...new Set(bench.matches(mol, smarts).map(([atom]) => atom as number))];
  const positive = find(POSITIVE_WITH_H);
  const negative = find(NEGATIVE);
  const acids = find(NEGATIVE_ACID);
  if (positive.length === 0 && negative.length === 0 && acids.length === 0) return null;

  let fixed = 0;
  for (const atom of find(POSITIVE_WITHOUT_H)) fixed += atomAt(editable, atom).charge;

  if (fixed > 0) {
    const rank = canonicalOrder(draft);
    const byRank = (a: number, b: number) => (rank[a] ?? 0) - (rank[b] ?? 0);
    negative.sort(byRank);
    acids.sort(byRank);
  }
  const isAcid = new Set(acids);
  const sites = [...negative.filter((atom) => !isAcid.has(atom)), ...unbalanced(acids, editable)];
  let changed = 0;
  let surplus = sites.length - fixed;
  for (const site of sites) {
    if (surplus === 0) break;
    if (!neutralizeAnion(atomAt(editable, site), valences[site] ?? 0)) continue;
    surplus -= 1;
    changed += 1;
  }

  let net = editable.atoms.reduce((sum, { charge }) => sum + charge, 0);
  for (const site of positive) {
    const atom = atomAt(editable, site);
    while (net > 0 && atom.charge > 0 && neutralizeCation(atom)) {
      net -= 1;
      changed += 1;
    }
  }
  if (changed === 0) return null;
  const next = bench.parse(editable);
  if (next === null) throw new NotStandardized('neutralising charges gives a structure that RDKit refuses');
  return next;
}

/** Anions of acids but those that balance a cation of their own group, as one of nitrate's does. */
function unbalanced(acids: readonly number[], editable: Editable): number[] {
  const balanced = new Map<number, number>();
  return acids.filter((acid) => {
    const cation = neighboursOf(editable, acid).find((index) => atomAt(editable, index).charge > 0);
    if (cation === undefined) return true;
    const used = balanced.get(cation) ?? 0;
    if (used >= atomAt(editable, cation).charge) return true;
    balanced.set(cation, used + 1);
    return false;
  });
}

function neutralizeAnion(atom: EditableAtom, valence: number): boolean {
  const early = isEarly(atom.element);
  if (early && atom.hydrogens === 0) return false;
  const delta = early ? -1 : 1;
  if (!defaultValences(atom.element).includes(valence + delta)) return false;
  atom.hydrogens += delta;
  atom.charge += 1;
  return true;
}

function neutralizeCation(atom: EditableAtom): boolean {
  const gains = atom.element === 6 || isEarly(atom.element);
  if (!gains && atom.hydrogens === 0) return false;
  atom.hydrogens += gains ? 1 : -1;
  atom.charge -= 1;
  return true;
}

/** Place of each atom in the canonical SMILES. */
function canonicalOrder({ mol }: Draft): number[] {
  mol.get_smiles();
  const order = JSON.parse(mol.get_prop('_smilesAtomOutputOrder')) as number[];
  const rank: number[] = [];
  for (const [place, atom] of order.entries()) rank[atom] = place;
  return rank;
}

function neighboursOf({ bonds }: Editable, atom: number): number[] {
  return bonds.flatMap(({ begin, end }) => (begin === atom ? [end] : end === atom ? [begin] : []));
}
