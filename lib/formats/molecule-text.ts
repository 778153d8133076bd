/** Molecules as text: one JSON object, or one row of csv, each. */
import { DESCRIPTOR_COLUMNS } from '../chemistry/columns.js';
import type { Molecule } from '../types.js';

type Cell = string | number | null;

const CELLS: ReadonlyArray<readonly [column: string, read: (molecule: Molecule) => Cell]> = [
  ['source', ({ input }) => input.source],
  ['record_key', ({ recordKey }) => recordKey],
  ['external_id', ({ externalId }) => externalId],
  ['name', ({ name }) => name],
  ['canonical_smiles', ({ canonicalSmiles }) => canonicalSmiles],
  ['inchi', ({ inchi }) => inchi],
  ['inchikey', ({ inchikey }) => inchikey],
  ['structure_key', ({ structureKey }) => structureKey],
  ['formula', ({ formula }) => formula],
  ['formal_charge', ({ formalCharge }) => formalCharge],
  ...DESCRIPTOR_COLUMNS.map((column, index) => [column, descriptor(index)] as const),
  ['morgan_fp', ({ morganFp }) => (morganFp === null ? null : Buffer.from(morganFp).toString('base64'))],
  ['content_hash', ({ contentHash }) => contentHash],
  ['input', ({ input }) => input.uri],
  ['ordinal', ({ ordinal }) => ordinal],
  ['byte_offset', ({ byteOffset }) => byteOffset],
];

function descriptor(index: number): (molecule: Molecule) => number | null {
  return ({ descriptors }) => descriptors?.[index] ?? null;
}

/**
 * A line of NDJSON: the columns of the database's tables by their names, the fingerprint as base64, `tags` as an
 * object in the order found, `warnings` as an array.
 */
export function toNdjson(molecule: Molecule): string {
  const pairs = CELLS.map(([column, read]) => `${JSON.stringify(column)}:${JSON.stringify(read(molecule))}`);
  return `{${pairs.join(',')},"tags":${molecule.tagsJson},"warnings":${JSON.stringify(molecule.warnings)}}\n`;
}

/** Names of the columns of `toCsvRow`, as its first row. */
export const CSV_HEADER = csvRow([...CELLS.map(([column]) => column), 'tags']);

/** A row of csv: the same columns as `toNdjson`, without warnings, and the tags as JSON. */
export function toCsvRow(molecule: Molecule): string {
  return csvRow([...CELLS.map(([, read]) => read(molecule)), molecule.tagsJson]);
}

function csvRow(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

function csvCell(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
