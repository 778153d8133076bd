/** What runs in the threads of an operation that is a module. */
import { messageOf } from '../errors.js';

/** A batch, and the module to work on it with. */
export interface Asked {
  readonly href: string;
  readonly items: readonly unknown[];
  /** Shared. Its only field is `LOADING` while the thread loads the module, then `LOADED`. */
  readonly progress: Int32Array;
}

export const LOADING = 1;
const LOADED = 2;

export type Answer =
  | { readonly results: unknown }
  | { readonly failure: Sent }
  /** The module cannot be loaded. */
  | { readonly broken: Sent };

/** What was thrown, fit to be cloned; of an error, cloning leaves its name and its code behind. */
interface Sent {
  readonly thrown: unknown;
  readonly own: Readonly<Record<string, string | number | boolean>>;
}

export default async function answer({ href, items, progress }: Asked): Promise<Answer> {
  let work: unknown;
  Atomics.store(progress, 0, LOADING);
  try {
    work = defaultOf(await import(href));
    if (typeof work !== 'function') throw new TypeError('its default export is no function');
  } catch (error) {
    return { broken: toSent(error) };
  }
  Atomics.store(progress, 0, LOADED);
  try {
    return { results: await work(items) };
  } catch (error) {
    return { failure: toSent(error) };
  }
}

/** CommonJS that was compiled from an ES module has it one floor below. */
function defaultOf({ default: given }: { default?: unknown }): unknown {
  return typeof given === 'object' && given !== null && 'default' in given ? given.default : given;
}

function toSent(thrown: unknown): Sent {
  if (typeof thrown !== 'object' || thrown === null) return { thrown: cloned(thrown), own: {} };
  const own: Record<string, string | number | boolean> = {};
  for (const name of ['name', 'code', 'retryable']) {
    const value: unknown = Reflect.get(thrown, name);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') own[name] = value;
  }
  return { thrown: cloned(thrown), own };
}

function cloned(thrown: unknown): unknown {
  try {
    return structuredClone(thrown);
  } catch {
    // A function, or what holds one.
    return new Error(messageOf(thrown));
  }
}

/** What was thrown in the thread, as far as it can be had here. */
export function received({ thrown, own }: Sent): unknown {
  return typeof thrown === 'object' && thrown !== null ? Object.assign(thrown, own) : thrown;
}
