/** Imports whose memory is measured, each in a process of its own. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { importByCommand } from '../import/command.js';

export interface Measured {
  records: number;
  seconds: number;
  /** As the summary says it. */
  peak_rss_bytes: number;
  /** Of all runs, where it is the median of several. */
  peaks?: number[];
}

/** Imports the file into a database of its own, which is removed. Rejects where a record is not inserted. */
export async function runImport(folder: string, file: string, flags: readonly string[]): Promise<Measured> {
  const to = join(folder, 'target.sqlite');
  const summary = await importByCommand(file, to, flags);
  for (const end of ['', '-wal', '-shm']) await rm(to + end, { force: true });
  if (summary.inserted !== summary.read)
    throw new Error(`${summary.read - summary.inserted} records were not inserted`);
  return { records: summary.read, seconds: summary.elapsed_ms / 1_000, peak_rss_bytes: summary.peak_rss_bytes };
}

export async function medianPeak(times: number, measure: () => Promise<Measured>): Promise<Measured> {
  const all: Measured[] = [];
  for (let i = 0; i < times; i += 1) all.push(await measure());
  const peaks = all.map(({ peak_rss_bytes: peak }) => peak).sort((a, b) => a - b);
  const middle = peaks[Math.floor(peaks.length / 2)]!;
  return { ...all.find(({ peak_rss_bytes: peak }) => peak === middle)!, peaks };
}
