import type { Layout } from '../types.js';

/** `CCO |$;;R$| name`: the SMILES, its extension without the bars, and the rest. */
const LINE = /^[ \t]*([^ \t]+)(?:[ \t]+(.*?))?[ \t]*$/s;
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
  const [, smiles = '', rest = ''] = LINE.exec(line) ?? [];
  return { smiles, rest: rest.replace(EXTENSION, '') };
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
