/** The rows of all tables by their natural keys, without what may differ from one import to the next. */
import type { Store } from '../../../lib/store/open-store.js';

type Row = Record<string, unknown>;
type TableName = 'sources' | 'inputs' | 'runs' | 'checkpoints' | 'molecules' | 'records' | 'rejections';

/** JSON of each row, by table and natural key. */
export interface Contents {
  readonly tables: ReadonlyMap<TableName, ReadonlyMap<string, string>>;
  /** Rows whose natural key another row has, and records that are stored and rejected. */
  readonly twice: readonly string[];
}

const PAGE = 5_000;

const TABLES: readonly { name: TableName; page: string; key: readonly string[]; drop: readonly string[] }[] = [
  { name: 'sources', page: 'source_id', key: ['source'], drop: ['name', 'created_at'] },
  { name: 'inputs', page: 'input_id', key: ['source', 'input'], drop: ['uri', 'created_at'] },
  { name: 'runs', page: 'run_id', key: ['run'], drop: ['started_at', 'finished_at', 'statistics'] },
  {
    name: 'checkpoints',
    page: 'run_id',
    key: ['run', 'input', 'part'],
    drop: ['epoch', 'owner', 'lease_until', 'updated_at'],
  },
  { name: 'molecules', page: 'structure_key', key: ['structure_key'], drop: ['created_at'] },
  { name: 'records', page: 'record_id', key: ['source', 'record_key'], drop: ['record_id'] },
  { name: 'rejections', page: 'rejection_id', key: ['input', 'ordinal'], drop: ['rejection_id'] },
];

export async function readContents(store: Store): Promise<Contents> {
  const names = await surrogates(store);
  const twice: string[] = [];
  const places = new Set<string>();
  const tables = new Map<TableName, Map<string, string>>();
  for (const { name, page, key, drop } of TABLES) {
    const rows = new Map<string, string>();
    for await (const row of pages(store, name, page)) {
      const natural = toNatural(row, names, name);
      const id = key.map((column) => String(natural[column])).join(' ');
      if (rows.has(id)) twice.push(`${name} ${id}`);
      if (name === 'records' || name === 'rejections') {
        const place = `${natural.input} ${natural.ordinal}`;
        // Rows of an earlier release keep their place there.
        if (places.has(place)) twice.push(`record ${place}`);
        places.add(place);
      }
      for (const column of drop) delete natural[column];
      if (name === 'runs') natural.options = withoutBatchSize(natural.options);
      rows.set(id, JSON.stringify(natural));
    }
    tables.set(name, rows);
  }
  return { tables, twice };
}

/** Runs are told by their order. */
interface Surrogates {
  readonly sources: ReadonlyMap<string, unknown>;
  readonly inputs: ReadonlyMap<string, unknown>;
  readonly runs: ReadonlyMap<string, unknown>;
}

async function surrogates(store: Store): Promise<Surrogates> {
  const map = async (table: TableName, id: string, name: (row: Row, index: number) => unknown) => {
    const rows: Row[] = await store.knex(store.tables[table]).select().orderBy(id);
    return new Map(rows.map((row, index) => [String(row[id]), name(row, index)]));
  };
  return {
    sources: await map('sources', 'source_id', (row) => row.name),
    inputs: await map('inputs', 'input_id', (row) => row.uri),
    runs: await map('runs', 'run_id', (_, index) => index + 1),
  };
}

async function* pages(store: Store, table: TableName, column: string): AsyncGenerator<Row> {
  for (let after: unknown; ; ) {
    const query = store.knex(store.tables[table]).select().orderBy(column).limit(PAGE);
    const rows: Row[] = await (after === undefined ? query : query.where(column, '>', after as string));
    yield* rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)![column];
  }
}

function toNatural(row: Row, names: Surrogates, table: TableName): Row {
  const { source_id: source, input_id: input, run_id: run, ...rest } = row;
  const natural: Row = {};
  if (source !== undefined) natural.source = names.sources.get(String(source));
  if (input !== undefined) natural.input = names.inputs.get(String(input));
  if (run !== undefined && (table === 'runs' || table === 'checkpoints')) natural.run = names.runs.get(String(run));
  for (const [column, value] of Object.entries(rest)) {
    natural[column] = Buffer.isBuffer(value) ? value.toString('hex') : value;
  }
  return natural;
}

/** It differs from round to round, and changes nothing that is stored. */
function withoutBatchSize(options: unknown): unknown {
  const { batchSize: _, ...rest } = (typeof options === 'string' ? JSON.parse(options) : options) as Row;
  return rest;
}

export interface Comparison {
  /** Rows that the uninterrupted import has and the other has not. */
  lost: number;
  /** Rows that are there twice, or only there. */
  twice: number;
  /** Rows with other values. */
  differences: number;
  /** The first of them, in words. */
  examples: string[];
}

const EXAMPLES = 20;

export function compareContents(expected: Contents, found: Contents): Comparison {
  const comparison: Comparison = { lost: 0, twice: found.twice.length, differences: 0, examples: [] };
  const show = (text: string): void => {
    if (comparison.examples.length < EXAMPLES) comparison.examples.push(text);
  };
  for (const text of found.twice) show(`twice: ${text}`);
  for (const [table, rows] of expected.tables) {
    const others = found.tables.get(table) ?? new Map<string, string>();
    for (const [key, row] of rows) {
      const other = others.get(key);
      if (other === row) continue;
      if (other === undefined) {
        comparison.lost += 1;
        show(`lost: ${table} ${key}`);
      } else {
        comparison.differences += 1;
        show(`differs: ${table} ${key}: ${row} became ${other}`);
      }
    }
    for (const key of others.keys()) {
      if (rows.has(key)) continue;
      comparison.twice += 1;
      show(`only there: ${table} ${key}`);
    }
  }
  return comparison;
}
