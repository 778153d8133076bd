/** What runs in the threads of an operation that is a module. */
import { type Sent, toSent } from './thrown.js';

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
