import type { Writable } from 'node:stream';
import { CSV_HEADER, toCsvRow } from '../lib/formats/molecule-text.js';
import type { Item } from '../lib/types.js';
import { textSink } from './text-sink.js';

/** Writes molecules as rows of csv, below a header, to a file (which it replaces) or a stream; other items pass unwritten. */
export function csvSink(target: string | Writable): Writable {
  return textSink<Item>(target, (item) => (item.kind === 'molecule' ? toCsvRow(item) : null), CSV_HEADER);
}
