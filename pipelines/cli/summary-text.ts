/** The summary of an import, for people. */
import { DEFAULTS, type ImportOptions } from '../../lib/options.js';
import { shellWord } from '../../lib/shell-word.js';
import { parseTarget } from '../../lib/store/target.js';
import type { ImportSummary } from '../summary.js';
import { accountText, countsText, showBytes, showDuration, thousands } from './show.js';

/** What ends each further execution of the same command as well; the error says what to do. */
const NEEDS_ANOTHER = ['INPUT_CHANGED', 'TOO_MANY_REJECTS'];

/** Where the rows went, as it was given. */
export type Place = Pick<ImportOptions, 'to' | 'schema' | 'tablePrefix'>;

export function summaryText(summary: ImportSummary, place: Place): string {
  const lines = [headline(summary)];
  lines.push(`  ${accountText(summary)}`);
  lines.push(`  ${thousands(summary.molecules_new)} new molecules`);
  if (summary.rejected > 0) lines.push(`  rejected: ${countsText(summary.rejections)}`);
  if (Object.keys(summary.warnings).length > 0) lines.push(`  warnings: ${countsText(summary.warnings)}`);
  if (summary.elapsed_ms > 0) {
    lines.push(
      `  ${showDuration(summary.elapsed_ms)}, ${thousands(summary.records_per_second)} records/s, ` +
        `${summary.chunks.count} chunks of ${summary.chunks.smallest} to ${summary.chunks.largest}, ` +
        `peak memory ${showBytes(summary.peak_rss_bytes)}`,
    );
  }
  if (summary.dry_run !== true && summary.status === 'completed') lines.push(...nextSteps(summary, place));
  return lines.join('\n');
}

function headline(summary: ImportSummary): string {
  if (summary.dry_run === true) return 'dry run: nothing was written';
  const run = `run ${summary.run_id} ${summary.status}`;
  const goesOn = summary.status !== 'completed' && !NEEDS_ANOTHER.includes(summary.error?.code ?? '');
  return goesOn ? `${run}; the same command goes on from here` : run;
}

function nextSteps(summary: ImportSummary, place: Place): string[] {
  const { to = DEFAULTS.to, schema = DEFAULTS.schema, tablePrefix = DEFAULTS.tablePrefix } = place;
  const target = parseTarget(to);
  const isServer = target.kind === 'postgres';
  const shownTarget = shellWord(isServer ? target.displayName : to);
  const table = (name: string): string =>
    isServer ? [schema, `${tablePrefix}${name}`].map(sqlName).join('.') : `${tablePrefix}${name}`;
  const query = `SELECT name, formula, mol_weight, tpsa FROM ${table('compounds')} WHERE mol_weight < 300 LIMIT 5`;
  const status = ['npx molstream status'];
  if (to !== DEFAULTS.to) status.push(`--to ${shownTarget}`);
  if (schema !== DEFAULTS.schema) status.push(`--schema ${schema}`);
  if (tablePrefix !== DEFAULTS.tablePrefix) status.push(`--table-prefix ${tablePrefix}`);
  const lines = ['', 'next:', isServer ? `  ${query}` : `  sqlite3 ${shownTarget} "${query}"`, `  ${status.join(' ')}`];
  if (summary.rejected > 0) lines.push(`  the table ${table('rejections')} says what was rejected, and why`);
  return lines;
}

/** PostgreSQL takes a name for lower case that stands without quotes. */
function sqlName(name: string): string {
  return /[A-Z]/.test(name) ? `"${name}"` : name;
}
