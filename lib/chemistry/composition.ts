/** Hill formula, charge and size of a molecule from RDKit's JSON: for the few whose pickle cannot be read. */
import type { Mol } from '@rdkit/rdkit';

export interface Composition {
  /** In Hill order, isotopes among their element, dummy atoms as `*`, without charge. */
  readonly formula: string;
  readonly formalCharge: number;
  /** Atoms but hydrogens, dummy atoms among them. */
  readonly heavyAtoms: number;
}

interface JsonAtom {
  readonly z?: number;
  /** All hydrogens that are not atoms of the graph. */
  readonly impHs?: number;
  readonly chg?: number;
}
interface JsonMolecules {
  readonly defaults: { readonly atom: JsonAtom };
  readonly molecules: readonly { readonly atoms: readonly JsonAtom[] }[];
}

const SYMBOLS = (
  '* H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr ' +
  'Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu ' +
  'Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr ' +
  'Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og'
).split(' ');

export function composition(mol: Mol): Composition {
  const { defaults, molecules } = JSON.parse(mol.get_json()) as JsonMolecules;
  const counts = new Map<string, number>();
  const add = (symbol: string, count: number): void => {
    counts.set(symbol, (counts.get(symbol) ?? 0) + count);
  };
  let formalCharge = 0;
  let heavyAtoms = 0;
  for (const atom of molecules.flatMap((molecule) => molecule.atoms)) {
    const { z = 6, impHs = 0, chg = 0 } = { ...defaults.atom, ...atom };
    add(SYMBOLS[z] ?? '*', 1);
    if (impHs > 0) add('H', impHs);
    formalCharge += chg;
    if (z !== 1) heavyAtoms += 1;
  }
  return { formula: hillFormula(counts), formalCharge, heavyAtoms };
}

/** Carbon, hydrogen, then by symbol; without carbon all by symbol. */
export function hillFormula(counts: ReadonlyMap<string, number>): string {
  const first = counts.has('C') ? ['C', 'H'] : [];
  const rest = [...counts.keys()].filter((symbol) => !first.includes(symbol)).sort();
  return [...first, ...rest]
    .map((symbol) => {
      const count = counts.get(symbol) ?? 0;
      return count === 0 ? '' : count === 1 ? symbol : `${symbol}${count}`;
    })
    .join('');
}
