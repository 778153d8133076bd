/** Imports as processes of their own, which are awaited: none finds what V8 has compiled for the one before. */
import { fileURLToPath } from 'node:url';
import type { ImportSummary } from '../../../pipelines/summary.js';
import { MAIN, start } from '../../support/command.js';
import type { NaiveResult } from './naive.js';

const NAIVE = fileURLToPath(new URL('naive-main.js', import.meta.url));

/** The real command. Rejects where the import does not end with 0. */
export async function importByCommand(file: string, to: string, flags: readonly string[]): Promise<ImportSummary> {
  const answer = await answerOf(MAIN, ['import', file, '--to', to, '--source', 'bench', '--json', ...flags]);
  return answer as ImportSummary;
}

/** What one writes first. `to`: a URL of PostgreSQL, or a file. */
export async function importNaivelyByCommand(file: string, to: string, mostRecords: number): Promise<NaiveResult> {
  return (await answerOf(NAIVE, [file, to, String(mostRecords)])) as NaiveResult;
}

async function answerOf(program: string, args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await start([process.execPath, program, ...args]).ended;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr.slice(-1_000)}`);
  return JSON.parse(stdout);
}
