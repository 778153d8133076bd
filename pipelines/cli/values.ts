/** Values of flags, from text to numbers. Each parser throws commander's error, which becomes one line and exit 2. */
import { InvalidArgumentError } from 'commander';

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
};
const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1e3,
  min: 60e3,
  m: 60e3,
  h: 3600e3,
};

/** `16MB` -> 16,000,000 bytes. Decimal units; KiB, MiB and GiB are powers of two; a bare number is bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim());
  const unit = match && SIZE_UNITS[(match[2] ?? '').toUpperCase()];
  if (!match || unit === null || unit === undefined)
    throw new InvalidArgumentError('It must be a size such as 500kB, 16MB or 2GB.');
  return Math.round(Number(match[1]) * unit);
}

/** `30s` -> 30,000 milliseconds. Units ms, s, min, h; a bare number is seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text.trim());
  const unit = match && DURATION_UNITS[(match[2] || 's').toLowerCase()];
  if (!match || unit === null || unit === undefined)
    throw new InvalidArgumentError('It must be a time such as 500ms, 30s or 10min.');
  return Math.round(Number(match[1]) * unit);
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
