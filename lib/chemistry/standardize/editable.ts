/**
 * A molecule that can be edited: RDKit's JSON (`get_json`, `rdkitjson` version 12) taken apart and put together again.
 * Atoms and bonds keep RDKit's indices; bond orders are those of a Kekulé structure, aromaticity is told by index.
 */

export interface EditableAtom {
  /** Atomic number; 0: dummy atom. */
  element: number;
  /** All hydrogens that are not atoms of the graph. */
  hydrogens: number;
  charge: number;
  radicals: number;
  isotope: number;
  /** `unspecified`, `cw`, `ccw`, `other`: handedness over the atom's bonds in the order of the bond list. */
  stereo: string;
}

export interface EditableBond {
  begin: number;
  end: number;
  /** 1, 2, 3, ...; 0: zero order; 17: dative, from `begin` to `end`. */
  order: number;
  /** `unspecified`, `cis`, `trans`, `either`: about the two `stereoAtoms`. */
  stereo: string;
  stereoAtoms: readonly number[] | null;
}

export interface Editable {
  atoms: EditableAtom[];
  bonds: EditableBond[];
  aromaticAtoms: readonly number[];
  aromaticBonds: readonly number[];
  /** Name and coordinates as they stand in the JSON; editing does not touch them. */
  readonly name: string | undefined;
  readonly conformers: readonly Conformer[];
}

export interface Conformer {
  readonly dim: number;
  readonly coords: readonly (readonly number[])[];
}

export const DATIVE = 17;
const UNSPECIFIED = 'unspecified';

interface JsonAtom {
  z?: number;
  impHs?: number;
  chg?: number;
  nRad?: number;
  isotope?: number;
  stereo?: string;
}
interface JsonBond {
  bo?: number;
  atoms: [number, number];
  stereo?: string;
  stereoAtoms?: number[];
}
interface JsonMolecule {
  name?: string;
  atoms: JsonAtom[];
  bonds: JsonBond[];
  conformers?: Conformer[];
  extensions?: { name: string; aromaticAtoms?: number[]; aromaticBonds?: number[] }[];
}

/** Takes the JSON of one molecule apart; null where it has query atoms or bonds, which no rule can be applied to. */
export function readEditable(json: string): Editable | null {
  const parsed = JSON.parse(json) as { molecules: JsonMolecule[] };
  const molecule = parsed.molecules[0];
  if (molecule === undefined) return null;
  const extensions = molecule.extensions ?? [];
  if (extensions.some(({ name }) => name === 'rdkitQueries')) return null;
  const representation = extensions.find(({ name }) => name === 'rdkitRepresentation');
  return {
    atoms: molecule.atoms.map((atom) => ({
      element: atom.z ?? 6,
      hydrogens: atom.impHs ?? 0,
      charge: atom.chg ?? 0,
      radicals: atom.nRad ?? 0,
      isotope: atom.isotope ?? 0,
      stereo: atom.stereo ?? UNSPECIFIED,
    })),
    bonds: molecule.bonds.map((bond) => ({
      begin: bond.atoms[0],
      end: bond.atoms[1],
      order: bond.bo ?? 1,
      stereo: bond.stereo ?? UNSPECIFIED,
      stereoAtoms: bond.stereoAtoms ?? null,
    })),
    aromaticAtoms: representation?.aromaticAtoms ?? [],
    aromaticBonds: representation?.aromaticBonds ?? [],
    name: molecule.name,
    conformers: molecule.conformers ?? [],
  };
}

const HEADER = JSON.stringify({
  rdkitjson: { version: 12 },
  defaults: {
    atom: { z: 6, impHs: 0, chg: 0, nRad: 0, isotope: 0, stereo: UNSPECIFIED },
    bond: { bo: 1, stereo: UNSPECIFIED },
  },
}).slice(0, -1);

/** The JSON of an edited molecule, for `get_mol` with `{"assignStereo":false}`: else double-bond stereo is lost. */
export function writeEditable({ atoms, bonds, aromaticAtoms, aromaticBonds, name, conformers }: Editable): string {
  const molecule = JSON.stringify({
    name,
    atoms: atoms.map((atom) => ({
      z: atom.element,
      impHs: atom.hydrogens,
      chg: atom.charge,
      nRad: atom.radicals,
      isotope: atom.isotope,
      stereo: atom.stereo,
    })),
    bonds: bonds.map((bond) => ({
      bo: bond.order,
      atoms: [bond.begin, bond.end],
      ...(bond.stereoAtoms === null ? {} : { stereo: bond.stereo, stereoAtoms: bond.stereoAtoms }),
    })),
    extensions: [{ name: 'rdkitRepresentation', formatVersion: 2, aromaticAtoms, aromaticBonds }],
  });
  const placed = conformers.length === 0 ? '' : `,"conformers":[${conformers.map(writeConformer).join()}]`;
  return `${HEADER},"molecules":[${molecule.slice(0, -1)}${placed}}]}`;
}

/** RDKit refuses coordinates that are written as whole numbers. */
function writeConformer({ dim, coords }: Conformer): string {
  const real = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
  return `{"dim":${dim},"coords":[${coords.map((place) => `[${place.map(real).join()}]`).join()}]}`;
}

export function atomAt({ atoms }: Editable, index: number): EditableAtom {
  return atoms[index] as EditableAtom;
}

/** The bond between two atoms; undefined where they are not bonded. */
export function bondBetween(bonds: readonly EditableBond[], a: number, b: number): EditableBond | undefined {
  return bonds.find(({ begin, end }) => (begin === a && end === b) || (begin === b && end === a));
}

/** Valence of each atom, hydrogens and all. A dative bond counts for the atom that it points to alone. */
export function totalValences({ atoms, bonds }: Editable): number[] {
  const valences = atoms.map(({ hydrogens }) => hydrogens);
  for (const { begin, end, order } of bonds) {
    if (order !== DATIVE) valences[begin] = (valences[begin] ?? 0) + order;
    valences[end] = (valences[end] ?? 0) + (order === DATIVE ? 1 : order);
  }
  return valences;
}

/** A copy whose atoms and bonds can be changed without changing the original. */
export function copyEditable(molecule: Editable): Editable {
  return {
    ...molecule,
    atoms: molecule.atoms.map((atom) => ({ ...atom })),
    bonds: molecule.bonds.map((bond) => ({ ...bond })),
  };
}

/** Gives a bond another order. What was told of stereo at a bond that becomes or ceases to be double is forgotten. */
export function setOrder(molecule: Editable, bond: EditableBond, order: number): void {
  if (bond.order === order) return;
  bond.order = order;
  bond.stereo = UNSPECIFIED;
  bond.stereoAtoms = null;
  if (order < 2) return;
  for (const index of [bond.begin, bond.end]) {
    const atom = molecule.atoms[index];
    if (atom !== undefined && (atom.element === 6 || atom.element === 7)) atom.stereo = UNSPECIFIED;
  }
}

/** Takes bonds out, with the stereo that was told by them. Aromatic bonds are not taken out. */
export function removeBonds(molecule: Editable, gone: ReadonlySet<number>): void {
  const aromatic = new Set(molecule.aromaticBonds);
  const left: EditableBond[] = [];
  const aromaticBonds: number[] = [];
  const loosened = new Set<number>();
  molecule.bonds.forEach((bond, index) => {
    if (gone.has(index)) {
      loosened.add(bond.begin).add(bond.end);
      return;
    }
    if (aromatic.has(index)) aromaticBonds.push(left.length);
    left.push(bond);
  });
  for (const index of loosened) {
    const atom = molecule.atoms[index];
    if (atom !== undefined) atom.stereo = UNSPECIFIED;
  }
  for (const bond of left) {
    const about = bond.stereoAtoms;
    if (about === null) continue;
    const [first, second] = about;
    if (first === undefined || second === undefined) continue;
    if (bondBetween(left, bond.begin, first) && bondBetween(left, bond.end, second)) continue;
    bond.stereo = UNSPECIFIED;
    bond.stereoAtoms = null;
  }
  molecule.bonds = left;
  molecule.aromaticBonds = aromaticBonds;
}
