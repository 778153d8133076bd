/** `node naive-main.js FILE TARGET RECORDS`: prints what `importNaively` gives. */
import knex from 'knex';
import { importNaively } from './naive.js';

const [file, target, records] = process.argv.slice(2) as [string, string, string];
const database = knex(
  /^postgres(ql)?:/.test(target)
    ? { client: 'pg', connection: target }
    : { client: 'better-sqlite3', connection: { filename: target }, useNullAsDefault: true },
);
try {
  console.log(JSON.stringify(await importNaively(file, database, Number(records))));
} finally {
  await database.destroy();
}
