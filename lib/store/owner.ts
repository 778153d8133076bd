/** Who holds a checkpoint, and whether that process still lives. */
import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface Owner {
  readonly host: string;
  /** Of this boot and this process namespace: process ids mean nothing beyond them. Null where the system has none. */
  readonly boot: string | null;
  readonly pid: number;
  /** Clock ticks from boot to the process's start; null where the system does not tell. */
  readonly started: string | null;
  /** Tells several ledgers of one process apart. */
  readonly token: string;
  /** What its database sessions are called. */
  readonly session: string;
}

/** Tokens of the ledgers that are open in this process. */
const alive = new Set<string>();

/** Alive until `forget`. */
export function newOwner(session: string): Owner {
  const token = randomBytes(6).toString('hex');
  alive.add(token);
  return { host: hostname(), boot: bootOf(), pid: process.pid, started: startOf(process.pid), token, session };
}

export function forget(owner: Owner): void {
  alive.delete(owner.token);
}

/** Reads what the column `owner` holds. */
export function parseOwner(text: string): Owner {
  return JSON.parse(text) as Owner;
}

/** True only where that is certain: the owner was a process of this host, and it is gone. */
export function isDead(owner: Owner): boolean {
  if (owner.host !== hostname()) return false;
  if (owner.boot !== bootOf()) return owner.boot !== null && owner.boot.split(' ')[0] !== bootOf()?.split(' ')[0];
  if (owner.pid === process.pid && owner.started === startOf(process.pid)) return !alive.has(owner.token);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  return startOf(owner.pid) !== owner.started;
}

export function describeOwner(owner: Owner): string {
  return `process ${owner.pid} on ${owner.host}`;
}

function bootOf(): string | null {
  const boot = read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = read(() => readlinkSync('/proc/self/ns/pid'));
  return boot === null ? null : `${boot} ${namespace ?? ''}`;
}

/** Null as well for a process that has ended and waits for its parent to notice. */
function startOf(pid: number): string | null {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (stat === null) return null;
  // The second field is the program's name in brackets, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

/** Systems other than Linux have no /proc: null. */
function read(from: () => string): string | null {
  try {
    return from();
  } catch {
    return null;
  }
}
