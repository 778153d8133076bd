/**
 * Executions of the real command. Each child process is awaited to its end.
 */
import { MAIN, start } from '../../support/command.js';
import { formatPlan, type KillPlan } from '../../support/kill-moments.js';

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
  const watched = planned === null ? [] : ['--import', KILL_AT];
  const { child, ended } = start([process.execPath, ...watched, ...command], {
    env: {
      ...process.env,
      ...(planned && { MOLSTREAM_KILL_AT: formatPlan(planned.at) }),
      ...(planned?.server !== undefined && { MOLSTREAM_KILL_SERVER: planned.server }),
    },
  });
  const timer = blow !== null && 'afterMs' in blow ? setTimeout(() => child.kill('SIGKILL'), blow.afterMs) : undefined;
  const { code, signal, stdout, stderr } = await ended;
  clearTimeout(timer);
  const said = (stdout + stderr).slice(-KEPT_OUTPUT);
  if (code === 0) return { outcome: 'completed', said };
  const wasMeant = signal === 'SIGKILL' && blow !== null && blow.server === undefined;
  return {
    outcome: wasMeant ? 'killed' : 'failed',
    said: `exit ${code ?? signal}: ${said.trim()}`,
  };
}
