/** What a thread throws, on its way to who asked it. */
import { messageOf } from '../errors.js';

/** Fit to be cloned; of an error, cloning leaves its name and its code behind. */
export interface Sent {
  readonly thrown: unknown;
  readonly own: Readonly<Record<string, string | number | boolean>>;
}

export function toSent(thrown: unknown): Sent {
  if (typeof thrown !== 'object' || thrown === null) return { thrown: cloned(thrown), own: {} };
  const own: Record<string, string | number | boolean> = {};
  for (const name of ['name', 'code', 'retryable']) {
    const value: unknown = Reflect.get(thrown, name);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') own[name] = value;
  }
  return { thrown: cloned(thrown), own };
}

/** What was thrown in the thread, as far as it can be had here. */
export function received({ thrown, own }: Sent): unknown {
  if (typeof thrown !== 'object' || thrown === null) return thrown;
  for (const [name, value] of Object.entries(own)) {
    // Not set: some errors have getters alone.
    Object.defineProperty(thrown, name, { value, writable: true, enumerable: true, configurable: true });
  }
  return thrown;
}

function cloned(thrown: unknown): unknown {
  try {
    const clone: unknown = structuredClone(thrown);
    // Of a DOMException nothing may be left.
    if (!(thrown instanceof Error) || clone instanceof Error) return clone;
  } catch {
    // A function, or what holds one.
  }
  return new Error(messageOf(thrown));
}
