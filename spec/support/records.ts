/** Small inputs for the specs of reading. */

import type { Slice, Splitter } from '../../lib/formats/slice.js';
import { createSplitter } from '../../lib/formats/splitters.js';
import type { Input, Layout } from '../../lib/types.js';

export function layoutOf(layout: Partial<Layout> = {}): Layout {
  return {
    format: 'sdf',
    encoding: null,
    delimiter: null,
    columns: null,
    headerBytes: 0,
    smilesColumn: null,
    idTag: layout.format === undefined || layout.format === 'sdf' ? 'ID' : null,
    nameTag: null,
    ...layout,
  };
}

export function csvLayout(columns: readonly string[], layout: Partial<Layout> = {}): Layout {
  return layoutOf({ format: 'csv', delimiter: ',', columns, smilesColumn: columns[0] ?? null, ...layout });
}

export function inputOf(layout: Partial<Layout> = {}, uri = '/data/some.sdf'): Input {
  return { uri, source: 'some', profile: null, sizeBytes: null, layout: layoutOf(layout) };
}

/** A whole molblock: one atom. */
export function molblock(title: string, element = 'C'): string {
  return [
    title,
    '  molstream 2D',
    '',
    '  1  0  0  0  0  0  0  0  0  0999 V2000',
    `    0.0000    0.0000    0.0000 ${element.padEnd(3)} 0  0  0  0  0  0  0  0  0  0  0  0`,
    'M  END',
    '',
  ].join('\n');
}

/** An SDF entry without its delimiter. */
export function entry(id: string): string {
  return `${molblock(`title ${id}`)}> <ID>\n${id}\n\n`;
}

export interface SplitOptions {
  layout?: Layout;
  /** Where the bytes are cut into pieces. Default: nowhere. */
  cuts?: readonly number[];
  maxRecordBytes?: number;
}

export function split(content: string | Buffer, options: SplitOptions = {}): Slice[] {
  const bytes = Buffer.from(content);
  const { layout = layoutOf(), cuts = [], maxRecordBytes = 1_000_000 } = options;
  const splitter: Splitter = createSplitter({ layout, startOffset: 0, maxRecordBytes });
  const ends = [...cuts, bytes.length];
  const slices = ends.flatMap((end, index) => {
    // A copy of each piece, so that a record across pieces cannot be a view by luck.
    return [...splitter.push(Buffer.from(bytes.subarray(ends[index - 1] ?? 0, end)))];
  });
  return [...slices, ...splitter.end()];
}

/** What a slice says, with its bytes as text. */
function describeSlice(slice: Slice): Record<string, unknown> {
  const { raw, ...rest } = slice;
  return { ...rest, raw: Buffer.from(raw).toString('latin1') };
}

/** The slices, after checking that every way to cut the bytes in two, and into single bytes, gives the same. */
export function splitEverywhere(content: string | Buffer, options: SplitOptions = {}): Slice[] {
  const bytes = Buffer.from(content);
  const whole = split(bytes, options);
  const wanted = JSON.stringify(whole.map(describeSlice));
  const positions = Array.from({ length: bytes.length + 1 }, (_, position) => position);
  for (const cuts of [...positions.map((position) => [position]), positions]) {
    const found = JSON.stringify(split(bytes, { ...options, cuts }).map(describeSlice));
    if (found !== wanted) {
      throw new Error(`Cut at ${cuts.length === 1 ? cuts[0] : 'every byte'}, the records are others`);
    }
  }
  return whole;
}
