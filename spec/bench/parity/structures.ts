import { readRecord } from '../../../lib/formats/read-record.js';
import { looksLikeSmiles } from '../../../lib/formats/smiles-likeness.js';
import { locateInputs } from '../../../lib/sources/inputs.js';
import { openInput } from '../../../lib/sources/open-input.js';
import type { SplitItem } from '../../../lib/types.js';
import { splitRecords } from '../../../transforms/split-records.js';

/** One structure of a file, as the import hands it to RDKit. */
export interface Structure {
  /** Ordinal of its record. */
  record: number;
  form: 'molblock' | 'smiles';
  structure: Uint8Array | string;
}

/** Shorter fields of a table that look like SMILES may be anything. */
const SHORTEST_SMILES = 10;

/**
 * The structures of a file that the import reads; of a table those of its SMILES column, and whatever else looks like a
 * SMILES, so that tables of pairs and of results are compared whole. Throws what `locateInputs` and `openInput` throw.
 */
export async function* structures(path: string): AsyncGenerator<Structure> {
  for (const input of await locateInputs([path])) {
    const bytes = openInput(input);
    const records = splitRecords({ input });
    bytes.once('error', (error) => records.destroy(error));
    for await (const item of bytes.pipe(records) as AsyncIterable<SplitItem>) yield* structuresOf(item);
  }
}

function* structuresOf(item: SplitItem): Generator<Structure> {
  if (item.kind !== 'record') return;
  const record = item.ordinal;
  const parsed = readRecord(item.layout, item.raw, item.fields);
  if ('code' in parsed) return;
  const { form, structure } = parsed;
  yield { record, form, structure };
  const others = new Set(item.fields?.filter((field) => field.length >= SHORTEST_SMILES && looksLikeSmiles(field)));
  others.delete(structure as string);
  for (const other of others) yield { record, form: 'smiles', structure: other };
}
