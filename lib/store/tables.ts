/** Names of the tables, and of the columns that are written row by row. */
import { DESCRIPTOR_COLUMNS } from '../chemistry/columns.js';

export const TABLE_NAMES = [
  'sources',
  'inputs',
  'runs',
  'checkpoints',
  'confirmations',
  'molecules',
  'records',
  'rejections',
  'compounds',
  'molstream_migrations',
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

/** Names as knex takes them, `schema.name` in PostgreSQL; `quoted` has them for SQL text. */
export type Tables = { readonly [name in TableName]: string } & {
  readonly quoted: { readonly [name in TableName]: string };
};

/** `schema` is null in SQLite. Both are plain identifiers, so quoting needs no escapes. */
export function tableNames(schema: string | null, prefix: string): Tables {
  const names = Object.fromEntries(
    TABLE_NAMES.map((name) => [name, schema === null ? `${prefix}${name}` : `${schema}.${prefix}${name}`]),
  ) as Record<TableName, string>;
  const quoted = Object.fromEntries(
    TABLE_NAMES.map((name) => [
      name,
      names[name]
        .split('.')
        .map((part) => `"${part}"`)
        .join('.'),
    ]),
  ) as Record<TableName, string>;
  return { ...names, quoted };
}

/** The columns of a row of `molecules`, in the order in which they are written. */
export const MOLECULE_COLUMNS: readonly string[] = [
  'structure_key',
  'inchi',
  'inchikey',
  'canonical_smiles',
  'formula',
  'formal_charge',
  ...DESCRIPTOR_COLUMNS,
  'morgan_fp',
  'standardizer',
  'toolkit_version',
];

/** What the name of the unique constraint of `records` ends with. */
export const RECORD_IDENTITY = 'records_identity';

/** The columns of a row of `records`, in the order in which they are written. */
export const RECORD_COLUMNS: readonly string[] = [
  'source_id',
  'record_key',
  'external_id',
  'name',
  'structure_key',
  'canonical_smiles',
  'input_id',
  'ordinal',
  'byte_offset',
  'content_hash',
  'described_with',
  'tags',
  'warnings',
  'raw',
  'run_id',
];

/** The columns of a row of `rejections`, in the order in which they are written. */
export const REJECTION_COLUMNS: readonly string[] = [
  'input_id',
  'ordinal',
  'byte_offset',
  'content_hash',
  'described_with',
  'stage',
  'code',
  'message',
  'raw',
  'run_id',
  'layout',
];
