/** What options are held against. A check answers with what the value has to be, or with null where it is that. */
import { inspect } from 'node:util';
import { OptionError } from './errors.js';

export type Check = (value: unknown) => string | null;

/** Milliseconds that a timer takes: 24 days. */
export const MOST_MS = 2 ** 31 - 1;

export function badOption(name: string, range: string, value: unknown): OptionError {
  const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  // What an object holds may be long, or a password.
  const depth = Array.isArray(value) ? 0 : -1;
  const shown = isPlain ? JSON.stringify(value) : inspect(value, { depth, breakLength: Number.POSITIVE_INFINITY });
  return new OptionError(name, `must be ${range}, not ${shown}`);
}

/**
 * Holds a value that is an option, or an argument, against its check. Throws `OptionError` BAD_OPTION that names it, what
 * it may be and what it was.
 */
export function checkValue(name: string, value: unknown, check: Check): void {
  const range = check(value);
  if (range !== null) throw badOption(name, range, value);
}

/** Holds each option that is given, and each of `required`, against its check. Throws like `checkValue`. */
export function checkOptions<T extends object>(
  options: T,
  checks: { readonly [K in keyof T]?: Check },
  required: readonly (keyof T & string)[] = [],
): void {
  checkValue('options', options, object);
  for (const [name, check] of Object.entries(checks) as [keyof T & string, Check][]) {
    if (options[name] !== undefined || required.includes(name)) checkValue(name, options[name], check);
  }
}

export function whole(least: number, most = Number.MAX_SAFE_INTEGER): Check {
  return (value) => {
    if (!Number.isSafeInteger(value) || (value as number) < least) return `a whole number from ${least}`;
    return (value as number) > most ? `at most ${most}` : null;
  };
}

export function oneOf(choices: readonly string[]): Check {
  return (value) => (choices.includes(value as string) ? null : `one of ${choices.join(', ')}`);
}

/** An object, or a function, that has these methods. */
export function having(what: string, ...methods: readonly string[]): Check {
  return (value) => (isObject(value) && methods.every((name) => typeof value[name] === 'function') ? null : what);
}

export const object: Check = (value) => (isObject(value) ? null : 'an object');
export const truth: Check = (value) => (typeof value === 'boolean' ? null : 'true or false');
export const func: Check = (value) => (typeof value === 'function' ? null : 'a function');
export const text: Check = (value) => (typeof value !== 'string' ? 'a text' : value === '' ? 'not empty' : null);
export const signal: Check = having('an AbortSignal', 'addEventListener', 'throwIfAborted');
export const clock: Check = having('a clock such as systemClock', 'now', 'after');
export const sizer: Check = having("a sizer such as createSizer('adaptive') gives", 'next', 'report');
export const functionOrUrl: Check = (value) =>
  typeof value === 'function' || value instanceof URL ? null : 'a function, or the URL of a module';
export const url: Check = (value) => (value instanceof URL ? null : 'a URL');

export const store: Check = having('a store such as openStore gives', 'close');

/** One of those that `locateInputs` gives. */
export const input: Check = (value) =>
  isObject(value) && typeof value.uri === 'string' && isObject(value.layout)
    ? null
    : 'an input that locateInputs gives';

/** Names of files, globs, or `-`. */
export const inputs: Check = (value) =>
  Array.isArray(value) && value.every((name) => text(name) === null) ? null : 'a list of files, globs, or - for stdin';

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
