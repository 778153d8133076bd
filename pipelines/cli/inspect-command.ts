/** `molstream inspect`: what is in files, and what an import would reject of them. */
import { DescribePool } from '../../lib/chemistry/pool.js';
import type { TagReport } from '../../lib/formats/inspect.js';
import { leaveStreams } from '../../lib/sources/held-streams.js';
import { locateInputs } from '../../lib/sources/inputs.js';
import { type InputReport, inspectInput } from '../inspect-input.js';
import { EXIT } from './exit.js';
import type { ReadingFlags } from './flags.js';
import { countsText, showBytes, thousands } from './show.js';

export interface InspectFlags extends ReadingFlags {
  maxRecordBytes: number;
  json?: boolean;
}

export async function inspectCommand(patterns: string[], flags: InspectFlags): Promise<number> {
  // Nothing is stored, so stdin needs no name of its own.
  const inputs = await locateInputs(patterns, { source: 'stdin', ...flags }, process.stdin);
  const pool = new DescribePool();
  try {
    const reports: InputReport[] = [];
    for (const input of inputs) {
      const report = await inspectInput(input, pool, flags.maxRecordBytes);
      reports.push(report);
      if (!flags.json) process.stdout.write(`${reportText(report)}\n`);
    }
    if (flags.json) process.stdout.write(`${JSON.stringify({ inputs: reports.map(toJson) })}\n`);
  } finally {
    leaveStreams(inputs);
    await pool.destroy();
  }
  return EXIT.ok;
}

function toJson(report: InputReport): object {
  const { layout } = report.input;
  return {
    uri: report.input.uri,
    format: layout.format,
    encoding: layout.encoding,
    profile: report.input.profile,
    id: layout.idTag,
    name: layout.nameTag,
    smiles: layout.smilesColumn,
    records: report.records,
    bytes: report.bytes,
    rejections: report.rejections,
    warnings: report.warnings,
    sample: report.sample,
    tags: report.tags.map((tag) => ({
      name: tag.name,
      type: tag.type,
      filled: tag.filled,
      fill_rate: tag.fillRate,
      distinct: tag.distinct,
      distinct_bounded: tag.distinctBounded,
      example: tag.example,
    })),
  };
}

function reportText(report: InputReport): string {
  const { layout, profile, uri } = report.input;
  const lines = [
    uri,
    `  ${layout.format}${profile === null ? '' : ` of ${profile}`}, ${thousands(report.records)} records, ` +
      `${showBytes(report.bytes)} uncompressed`,
    `  id: ${layout.idTag ?? 'by content'}; name: ${layout.nameTag ?? 'as the format has it'}` +
      `${layout.smilesColumn === null ? '' : `; SMILES: ${layout.smilesColumn}`}`,
  ];
  if (Object.keys(report.rejections).length > 0) lines.push(`  not readable: ${countsText(report.rejections)}`);
  if (Object.keys(report.warnings).length > 0) lines.push(`  warnings: ${countsText(report.warnings)}`);
  const rejected = Object.entries(report.sample.rejections);
  lines.push(
    `  of the first ${thousands(report.sample.described)} records ` +
      `${rejected.length === 0 ? 'none would be rejected' : 'these would be rejected:'}`,
  );
  for (const [code, { count, ordinal, message }] of rejected) {
    lines.push(`    ${code} ${thousands(count)}, as record ${ordinal}: ${message}`);
  }
  if (report.tags.length > 0) lines.push('', ...tagTable(report.tags));
  return lines.join('\n');
}

function tagTable(tags: readonly TagReport[]): string[] {
  const width = Math.min(40, Math.max(3, ...tags.map((tag) => tag.name.length)));
  const row = (name: string, type: string, filled: string, distinct: string, example: string): string =>
    `  ${name.slice(0, width).padEnd(width)}  ${type.padEnd(7)}  ${filled.padStart(6)}  ${distinct.padStart(8)}  ${example}`;
  return [
    row('tag', 'type', 'filled', 'distinct', 'example'),
    ...tags.map((tag) =>
      row(
        tag.name,
        tag.type,
        `${(tag.fillRate * 100).toFixed(tag.fillRate < 1 && tag.fillRate > 0.995 ? 1 : 0)} %`,
        `${tag.distinctBounded ? '> ' : ''}${thousands(tag.distinct)}`,
        (tag.example ?? '').split(/\r?\n/, 1)[0]!.slice(0, 40),
      ),
    ),
  ];
}
