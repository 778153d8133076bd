import { pipeline } from 'node:stream/promises';
import knex from 'knex';
import { batch, createSizer, knexSink } from 'molstream';

interface Reading {
  sensor: string;
  value: number;
}

async function* readings(): AsyncGenerator<Reading> {
  for (let i = 0; i < 10_000; i += 1) yield { sensor: `s${i % 10}`, value: i };
}

const database = knex({ client: 'better-sqlite3', connection: { filename: 'lab.sqlite' }, useNullAsDefault: true });
await database.schema.createTable('readings', (table) => {
  table.text('sensor');
  table.double('value');
});

const sizer = createSizer('adaptive');
await pipeline(
  readings(),
  batch<Reading>({ sizer }),
  knexSink({ knex: database, table: 'readings', toRow: (reading: Reading) => ({ ...reading }), sizer }),
);

const [row] = await database('readings').count({ n: '*' });
console.log(`${row?.n} rows`);
await database.destroy();
