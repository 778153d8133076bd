/** Reads one record: its structure as RDKit takes it, its name and tags. Pure; runs in the worker threads. */
import type { Layout, Warning } from '../types.js';
import { readMolblock } from './molblock.js';
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
  const columns = layout.columns ?? [];
  const values = columns.length > 2 || layout.nameTag !== null ? splitSmilesLine(text, layout) : [smiles, rest];
  // A second column without a name is the name.
  const named = columns.length === 2 && columns[1] === madeUpColumn(1) ? [] : columns.slice(1);
  const tags = named.flatMap((column, index): Tag[] => {
    const value = values[index + 1];
    return value ? [[column, value]] : [];
  });
  return readSmiles(smiles, layout.nameTag === null ? values[1] : tagValue(tags, layout.nameTag), tags, warnings);
}

function readRow(layout: Layout, raw: Buffer, fields: readonly string[]): ParsedRecord | Fault {
  const columns = layout.columns ?? [];
  const { warnings } = decodeText(raw, layout.encoding);
  const tags: Tag[] = [];
  let smiles = '';
  columns.forEach((column, index) => {
    const value = (fields[index] ?? '').replaceAll('\0', '\ufffd');
    if (column === layout.smilesColumn) smiles = readSmilesLine(value).smiles;
    else tags.push([column, value]);
  });
  return readSmiles(smiles, layout.nameTag === null ? undefined : tagValue(tags, layout.nameTag), tags, warnings);
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
