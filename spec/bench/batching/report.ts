/** The comparison in words and columns. */
import type { Comparison } from './compare.js';
import { type Figures, keepsBounds } from './measure.js';

const HEADER = [
  'algorithm',
  'rows/s',
  'regret',
  'settled',
  'to 95 %',
  'late',
  'too large',
  'commits',
  'recovered in (violations)',
];

/** One table a scenario: ours, the best fixed size, its neighbours, and the alternatives. */
export function tableOf({ name, best, algorithms }: Comparison): string {
  const bestAt = algorithms.findIndex((algorithm) => algorithm.name === best);
  const shown = algorithms.filter(
    ({ name: own }, index) => !own.startsWith('fixed-') || Math.abs(index - bestAt) <= 1 || own === 'fixed-100',
  );
  const rows = [HEADER, ...shown.map(columnsOf)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => row.map((cell, column) => pad(cell, widths[column]!, column === 0)).join('  '));
  return [`${name} (best fixed size within the bounds: ${best.replace('fixed-', '')})`, ...lines].join('\n  ');
}

function columnsOf(figures: Figures): string[] {
  return [
    keepsBounds(figures) ? figures.name : `${figures.name} *`,
    figures.rows_per_second.toFixed(0),
    percent(figures.regret),
    percent(figures.regret_settled),
    figures.batches_to_95 === null ? 'never' : String(figures.batches_to_95),
    String(figures.latency_violations),
    String(figures.memory_violations),
    String(figures.batches),
    figures.recoveries.map(({ batches, violations }) => `${batches ?? 'never'} (${violations})`).join(', '),
  ];
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const pad = (cell: string, width: number, left: boolean): string => (left ? cell.padEnd(width) : cell.padStart(width));
