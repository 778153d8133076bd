/**
 * `npm run bench -- NAME [options]`: each benchmark is a file of this folder that exports `run(args)`.
 * They state the machine, the work done and a plain baseline; they are never run as specs.
 */
import { existsSync, readdirSync } from 'node:fs';
import { messageOf } from '../../lib/errors.js';

const NOT_BENCHMARKS = new Set(['main', 'machine', 'parity', 'repeat-sdf', 'shared-files', 'torture', 'fuzz']);

const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.js') && !NOT_BENCHMARKS.has(file.slice(0, -3)))
  .map((file) => file.slice(0, -3));

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !existsSync(new URL(`./${name}.js`, import.meta.url))) {
  console.error(`npm run bench -- NAME [--json]; NAME is one of: ${names.join(', ')}`);
  process.exit(2);
}
const benchmark = (await import(`./${name}.js`)) as { run(args: string[]): Promise<void> };
try {
  await benchmark.run(args);
} catch (error) {
  console.error(`${name}: ${messageOf(error)}`);
  process.exitCode = 1;
}
