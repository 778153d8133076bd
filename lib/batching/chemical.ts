import { AdaptiveSizer } from './adaptive.js';
import type { Learned } from './costs.js';
import { type ResolvedSizerOptions, resolveSizerOptions, type SizerOptions } from './sizer-options.js';

/** Bytes of the first chunk, where only the source is known. */
const FIRST_CHUNK_BYTES = 400_000;
/** Share of the size of earlier runs that a later one starts with: the database may be another. */
const SHARE_OF_HISTORY = 0.5;

/** Usual bytes of a record by source profile, as `chemicalSizeOf` weighs it. */
const RECORD_BYTES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    pubchem: 9_000,
    chembl: 4_500,
    drugbank: 10_000,
    chebi: 5_000,
    zinc: 4_500,
    smiles: 2_500,
  }),
);

export interface ChemicalSizerOptions extends SizerOptions {
  /** Name of the source profile, or `smiles` for plain SMILES; default, and with any other name: unknown. */
  profile?: string | null;
  /** What earlier runs of the source learned (`learned` of the sizer's state), newest first; default: nothing. */
  history?: readonly Learned[];
}

/**
 * The adaptive sizer for one data source: chunks are weighed, so that one of large peptides holds fewer rows than one of
 * fragments, and the first of them starts from what is known of the source. To be used with `chemicalSizeOf`.
 */
export class ChemicalSizer extends AdaptiveSizer {
  constructor(options: ResolvedSizerOptions, profile: string | null = null, history: readonly Learned[] = []) {
    const learned = medianOf(history);
    const recordBytes = profile === null ? undefined : RECORD_BYTES.get(profile);
    super(options, {
      weighs: true,
      ...(recordBytes === undefined ? {} : { rows: Math.ceil(FIRST_CHUNK_BYTES / recordBytes) }),
      ...(learned === null ? {} : { learned, rows: Math.ceil(learned.rows * SHARE_OF_HISTORY) }),
    });
  }
}

/** `createSizer('chemical')` for a source that is known. Throws `UsageError` BAD_OPTION. */
export function createChemicalSizer({ profile, history, ...options }: ChemicalSizerOptions = {}): ChemicalSizer {
  return new ChemicalSizer(resolveSizerOptions(options), profile, history);
}

/** Of the last five runs, the one in the middle by size; null without any. */
function medianOf(history: readonly Learned[]): Learned | null {
  const recent = history.slice(0, 5).toSorted((left, right) => left.rows - right.rows);
  return recent[Math.floor(recent.length / 2)] ?? null;
}
