/** `molstream status --history`: what each run took, side by side. */
import type { StatisticsSnapshot } from '../../lib/monitor/statistics.js';
import type { RunHistory, RunStatistics } from '../../lib/store/history.js';
import { showBytes, showDuration, thousands } from './show.js';

const HEADER = ['run', 'source', 'records', 'records/s', 'chunk min/mean/max', 'commit p50/p95', 'peak memory'];
const NO_STATISTICS = ['-', '-', '-', '-'];

/** A table, the latest run first. */
export function historyText(history: readonly RunHistory[]): string {
  if (history.length === 0) return 'no runs';
  const rows = [HEADER, ...history.map(rowOf)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const isText = (column: number): boolean => HEADER[column] === 'source';
  const pad = (cell: string, column: number): string =>
    isText(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return rows.map((row) => row.map(pad).join('  ')).join('\n');
}

function rowOf({ runId, sources, read, statistics }: RunHistory): string[] {
  const [first = '-', ...others] = sources;
  const source = others.length === 0 ? first : `${first} and ${others.length} more`;
  return [String(runId), source, thousands(read), ...(statistics === null ? NO_STATISTICS : measured(statistics))];
}

function measured({ recordsPerSecond, operations, peakRssBytes }: RunStatistics): string[] {
  const { batchItems, batchSeconds } = operations.commit!;
  const { smallest, mean, largest } = batchItems;
  return [
    thousands(recordsPerSecond),
    [smallest, mean, largest].map(thousands).join('/'),
    [batchSeconds.p50, batchSeconds.p95].map((seconds) => showDuration(seconds * 1_000)).join('/'),
    showBytes(peakRssBytes),
  ];
}

/** Times in seconds, rates per second; statistics of `overall`, `operations` and `data_sources` alike. */
export function historyToJson(history: readonly RunHistory[]): object {
  return {
    runs: history.map(({ runId, status, startedAt, sources, read, statistics }) => ({
      run_id: runId,
      status,
      started_at: startedAt,
      sources,
      read,
      statistics: statistics === null ? null : statisticsToJson(statistics),
    })),
  };
}

function statisticsToJson(statistics: RunStatistics): object {
  const { records, elapsedMs, recordsPerSecond, peakRssBytes, learned } = statistics;
  return {
    records,
    elapsed_ms: elapsedMs,
    records_per_second: recordsPerSecond,
    peak_rss_bytes: peakRssBytes,
    overall: inSnakeCase(statistics.overall),
    operations: scopesToJson(statistics.operations),
    data_sources: scopesToJson(statistics.dataSources),
    learned: learned === null ? null : inSnakeCase(learned),
  };
}

function scopesToJson(scopes: Readonly<Record<string, StatisticsSnapshot>>): object {
  return Object.fromEntries(Object.entries(scopes).map(([name, snapshot]) => [name, inSnakeCase(snapshot)]));
}

/** The names of its own fields: those below are single words, or codes. */
function inSnakeCase(value: object): object {
  const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [snake(name), field]));
}
