/** Numbers as people read them. */
import type { Counters } from '../../lib/types.js';

/** 1234567 -> `1,234,567`. */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** 6345134 -> `6.3 MB`. */
export function showBytes(bytes: number): string {
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const) {
    if (bytes >= size) return `${(bytes / size).toFixed(1)} ${unit}`;
  }
  return `${bytes} B`;
}

/** 95000 -> `1 min 35 s`. */
export function showDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${(ms / 1_000).toFixed(1)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

/** `INVALID_VALENCE 7, PARSE_FAILED 3`, the most frequent first. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => `${code} ${thousands(count)}`)
    .join(', ');
}

/** `1,000 records = 990 inserted + 10 rejected`. */
export function accountText(counters: Omit<Counters, 'moleculesNew'>): string {
  const { read, inserted, updated, unchanged, skipped, rejected } = counters;
  const parts = Object.entries({ inserted, updated, unchanged, skipped, rejected })
    .filter(([name, count]) => count > 0 || name === 'inserted' || name === 'rejected')
    .map(([name, count]) => `${thousands(count)} ${name}`);
  return `${thousands(read)} records = ${parts.join(' + ')}`;
}
