import type { Mol } from '@rdkit/rdkit';
import type { WarningCode } from '../../errors.js';
import type { Standardization, Warning } from '../../types.js';
import { SYMBOLS } from '../descriptors/elements.js';
import { Graph } from '../descriptors/graph.js';
import { decodePickle, PICKLE_FLAGS } from '../descriptors/pickle.js';
import { isRdkitException } from '../rdkit.js';
import { assess, type Needs, type Scan } from './assess.js';
import { readEditable } from './editable.js';
import { chooseFragment } from './fragments.js';
import { disconnectMetals } from './metals.js';
import { normalize } from './normalize.js';
import { reionize } from './reionize.js';
import { scanEditable } from './scan.js';
import { uncharge } from './uncharge.js';
import { type Draft, NotStandardized, type RDKit, Workbench } from './workbench.js';

/** What `molecules.standardizer` holds for a molecule that was standardised; changes when a result may change. */
export const STANDARDIZER_VERSION = 'molstream 3 (RDKit MolStandardize rules)';

export type Level = Exclude<Standardization, 'none'>;

export interface Standardized {
  /** The very molecule that was given where nothing applies; else a new one, which the caller deletes as well. */
  readonly mol: Mol;
  readonly warnings: readonly Warning[];
}

export interface Standardizer {
  /**
   * Standardises a molecule that RDKit has sanitised. It is neither changed nor deleted. `scan` is the molecule's own
   * decoded pickle, read before this returns; without one, or with null, the molecule is asked for it.
   * A structure that RDKit refuses on the way stays as it was, with a warning `STANDARDIZATION_FAILED`. Throws when the
   * instance trapped.
   */
  apply(mol: Mol, level: Level, scan?: Scan | null): Standardized;
  /** Deletes the compiled rules; the standardiser compiles them anew if it is used again. */
  dispose(): void;
}

/** Of one RDKit instance: a new instance needs a new standardiser. Rules are compiled when they are first needed. */
export function createStandardizer(rdkit: RDKit): Standardizer {
  const bench = new Workbench(rdkit);
  const graph = new Graph();
  return {
    apply(mol, level, scan) {
      const needs = assess(scan ?? scanOf(mol, graph));
      if (!applies(needs, level)) return { mol, warnings: [] };
      let result = mol;
      try {
        const standardized = run(mol, level, needs, bench);
        result = standardized.mol;
        return standardized;
      } catch (error) {
        if (!(error instanceof NotStandardized) && !isRdkitException(error)) throw error;
        const message = error instanceof Error ? error.message : 'RDKit gave up on it';
        return { mol, warnings: [{ code: 'STANDARDIZATION_FAILED', message }] };
      } finally {
        bench.clear(result);
      }
    },
    dispose: () => bench.dispose(),
  };
}

function applies(needs: Needs, level: Level): boolean {
  return needs.cleanup || (level !== 'cleanup' && needs.fragments) || (level === 'parent' && needs.charges);
}

function scanOf(mol: Mol, graph: Graph): Scan {
  if (decodePickle(mol.get_as_uint8array(PICKLE_FLAGS), graph)) return graph;
  const editable = readEditable(mol.get_json());
  return editable === null ? { ...EMPTY, hasQueries: true } : scanEditable(editable);
}

const EMPTY: Scan = scanEditable({
  atoms: [],
  bonds: [],
  aromaticAtoms: [],
  aromaticBonds: [],
  name: undefined,
  conformers: [],
});

function run(mol: Mol, level: Level, needs: Needs, bench: Workbench): Standardized {
  const opened = bench.open(mol);
  if (opened === null) return { mol, warnings: [] };
  const done: Done = new Map();
  let draft = needs.cleanup ? cleanUp(opened, bench, done) : opened;
  let edited = draft !== opened;

  if (level !== 'cleanup' && assess(scanEditable(draft.editable)).fragments) {
    const choice = chooseFragment(draft.mol, draft.editable, bench);
    const chosen = bench.open(choice.mol);
    if (chosen !== null) {
      note(done, 'FRAGMENTS_REMOVED', [choice.removed.join('.')]);
      draft = chosen;
    }
  }
  if (level === 'parent') {
    const neutral = uncharge(draft, bench);
    if (neutral !== null) {
      note(done, 'PROTONATION_CHANGED', ['neutralised charges']);
      draft = cleanUp(neutral, bench, done);
      edited = true;
    }
  }
  const result = edited ? perceived(draft, bench) : draft.mol;
  // A proton may have moved between two places that are the same.
  if (result === mol || result.get_smiles() === mol.get_smiles()) return { mol, warnings: [] };
  return { mol: result, warnings: [...done].map(([code, messages]) => ({ code, message: [...messages].join('; ') })) };
}

/** What was done, in words, by warning code. */
type Done = Map<WarningCode, Set<string>>;

function note(done: Done, code: WarningCode, messages: readonly string[]): void {
  if (messages.length > 0) done.set(code, new Set([...(done.get(code) ?? []), ...messages]));
}

function cleanUp(start: Draft, bench: Workbench, done: Done): Draft {
  let draft = start;
  const disconnected = disconnectMetals(draft.editable);
  if (disconnected !== null) {
    const parsed = bench.parse(disconnected.editable);
    if (parsed === null) throw new NotStandardized('disconnecting metals gives a structure that RDKit refuses');
    draft = parsed;
    note(done, 'METALS_DISCONNECTED', [describeBonds(disconnected.cut)]);
  }
  const normalized = normalize(draft, bench);
  note(done, 'NORMALIZATION_APPLIED', normalized.applied);
  const reionized = reionize(normalized.draft, bench);
  note(done, 'PROTONATION_CHANGED', reionized.done);
  return reionized.draft;
}

function describeBonds(cut: readonly (readonly [number, number])[]): string {
  const counts = new Map<string, number>();
  for (const [metal, other] of cut) {
    const name = `${SYMBOLS[metal]}-${SYMBOLS[other]}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} ${name}`)).join(', ');
}

/**
 * An edited molecule read again from text, as records are, so that stereo is perceived for what it has become. InChI
 * needs coordinates, so it is read from a molblock where there are any, unless they tell of stereo that editing did not
 * mean: phosphorus with one of its oxygens protonated, a double bond that was moved.
 */
function perceived({ mol }: Draft, bench: Workbench): Mol {
  const smiles = mol.get_smiles();
  const plain = bench.read(smiles);
  if (plain === null) throw new NotStandardized(`RDKit does not read the result again: ${smiles}`);
  if (mol.has_coords() === 0) return plain;
  const placed = bench.read(mol.get_molblock());
  return placed !== null && placed.get_smiles() === plain.get_smiles() ? placed : plain;
}
