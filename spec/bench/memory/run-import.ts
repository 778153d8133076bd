/** The real command as a process of its own, which is awaited. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportSummary } from '../../../pipelines/summary.js';
import { MAIN, start } from '../../support/command.js';
import { makeMemoryGroup } from './memory-group.js';

export interface Measured {
  outcome: 'completed' | 'killed';
  records: number;
  seconds: number;
  /** As the summary says it; of a killed one, what its group held. */
  peak_rss_bytes: number;
  /** Of all runs, where it is the median of several. */
  peaks?: number[];
  /** At every so many records, where that was asked for. */
  samples?: Sample[];
  /** Whether a control group had the limit that was asked for. */
  limited_by_kernel?: boolean;
}

export interface Sample {
  records: number;
  rss_bytes: number;
}

export interface RunOptions {
  flags?: readonly string[];
  /** Bytes of a control group to run in, where one can be made. */
  groupBytes?: number;
  /** Records between two samples. */
  sampleEvery?: number;
}

/**
 * Imports the file into a database of its own, which is removed. An import that the kernel kills is a result; rejects
 * where it fails in any other way, or a record is not inserted.
 */
export async function runImport(folder: string, file: string, options: RunOptions = {}): Promise<Measured> {
  const { flags = [], groupBytes, sampleEvery } = options;
  const to = join(folder, 'target.sqlite');
  const group = groupBytes === undefined ? null : makeMemoryGroup(groupBytes);
  const limited = groupBytes === undefined ? {} : { limited_by_kernel: group !== null };
  const logging = sampleEvery === undefined ? [] : ['--log-level', 'debug'];
  const command = [process.execPath, MAIN, 'import', file, '--to', to, '--source', 'bench', '--json', '--quiet'];
  const grouped = [...(group?.enter ?? []), ...command, ...logging, ...flags] as [string, ...string[]];
  try {
    const started = performance.now();
    const { code, signal, stdout, stderr } = await start(grouped).ended;
    const said = stderr.trimEnd().split('\n');
    const { records, samples } = samplesIn(said, sampleEvery ?? Number.POSITIVE_INFINITY);
    const sampled = sampleEvery === undefined ? {} : { samples };
    if (signal === 'SIGKILL' && group !== null) {
      const seconds = (performance.now() - started) / 1_000;
      return { outcome: 'killed', records, seconds, peak_rss_bytes: group.peakBytes() ?? 0, ...sampled, ...limited };
    }
    if (code !== 0) throw new Error(`the import of ${file} ended with ${code ?? signal}: ${said.at(-1)}`);
    const summary = JSON.parse(stdout) as ImportSummary;
    if (summary.inserted !== summary.read)
      throw new Error(`${summary.read - summary.inserted} records were not inserted`);
    return {
      outcome: 'completed',
      records: summary.read,
      seconds: summary.elapsed_ms / 1_000,
      peak_rss_bytes: summary.peak_rss_bytes,
      ...sampled,
      ...limited,
    };
  } finally {
    group?.remove();
    for (const end of ['', '-wal', '-shm']) await rm(to + end, { force: true });
  }
}

/** From the log: a line for each chunk says its rows, and what memory was in use. */
function samplesIn(lines: readonly string[], every: number): { records: number; samples: Sample[] } {
  const samples: Sample[] = [];
  let records = 0;
  for (const line of lines) {
    if (!line.startsWith('{')) continue;
    const { rows = 0, rssBytes } = JSON.parse(line) as { rows?: number; rssBytes?: number };
    const passes = Math.floor((records + rows) / every) > Math.floor(records / every);
    records += rows;
    if (passes && rssBytes !== undefined) samples.push({ records, rss_bytes: rssBytes });
  }
  return { records, samples };
}

export async function medianPeak(times: number, measure: () => Promise<Measured>): Promise<Measured> {
  const all: Measured[] = [];
  for (let i = 0; i < times; i += 1) all.push(await measure());
  const peaks = all.map(({ peak_rss_bytes: peak }) => peak).sort((a, b) => a - b);
  const middle = peaks[Math.floor(peaks.length / 2)]!;
  return { ...all.find(({ peak_rss_bytes: peak }) => peak === middle)!, peaks };
}
