/** The real command as a process of its own, which is awaited. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ImportSummary } from '../../../pipelines/summary.js';

const MAIN = fileURLToPath(new URL('../../../pipelines/cli/main.js', import.meta.url));

/** Rejects where the import does not end with 0. */
export async function importByCommand(file: string, to: string, flags: readonly string[]): Promise<ImportSummary> {
  const child = spawn(process.execPath, [MAIN, 'import', file, '--to', to, '--source', 'bench', '--json', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [out, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`the import of ${file} ended with ${code}: ${said.slice(-1_000)}`);
  return JSON.parse(out) as ImportSummary;
}
