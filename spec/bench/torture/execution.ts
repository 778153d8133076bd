/**
 * Executions of the real command. Each child process is awaited to its end.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { formatPlan, type KillPlan } from '../../support/kill-moments.js';

const MAIN = fileURLToPath(new URL('../../../pipelines/cli/main.js', import.meta.url));
const KILL_AT = new URL('../../support/kill-at.js', import.meta.url).href;
const KEPT_OUTPUT = 4_000;

export interface Command {
  readonly to: string;
  readonly inputs: readonly string[];
  /** More flags of `import`. */
  readonly flags: readonly string[];
}

/** Kills the process at a moment, or when so many milliseconds have passed; or the server, whose folder is named. */
export type Blow =
  | { readonly at: KillPlan; readonly server?: string }
  | { readonly afterMs: number; readonly server?: undefined }
  | null;

export interface Ending {
  readonly outcome: 'completed' | 'killed' | 'failed';
  /** Exit code and the last that was said, for a failure. */
  readonly said: string;
}

export function importCommand({ to, inputs, flags }: Command): string[] {
  const names = ['--source', 'torture', '--id', 'id', '--name', 'name'];
  return [MAIN, 'import', '--to', to, ...names, '--quiet', '--log-level', 'silent', ...flags, ...inputs];
}

export async function execute(command: readonly string[], blow: Blow): Promise<Ending> {
  const planned = blow !== null && 'at' in blow ? blow : null;
  const child = spawn(process.execPath, [...(planned === null ? [] : ['--import', KILL_AT]), ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...(planned && { MOLSTREAM_KILL_AT: formatPlan(planned.at) }),
      ...(planned?.server !== undefined && { MOLSTREAM_KILL_SERVER: planned.server }),
    },
  });
  const timer = blow !== null && 'afterMs' in blow ? setTimeout(() => child.kill('SIGKILL'), blow.afterMs) : undefined;
  const said = await outputOf(child);
  clearTimeout(timer);
  if (child.exitCode === 0) return { outcome: 'completed', said };
  const wasMeant = child.signalCode === 'SIGKILL' && blow !== null && blow.server === undefined;
  return {
    outcome: wasMeant ? 'killed' : 'failed',
    said: `exit ${child.exitCode ?? child.signalCode}: ${said.trim()}`,
  };
}

function outputOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-KEPT_OUTPUT);
      });
    }
    child.once('error', reject);
    child.once('close', () => resolve(said));
  });
}
