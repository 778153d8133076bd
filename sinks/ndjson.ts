import type { Writable } from 'node:stream';
import { toNdjson } from '../lib/formats/molecule-text.js';
import type { Item } from '../lib/types.js';
import { textSink } from './text-sink.js';

/** Writes molecules as lines of JSON to a file (which it replaces) or a stream; other items pass unwritten. */
export function ndjsonSink(target: string | Writable): Writable {
  return textSink<Item>(target, (item) => (item.kind === 'molecule' ? toNdjson(item) : null));
}
