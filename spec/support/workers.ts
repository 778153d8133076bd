/** Starts `import-worker.js`, and listens to what it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ImportWorker {
  readonly process: ChildProcess;
  readonly said: readonly string[];
  /** Until it has said the line; rejects if it ends without. */
  hears(line: string): Promise<void>;
  /** Forgets what it has said. */
  forget(): void;
  /** Makes it import again, after an error or where it waits. */
  again(): void;
  /** Resolves once it has said so many lines, or has ended. */
  heard(lines: number): Promise<void>;
  readonly ended: Promise<unknown>;
}

const running = new Set<ChildProcess>();

export function startImport(
  target: string,
  uri: string,
  records: number,
  { leaseMs = 30_000, order = 'up', waits = false }: { leaseMs?: number; order?: 'up' | 'down'; waits?: boolean } = {},
): ImportWorker {
  const script = fileURLToPath(new URL('./import-worker.js', import.meta.url));
  const args = [target, uri, String(records), String(leaseMs), order, waits ? 'waits' : ''];
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  running.add(child);
  const said: string[] = [];
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    tell();
  });
  let hasEnded = false;
  const ended = once(child, 'close').then(() => {
    hasEnded = true;
    running.delete(child);
    tell();
  });
  const until = (isMet: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!isMet() && !hasEnded) return;
        listeners.delete(check);
        resolve();
      };
      listeners.add(check);
      check();
    });
  return {
    process: child,
    said,
    ended,
    heard: (lines) => until(() => said.length >= lines),
    async hears(line) {
      await until(() => said.includes(line));
      if (!said.includes(line)) throw new Error(`the import ended without saying ${line}: ${said.join(' ')}`);
    },
    forget: () => {
      said.length = 0;
    },
    again: () => {
      child.stdin.write('again\n');
    },
  };
}

/** For `afterEach`. */
export function killImports(): void {
  for (const child of running) child.kill('SIGKILL');
}
