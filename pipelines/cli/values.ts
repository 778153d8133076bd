/** Values of flags, from text to numbers. Each parser throws commander's error, which becomes one line and exit 2. */
import { InvalidArgumentError } from 'commander';

/** By their names in lower case. Decimal, but for KiB, MiB and GiB. */
const BYTES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '': 1,
    b: 1,
    kb: 1e3,
    mb: 1e6,
    gb: 1e9,
    tb: 1e12,
    kib: 2 ** 10,
    mib: 2 ** 20,
    gib: 2 ** 30,
  }),
);
const MILLISECONDS: ReadonlyMap<string, number> = new Map(
  Object.entries({ '': 1e3, ms: 1, s: 1e3, min: 60e3, m: 60e3, h: 3600e3 }),
);

/** `16MB` -> 16,000,000 bytes. Decimal units; KiB, MiB and GiB are powers of two; a bare number is bytes. */
export function parseSize(text: string): number {
  return measured(text, BYTES, 'a size such as 500kB, 16MB or 2GB');
}

/** `30s` -> 30,000 milliseconds. Units ms, s, min, h; a bare number is seconds. */
export function parseDuration(text: string): number {
  return measured(text, MILLISECONDS, 'a time such as 500ms, 30s or 10min');
}

function measured(text: string, units: ReadonlyMap<string, number>, what: string): number {
  const [, value, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const size = units.get(unit.toLowerCase());
  if (value === undefined || size === undefined) throw new InvalidArgumentError(`It must be ${what}.`);
  return Math.round(Number(value) * size);
}

/** A whole number, 1 or more. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  }
  return value;
}

/** A TCP port. */
export function parsePort(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('It must be a port, 0 to 65535.');
  return value;
}
