import type { Layout } from '../types.js';

/** `|$;;R$|` in `CCO |$;;R$| name`. */
const EXTENSION = /^\|[^|]*\|[ \t]*/;

/** Name of a column where there is no header. */
export function madeUpColumn(index: number): string {
  return `column${index + 1}`;
}

export interface SmilesLine {
  readonly smiles: string;
  /** What follows the SMILES and its CXSMILES extension. */
  readonly rest: string;
}

export function readSmilesLine(line: string): SmilesLine {
  const text = line.trim();
  const end = text.search(/[ \t]/);
  if (end < 0) return { smiles: text, rest: '' };
  return { smiles: text.slice(0, end), rest: text.slice(end).trimStart().replace(EXTENSION, '') };
}

/** Values of the line for `layout.columns`: split at tabs where there are any, else at blanks; the last takes the rest. */
export function splitSmilesLine(line: string, layout: Layout): string[] {
  const { smiles, rest } = readSmilesLine(line);
  const columns = layout.columns?.length ?? 1;
  const values = [smiles];
  let left = rest;
  while (values.length < columns && left !== '') {
    const last = values.length === columns - 1;
    const cut = last ? -1 : left.search(left.includes('\t') ? /\t/ : / /);
    values.push((cut < 0 ? left : left.slice(0, cut)).trim());
    left = cut < 0 ? '' : left.slice(cut + 1).replace(/^ +/, '');
  }
  return values;
}
