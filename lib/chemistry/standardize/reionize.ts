import { ACID_BASE_PAIRS } from './acid-base-pairs.js';
import { atomAt, copyEditable, type Editable, type EditableAtom } from './editable.js';
import { type Draft, NotStandardized, type Workbench } from './workbench.js';

export interface Reionized {
  readonly draft: Draft;
  /** What was done, in words; empty: nothing. */
  readonly done: readonly string[];
}

/** Charge of a bare atom that has none, as RDKit corrects it: Li, Na, K +1; Mg, Ca +2; Cl -1. */
const BARE_CHARGES: ReadonlyMap<number, number> = new Map([
  [3, 1],
  [11, 1],
  [19, 1],
  [12, 2],
  [20, 2],
  [17, -1],
]);

/**
 * Gives bare salt atoms their charge, ionises the strongest acids for what became positive, and moves protons so that
 * the strongest acids are the ones that are ionised. RDKit's `Reionizer` (`Charge.cpp`).
 */
export function reionize(start: Draft, bench: Workbench): Reionized {
  const done: string[] = [];
  let draft = correctCharges(start, bench, done);
  draft = movePositive(start, draft, bench, done);
  return { draft: moveProtons(draft, bench, done), done };
}

/** The charge that a bare, uncharged atom should have; 0: leave it. */
export function bareCharge(element: number): number {
  return BARE_CHARGES.get(element) ?? 0;
}

function correctCharges(draft: Draft, bench: Workbench, done: string[]): Draft {
  const bonded = new Set<number>();
  for (const { begin, end } of draft.editable.bonds) bonded.add(begin).add(end);
  const bare = draft.editable.atoms.flatMap((atom, index) =>
    atom.charge === 0 && atom.hydrogens === 0 && !bonded.has(index) && bareCharge(atom.element) !== 0 ? [index] : [],
  );
  if (bare.length === 0) return draft;
  done.push(`charged ${bare.length} bare atom${bare.length === 1 ? '' : 's'}`);
  return edit(draft, bench, (copy) => {
    for (const index of bare) {
      const atom = atomAt(copy, index);
      atom.charge = bareCharge(atom.element);
      atom.radicals = 0;
    }
  });
}

function movePositive(before: Draft, after: Draft, bench: Workbench, done: string[]): Draft {
  let draft = after;
  if (totalCharge(draft.editable) === 0) return draft;
  let surplus = totalCharge(draft.editable) - totalCharge(before.editable);
  while (surplus > 0) {
    const acid = strongestAcid(draft, bench, ACID_BASE_PAIRS.length);
    if (acid === null) break;
    draft = edit(draft, bench, (copy) => takeProton(atomAt(copy, acid.atom)));
    done.push(`ionised ${nameOf(acid)}`);
    surplus -= 1;
  }
  return draft;
}

function moveProtons(start: Draft, bench: Workbench, done: string[]): Draft {
  let draft = start;
  const moved = new Set<string>();
  while (true) {
    const base = weakestBase(draft, bench);
    if (base === null) return draft;
    const acid = strongestAcid(draft, bench, base.position);
    if (acid === null || acid.atom === base.atom) return draft;
    const key = `${Math.min(acid.atom, base.atom)} ${Math.max(acid.atom, base.atom)}`;
    if (moved.has(key)) return draft;
    moved.add(key);
    draft = edit(draft, bench, (copy) => {
      takeProton(atomAt(copy, acid.atom));
      const taker = atomAt(copy, base.atom);
      taker.charge += 1;
      taker.hydrogens += 1;
    });
    done.push(`moved a proton from ${nameOf(acid)} to ${nameOf(base)}`);
  }
}

interface Site {
  /** Index into `ACID_BASE_PAIRS`. */
  readonly position: number;
  readonly atom: number;
}

/** The strongest acid that still has its proton, among the first `limit` pairs. */
function strongestAcid({ mol, editable }: Draft, bench: Workbench, limit: number): Site | null {
  const elements = new Set(editable.atoms.flatMap((atom) => (atom.hydrogens > 0 ? [atom.element] : [])));
  for (let position = 0; position < limit; position++) {
    const pair = ACID_BASE_PAIRS[position];
    if (pair === undefined || !elements.has(pair.element)) continue;
    const atom = bench.firstMatch(mol, pair.acid)?.at(-1);
    if (atom !== undefined) return { position, atom };
  }
  return null;
}

/** The ionised site whose acid is the weakest. */
function weakestBase({ mol, editable }: Draft, bench: Workbench): Site | null {
  const elements = new Set(editable.atoms.flatMap((atom) => (atom.charge < 0 ? [atom.element] : [])));
  if (elements.size === 0) return null;
  for (let position = ACID_BASE_PAIRS.length - 1; position >= 0; position--) {
    const pair = ACID_BASE_PAIRS[position];
    if (pair === undefined || !elements.has(pair.element)) continue;
    const atom = bench.firstMatch(mol, pair.base)?.at(-1);
    if (atom !== undefined) return { position, atom };
  }
  return null;
}

function edit(draft: Draft, bench: Workbench, change: (copy: Editable) => void): Draft {
  const copy = copyEditable(draft.editable);
  change(copy);
  const next = bench.parse(copy);
  if (next === null) throw new NotStandardized('moving a proton gives a structure that RDKit refuses');
  return next;
}

function takeProton(atom: EditableAtom): void {
  atom.charge -= 1;
  if (atom.hydrogens > 0) atom.hydrogens -= 1;
}

function totalCharge({ atoms }: Editable): number {
  return atoms.reduce((sum, { charge }) => sum + charge, 0);
}

function nameOf({ position }: Site): string {
  return ACID_BASE_PAIRS[position]?.name ?? '';
}
