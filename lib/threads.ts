/** Worker threads that run the default export of a module. Whoever opens them destroys them. */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { ThreadData } from './thread-settings.js';

type PiscinaOptions = NonNullable<ConstructorParameters<typeof Piscina>[0]>;

export interface ThreadOptions extends Omit<PiscinaOptions, 'filename' | 'name' | 'workerData'> {
  /** Cloned into each thread, where `threadSettings` gives it. */
  readonly settings?: unknown;
}

const LOADER = fileURLToPath(new URL('./load-module.cjs', import.meta.url));

export function openThreads<Task, Answer>(module: URL, { settings, ...options }: ThreadOptions): Piscina<Task, Answer> {
  const workerData: ThreadData = { module: module.href, settings };
  return new Piscina<Task, Answer>({ ...options, filename: LOADER, workerData });
}
