import { SYMBOLS } from './elements.js';
import type { Graph } from './graph.js';
import { slotOf } from './slots.js';

const numbers = new Int32Array(256);
/** Atomic numbers in alphabetical order of their symbols, carbon and hydrogen left out. */
const ALPHABETICAL = SYMBOLS.map((_, element) => element)
  .filter((element) => element !== 1 && element !== 6)
  .sort((a, b) => (SYMBOLS[a]! < SYMBOLS[b]! ? -1 : 1));

/**
 * Molecular formula in Hill order (Hill, J. Am. Chem. Soc. 22, 478-494, 1900): carbon, hydrogen, then alphabetically; all
 * alphabetically where there is no carbon. Isotopes are not told apart, charge is left out, dummy atoms are `*`.
 */
export function hillFormula(graph: Graph): string {
  const { atomCount, element, explicitHs, implicitHs } = graph;
  numbers.fill(0);
  for (let a = 0; a < atomCount; a++) {
    numbers[element[a]!]!++;
    numbers[1]! += explicitHs[a]! + implicitHs[a]!;
  }
  const organic = numbers[6]! > 0;
  let hydrogens = part(1);
  let formula = '';
  if (organic) {
    formula = part(6) + hydrogens;
    hydrogens = '';
  }
  for (const z of ALPHABETICAL) {
    if (hydrogens !== '' && SYMBOLS[z]! > 'H') {
      formula += hydrogens;
      hydrogens = '';
    }
    if (numbers[z]! > 0) formula += part(z);
  }
  return formula + hydrogens;
}

function part(element: number): string {
  const number = numbers[element]!;
  return number === 0 ? '' : number === 1 ? SYMBOLS[element]! : `${SYMBOLS[element]}${number}`;
}

/** Sum of the atoms' formal charges. */
export function formalCharge(graph: Graph): number {
  let charge = 0;
  for (let a = 0; a < graph.atomCount; a++) charge += graph.charge[a]!;
  return charge;
}

/** Atoms other than hydrogen and dummies. */
export function heavyAtoms(graph: Graph): number {
  let heavy = 0;
  for (let a = 0; a < graph.atomCount; a++) if (graph.element[a]! > 1) heavy++;
  return heavy;
}

const WEIGHT = slotOf('mol_weight');
const CLOGP = slotOf('crippen_clogp');
const HBA = slotOf('lipinski_hba');
const HBD = slotOf('lipinski_hbd');

/**
 * How many of the rule of five's bounds are broken, 0 to 4: weight over 500, logP over 5, more than 5 donors, more than 10
 * acceptors. `descriptors`: the 43 values, from index `at` on.
 */
export function lipinskiViolations(descriptors: Float64Array, at = 0): number {
  return (
    Number(descriptors[at + WEIGHT]! > 500) +
    Number(descriptors[at + CLOGP]! > 5) +
    Number(descriptors[at + HBD]! > 5) +
    Number(descriptors[at + HBA]! > 10)
  );
}
