/** What a database holds, read by knex alone, for specs that look at an import from outside. */
import knex, { type Knex } from 'knex';

export async function withDatabase<T>(to: string, work: (database: Knex) => Promise<T>): Promise<T> {
  const isServer = to.startsWith('postgres');
  const database = knex({
    client: isServer ? 'pg' : 'better-sqlite3',
    connection: isServer ? to : { filename: to },
    searchPath: ['molstream'],
    useNullAsDefault: true,
  });
  try {
    return await work(database);
  } finally {
    await database.destroy();
  }
}

/** All that an import stores but surrogate ids, runs and times, in an order of its own. */
export async function contentOf(to: string): Promise<Record<string, unknown[]>> {
  return withDatabase(to, async (database) => {
    const text = (value: unknown): unknown => (Buffer.isBuffer(value) ? value.toString('hex') : value);
    const plain = (rows: Record<string, unknown>[], ...left: string[]): unknown[] =>
      rows.map((row) =>
        Object.fromEntries(
          Object.entries(row)
            .filter(([name]) => !left.includes(name))
            .map(([name, value]) => [name, typeof value === 'string' || value === null ? value : text(value)])
            .map(([name, value]) => [name, name === 'ordinal' || name === 'byte_offset' ? Number(value) : value]),
        ),
      );
    return {
      molecules: plain(await database('molecules').orderBy('structure_key'), 'created_at'),
      records: plain(
        await database('records').orderBy(['source_id', 'record_key']),
        'record_id',
        'run_id',
        'input_id',
        'source_id',
      ),
      rejections: plain(
        await database('rejections').orderBy(['input_id', 'ordinal']),
        'rejection_id',
        'run_id',
        'input_id',
      ),
    };
  });
}
