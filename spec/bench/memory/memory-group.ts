/** A control group of Linux with a limit of memory: whoever passes it is killed by the kernel. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MemoryGroup {
  /** Words to put before a command, so that it runs in the group. */
  readonly enter: readonly string[];
  /** Most bytes that the group has held, cached pages of files included; null where the kernel does not tell. */
  peakBytes(): number | null;
  /** To be called when nothing runs in it any more. */
  remove(): void;
}

const VERSIONS = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes' },
  { root: '/sys/fs/cgroup', limit: 'memory.max', peak: 'memory.peak' },
];

let groups = 0;

/** Null where groups cannot be made: on other systems, and without the rights. */
export function makeMemoryGroup(limitBytes: number): MemoryGroup | null {
  const version = VERSIONS.find(
    ({ root, limit }) => existsSync(join(root, limit)) || existsSync(join(root, 'cgroup.controllers')),
  );
  if (version === undefined) return null;
  groups += 1;
  const folder = join(version.root, `molstream-bench-${process.pid}-${groups}`);
  const remove = (): void => {
    if (existsSync(folder)) rmdirSync(folder);
  };
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, version.limit), String(limitBytes));
  } catch {
    // Whatever the reason, there is no such group: the caller says so.
    remove();
    return null;
  }
  return {
    enter: ['sh', '-c', 'echo $$ > "$0" && exec "$@"', join(folder, 'cgroup.procs')],
    peakBytes() {
      const file = join(folder, version.peak);
      return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null;
    },
    remove,
  };
}
