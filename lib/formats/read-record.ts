/** Reads one record: its structure as RDKit takes it, its name and tags. Pure; runs in the worker threads. */
import type { Layout, Warning } from '../types.js';
import { itemsStart, readMolblock } from './molblock.js';
import { readSdfItems } from './read-sdf-items.js';
import type { Fault } from './slice.js';
import { madeUpColumn, readSmilesLine, splitSmilesLine } from './smiles-line.js';
import { type Tag, writeTags } from './tags.js';
import { decodeText } from './text.js';

export interface ParsedRecord {
  readonly form: 'molblock' | 'smiles';
  /** The molblock up to and including its `M  END` line, with LF as line end; or the SMILES, without extension. */
  readonly structure: Uint8Array | string;
  readonly name: string | null;
  /** JSON object of the data items, in the order found; see `readTags`. */
  readonly tagsJson: string;
  readonly warnings: readonly Warning[];
}

/**
 * The record, or why it is none: MOLBLOCK_UNTERMINATED, TRUNCATED, PARSE_FAILED (counts), NO_STRUCTURE or SMILES_SYNTAX.
 * `fields` are those of a csv or tsv row, null for other formats.
 */
export function readRecord(layout: Layout, raw: Uint8Array, fields: readonly string[] | null): ParsedRecord | Fault {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (layout.format === 'sdf') return readEntry(layout, bytes);
  return fields === null ? readLine(layout, bytes) : readRow(layout, bytes, fields);
}

/** The data items of a record, whatever its structure is like: the same that `readRecord` writes as JSON. */
export function readRecordTags(layout: Layout, raw: Uint8Array, fields: readonly string[] | null): readonly Tag[] {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (layout.format === 'sdf') return readSdfItems(decodeText(bytes.subarray(itemsStart(bytes)), layout.encoding).text);
  return fields === null
    ? lineTags(layout, splitSmilesLine(decodeText(bytes, layout.encoding).text, layout))
    : rowTags(layout, fields);
}

function readEntry(layout: Layout, raw: Buffer): ParsedRecord | Fault {
  const molblock = readMolblock(raw);
  if ('code' in molblock) return molblock;
  const title = decodeText(molblock.title, layout.encoding);
  const items = decodeText(raw.subarray(molblock.end), layout.encoding);
  const tags = readSdfItems(items.text);
  const name = layout.nameTag === null ? title.text : tagValue(tags, layout.nameTag);
  return {
    form: 'molblock',
    structure: molblock.bytes,
    name: nameOf(name),
    tagsJson: writeTags(tags),
    warnings: mergeWarnings(title.warnings, items.warnings),
  };
}

function readLine(layout: Layout, raw: Buffer): ParsedRecord | Fault {
  const { text, warnings } = decodeText(raw, layout.encoding);
  const { smiles, rest } = readSmilesLine(text);
  const tags = lineTags(layout, splitSmilesLine(text, layout));
  return readSmiles(smiles, layout.nameTag === null ? rest : tagValue(tags, layout.nameTag), tags, warnings);
}

function lineTags(layout: Layout, values: readonly string[]): Tag[] {
  const columns = layout.columns ?? [];
  // A second column that has no name of its own is the name of the molecule.
  if (columns.length === 2 && columns[1] === madeUpColumn(1) && layout.nameTag === null) return [];
  return columns.slice(1).flatMap((column, index): Tag[] => {
    const value = values[index + 1];
    return value ? [[column, value]] : [];
  });
}

function readRow(layout: Layout, raw: Buffer, fields: readonly string[]): ParsedRecord | Fault {
  const { warnings } = decodeText(raw, layout.encoding);
  const tags = rowTags(layout, fields);
  const { smiles } = readSmilesLine(fields[layout.columns?.indexOf(layout.smilesColumn ?? '') ?? -1] ?? '');
  return readSmiles(smiles, layout.nameTag === null ? null : tagValue(tags, layout.nameTag), tags, warnings);
}

function rowTags(layout: Layout, fields: readonly string[]): Tag[] {
  const columns = layout.columns ?? [];
  const smiles = columns.indexOf(layout.smilesColumn ?? '');
  return columns.flatMap((column, index): Tag[] => (index === smiles ? [] : [[column, rowValue(fields[index] ?? '')]]));
}

/** Line ends within quotes are LF, as the hash takes them: the same content gives the same tags. */
function rowValue(field: string): string {
  return field.replaceAll('\0', '\ufffd').replace(/\r\n?/g, '\n');
}

function readSmiles(
  smiles: string,
  name: string | null | undefined,
  tags: readonly Tag[],
  warnings: readonly Warning[],
): ParsedRecord | Fault {
  if (smiles === '') return { code: 'NO_STRUCTURE', message: 'The SMILES is empty' };
  const strange = /[^\x21-\x7e]/u.exec(smiles);
  if (strange) {
    const point = (strange[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return { code: 'SMILES_SYNTAX', message: `Character U+${point} at position ${strange.index + 1} is not SMILES` };
  }
  return { form: 'smiles', structure: smiles, name: nameOf(name), tagsJson: writeTags(tags), warnings };
}

function tagValue(tags: readonly Tag[], name: string): string | null {
  return tags.find(([tag]) => tag === name)?.[1] ?? null;
}

function nameOf(text: string | null | undefined): string | null {
  const name = text?.trim();
  return name ? name : null;
}

function mergeWarnings(first: readonly Warning[], second: readonly Warning[]): readonly Warning[] {
  if (first.length === 0 || second.length === 0) return first.length === 0 ? second : first;
  return [...first, ...second.filter(({ code }) => !first.some((warning) => warning.code === code))];
}
