import { atomAt, bondBetween, copyEditable, type Editable, setOrder } from './editable.js';
import { NORMALIZATIONS, type Normalization } from './normalizations.js';
import type { Draft, Workbench } from './workbench.js';

const MOST_RESTARTS = 200;
const MOST_REPEATS = 20;

export interface Normalized {
  readonly draft: Draft;
  /** Names of the rules that were applied, in their order. */
  readonly applied: readonly string[];
}

/**
 * Normalises functional groups as RDKit's `Normalizer` does (`Normalize.cpp`): the first rule that applies, as often as
 * it applies, then all over again; of several products the one whose SMILES sorts first; no product twice.
 */
export function normalize(start: Draft, bench: Workbench): Normalized {
  const seen = new Set<string>();
  const applied: string[] = [];
  let draft = start;
  for (let restart = 0; restart < MOST_RESTARTS; restart++) {
    const step = firstNewProduct(draft, seen, bench);
    if (step === null) break;
    seen.add(step.product.smiles);
    applied.push(step.rule.name);
    draft = step.product.draft;
  }
  return { draft, applied };
}

interface Product {
  readonly draft: Draft;
  readonly smiles: string;
}

function firstNewProduct(draft: Draft, seen: ReadonlySet<string>, bench: Workbench) {
  for (const rule of NORMALIZATIONS) {
    const product = applyRule(draft, rule, bench);
    if (product !== null && !seen.has(product.smiles)) return { rule, product };
  }
  return null;
}

function applyRule(start: Draft, rule: Normalization, bench: Workbench): Product | null {
  let product: Product | null = null;
  for (let repeat = 0; repeat < MOST_REPEATS; repeat++) {
    const next = bestProduct(product?.draft ?? start, rule, bench);
    if (next === null) break;
    product = next;
  }
  return product;
}

function bestProduct(draft: Draft, rule: Normalization, bench: Workbench): Product | null {
  let best: Product | null = null;
  const tried = new Set<string>();
  for (const atoms of bench.matches(draft.mol, rule.smarts)) {
    const editable = edited(draft.editable, rule, atoms);
    const change = changeOf(rule, atoms);
    if (tried.has(change)) continue;
    tried.add(change);
    const parsed = bench.parse(editable);
    if (parsed === null) continue;
    const smiles = parsed.mol.get_smiles();
    if (best !== null && best.smiles <= smiles) {
      bench.drop(parsed.mol);
    } else {
      if (best !== null) bench.drop(best.draft.mol);
      best = { draft: parsed, smiles };
    }
  }
  return best;
}

function edited(editable: Editable, rule: Normalization, atoms: readonly number[]): Editable {
  const copy = copyEditable(editable);
  const atomOf = (mapped: number) => atoms[mapped - 1] as number;
  for (const [mapped, charge] of rule.charges) atomAt(copy, atomOf(mapped)).charge = charge;
  for (const [mapped, hydrogens] of rule.hydrogens ?? []) atomAt(copy, atomOf(mapped)).hydrogens = hydrogens;
  for (const [mapped, other, order] of rule.bonds) {
    const bond = bondBetween(copy.bonds, atomOf(mapped), atomOf(other));
    if (bond !== undefined) setOrder(copy, bond, order);
  }
  return copy;
}

/** Tells apart matches that change something else; symmetric matches give the same text. */
function changeOf(rule: Normalization, atoms: readonly number[]): string {
  const atomOf = (mapped: number) => atoms[mapped - 1] as number;
  const charges = rule.charges.map(([mapped, charge]) => `${atomOf(mapped)}:${charge}`);
  const bonds = rule.bonds.map(([mapped, other, order]) => {
    const ends = [atomOf(mapped), atomOf(other)].sort((a, b) => a - b);
    return `${ends[0]}:${ends[1]}=${order}`;
  });
  return [...charges.sort(), ...bonds.sort()].join(' ');
}
