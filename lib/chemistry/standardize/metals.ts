import {
  atomAt,
  copyEditable,
  DATIVE,
  type Editable,
  type EditableAtom,
  type EditableBond,
  removeBonds,
  totalValences,
} from './editable.js';
import { defaultValences } from './valences.js';

const METALS_OF_NOF = numbers(
  '3 11 19 37 55 87 4 12 20 38 56 88 21 22 23 24 25 26 27 28 29 30 13 31 39 40 41 42 43 44 45 46 47 48 49 50 72 73 74 75 76 77 78 79 80 81 82 83',
);
const METALS_OF_OTHERS = numbers(
  '13 21 22 23 24 25 26 27 28 29 30 39 40 41 42 43 44 45 46 47 48 72 73 74 75 76 77 78 79',
);
/** Besides these, carbon is cut from the metals of `METALS_OF_OTHERS`. */
const OTHER_NONMETALS = numbers('5 14 15 33 51 16 34 52 17 35 53 85');
const NOF = numbers('7 8 9');

function numbers(text: string): ReadonlySet<number> {
  return new Set(text.split(' ').map(Number));
}

/**
 * Whether RDKit's `MetalDisconnector` cuts a bond between atoms of these elements. Aromatic atoms keep their metal, as
 * in the releases that the known results come from; later ones cut aromatic N and O too, which leaves Zn+4 of a porphyrin.
 */
export function isCut(metal: number, other: number, aromatic: boolean): boolean {
  if (aromatic) return false;
  if (NOF.has(other)) return METALS_OF_NOF.has(metal);
  return METALS_OF_OTHERS.has(metal) && (other === 6 || OTHER_NONMETALS.has(other));
}

export interface Disconnected {
  readonly editable: Editable;
  /** Elements of each bond that was cut, metal first. */
  readonly cut: readonly (readonly [metal: number, other: number])[];
}

/**
 * Cuts bonds between metals and non-metals and puts the charges right, as RDKit's `MetalDisconnector` does (`Metal.cpp`):
 * N, O and F from any metal, the other non-metals from transition metals and Al. Null where there is nothing to cut.
 */
export function disconnectMetals(molecule: Editable): Disconnected | null {
  const aromatic = new Set(molecule.aromaticAtoms);
  const found: { index: number; bond: EditableBond; metal: number; other: number }[] = [];
  molecule.bonds.forEach((bond, index) => {
    for (const [metal, other] of [
      [bond.begin, bond.end],
      [bond.end, bond.begin],
    ] as const) {
      if (isCut(atomAt(molecule, metal).element, atomAt(molecule, other).element, aromatic.has(other))) {
        found.push({ index, bond, metal, other });
      }
    }
  });
  if (found.length === 0) return null;

  const editable = copyEditable(molecule);
  const valences = totalValences(editable);
  removeBonds(editable, new Set(found.map(({ index }) => index)));

  const ligands = new Map<number, { order: number; metals: Set<number> }>();
  const excess = new Map<number, number>();
  for (const { bond, metal, other } of found) {
    const ligand = ligands.get(other) ?? { order: 0, metals: new Set<number>() };
    ligand.order += bond.order === DATIVE ? 0 : bond.order;
    ligand.metals.add(metal);
    ligands.set(other, ligand);
    excess.set(metal, 0);
  }
  const degrees = totalDegrees(editable);
  for (const [index, ligand] of [...ligands].sort(([a], [b]) => a - b)) {
    const taken = chargeLigand(atomAt(editable, index), ligand.order, valences[index] ?? 0, degrees[index] ?? 0);
    takeElectrons(ligand.metals, taken, excess);
  }
  for (const [index, taken] of excess) chargeMetal(atomAt(editable, index), taken);
  return {
    editable,
    cut: found.map(({ metal, other }) => [atomAt(molecule, metal).element, atomAt(molecule, other).element] as const),
  };
}

/** Sets the charge of a non-metal that lost bonds of this order; returns how many electrons its metals owe it. */
function chargeLigand(atom: EditableAtom, order: number, valence: number, degree: number): number {
  let charge = -order;
  let left = 0;
  let lone = 0;
  const allowed = defaultValences(atom.element);
  for (const [i, target] of allowed.entries()) {
    left = valence + atom.radicals - order;
    if (left > target) {
      if (i + 1 < allowed.length) continue;
      left = target;
      break;
    }
    charge = left - target;
    if (atom.radicals % 2 === 1 && charge < 0) {
      charge += 1;
      lone += 1;
      atom.radicals = atom.element < 7 ? atom.radicals + 1 : 0;
    }
    break;
  }
  // A carbon that keeps a double bond gets a hydrogen, not a charge.
  if (charge === -1 && left === degree + 1) {
    charge = 0;
    atom.hydrogens += 1;
  }
  atom.charge = charge;
  const acetylide = charge === -1 && atom.element === 6 && left === degree + 2;
  return order === 0 || acetylide ? -lone : -(charge + lone);
}

/** Shares the electrons that a ligand took among the metals it was bonded to, the least charged first. */
function takeElectrons(metals: ReadonlySet<number>, electrons: number, excess: Map<number, number>): void {
  const sorted = [...metals].sort((a, b) => a - b).sort((a, b) => (excess.get(a) ?? 0) - (excess.get(b) ?? 0));
  let owed = electrons;
  while (owed > 0) {
    for (const metal of sorted) {
      if (owed <= 0) break;
      owed -= 1;
      excess.set(metal, (excess.get(metal) ?? 0) + 1);
    }
  }
}

function chargeMetal(atom: EditableAtom, taken: number): void {
  const allowed = defaultValences(atom.element);
  const most = Math.max(-1, ...allowed);
  if (most !== -1 && atom.charge >= most) return;
  let charge = taken + Math.max(0, atom.charge);
  for (const [i, target] of allowed.entries()) {
    if (charge <= target) continue;
    if (i + 1 < allowed.length) continue;
    charge = target;
  }
  if (charge > atom.charge) atom.charge = charge;
  atom.radicals = 0;
  atom.hydrogens = 0;
}

function totalDegrees({ atoms, bonds }: Editable): number[] {
  const degrees = atoms.map(({ hydrogens }) => hydrogens);
  for (const { begin, end } of bonds) {
    degrees[begin] = (degrees[begin] ?? 0) + 1;
    degrees[end] = (degrees[end] ?? 0) + 1;
  }
  return degrees;
}
