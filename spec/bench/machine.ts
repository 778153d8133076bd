/** One line that says what the figures below it were measured on. */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';

function versionOf(name: string): string {
  const path = new URL(`../../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version;
}

export function machine(): string {
  const packages = ['@rdkit/rdkit', 'better-sqlite3', 'pg', 'knex'].map((name) => `${name} ${versionOf(name)}`);
  return (
    `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${availableParallelism()} cores, ` +
    `${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${packages.join(', ')}`
  );
}
