/** Ends a PostgreSQL server as a power cut does: all its processes at once, by SIGKILL. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `folder` holds the server's data. Does nothing if it is not running. Finds the server's children on Linux alone. */
export function killServer(folder: string): void {
  const postmaster = postmasterOf(folder);
  if (postmaster === null) return;
  // The parent first: it would notice the end of a child.
  for (const pid of [postmaster, ...childrenOf(postmaster)]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

export function isRunning(folder: string): boolean {
  const postmaster = postmasterOf(folder);
  if (postmaster === null) return false;
  try {
    return process.kill(postmaster, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    return false;
  }
}

function postmasterOf(folder: string): number | null {
  try {
    return Number.parseInt(readFileSync(join(folder, 'postmaster.pid'), 'utf8'), 10);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return null;
  }
}

function childrenOf(parent: number): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It has ended since it was listed.
    return null;
  }
}
