import { SYMBOLS } from './descriptors/elements.js';

export interface Composition {
  /** In Hill order, isotopes among their element, dummy atoms as `*`, without charge. */
  readonly formula: string;
  readonly formalCharge: number;
  /** Atoms other than hydrogen and dummies. */
  readonly heavyAtoms: number;
}

interface JsonAtom {
  readonly z: number;
  /** All hydrogens that are not atoms of the graph. */
  readonly impHs: number;
  readonly chg: number;
}
interface JsonMolecules {
  readonly defaults: { readonly atom: JsonAtom };
  readonly molecules: readonly { readonly atoms: readonly Partial<JsonAtom>[] }[];
}

/** From what `get_json()` gives: for the few molecules whose pickle cannot be read. */
export function compositionFromJson(json: string): Composition {
  const { defaults, molecules } = JSON.parse(json) as JsonMolecules;
  const counts = new Map<string, number>();
  const add = (symbol: string, count: number): void => {
    counts.set(symbol, (counts.get(symbol) ?? 0) + count);
  };
  let formalCharge = 0;
  let heavyAtoms = 0;
  for (const atom of molecules.flatMap((molecule) => molecule.atoms)) {
    const { z, impHs, chg } = { ...defaults.atom, ...atom };
    add(SYMBOLS[z] ?? '*', 1);
    add('H', impHs);
    formalCharge += chg;
    if (z > 1) heavyAtoms += 1;
  }
  return { formula: hillFormula(counts), formalCharge, heavyAtoms };
}

/** Carbon, hydrogen, then by symbol; without carbon all by symbol. */
function hillFormula(counts: ReadonlyMap<string, number>): string {
  const first = counts.has('C') ? ['C', 'H'] : [];
  const rest = [...counts.keys()].filter((symbol) => !first.includes(symbol)).sort();
  return [...first, ...rest]
    .map((symbol) => {
      const count = counts.get(symbol) ?? 0;
      return count === 0 ? '' : count === 1 ? symbol : `${symbol}${count}`;
    })
    .join('');
}
