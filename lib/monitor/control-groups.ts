/** What the control groups of Linux allow the process: those of version 1 and 2, its own and all that it lies in. */
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** Gives a file's text; null where there is none. */
export type ReadText = (path: string) => string | null;

/** Bytes of memory; null: no limit. */
export function memoryOfGroups(readText: ReadText = textOf): number | null {
  return least(
    foldersOf('memory', readText).flatMap((folder) => [
      readText(`${folder}/memory.max`),
      readText(`${folder}/memory.limit_in_bytes`),
    ]),
  );
}

/** Cores, which need not be whole; null: no limit. */
export function coresOfGroups(readText: ReadText = textOf): number | null {
  const shares = foldersOf('cpu', readText).flatMap((folder) => {
    const [quota, period] = (readText(`${folder}/cpu.max`) ?? '').split(' ');
    return [
      share(quota, period),
      share(readText(`${folder}/cpu.cfs_quota_us`), readText(`${folder}/cpu.cfs_period_us`)),
    ];
  });
  return least(shares);
}

/** Of the groups that rule over `controller`, in both versions, from the process's own to the topmost it can see. */
function foldersOf(controller: string, readText: ReadText): string[] {
  const lines = (readText('/proc/self/cgroup') ?? '').split('\n');
  return lines.flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    if (controllers === '') return upwards(path).map((group) => `/sys/fs/cgroup${group}`);
    if (!controllers.split(',').includes(controller)) return [];
    return upwards(path).map((group) => `/sys/fs/cgroup/${controller}${group}`);
  });
}

function upwards(path: string): string[] {
  return path === '/' ? [''] : [path, ...upwards(posix.dirname(path))];
}

function share(quota: string | null | undefined, period: string | null | undefined): string | null {
  return quota && period ? String(Number(quota) / Number(period)) : null;
}

/** Of those that are a limit: `max`, -1 and files that are not there are none. */
function least(limits: readonly (string | null)[]): number | null {
  const numbers = limits.map((limit) => Number(limit ?? Number.NaN)).filter((limit) => limit > 0);
  return numbers.length === 0 ? null : Math.min(...numbers);
}

/** The files are absent on other systems, and where there are no groups. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
