/** Imports as processes of their own, which are awaited: none finds what V8 has compiled for the one before. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ImportSummary } from '../../../pipelines/summary.js';
import type { NaiveResult } from './naive.js';

const MAIN = new URL('../../../pipelines/cli/main.js', import.meta.url);
const NAIVE = new URL('naive-main.js', import.meta.url);

/** The real command. Rejects where the import does not end with 0. */
export async function importByCommand(file: string, to: string, flags: readonly string[]): Promise<ImportSummary> {
  const answer = await answerOf(MAIN, ['import', file, '--to', to, '--source', 'bench', '--json', ...flags]);
  return answer as ImportSummary;
}

/** What one writes first. `to`: a URL of PostgreSQL, or a file. */
export async function importNaivelyByCommand(file: string, to: string, mostRecords: number): Promise<NaiveResult> {
  return (await answerOf(NAIVE, [file, to, String(mostRecords)])) as NaiveResult;
}

async function answerOf(program: URL, args: readonly string[]): Promise<unknown> {
  const child = spawn(process.execPath, [fileURLToPath(program), ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [out, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said.slice(-1_000)}`);
  return JSON.parse(out);
}
