import type { Writable } from 'node:stream';
import { MolstreamError } from '../lib/errors.js';
import { hasMolblockEnd } from '../lib/formats/molblock.js';
import { toSdfEntry } from '../lib/formats/sdf-entry.js';
import type { Item } from '../lib/types.js';
import { textSink } from './text-sink.js';

/**
 * Writes molecules that were read from SDF, as they were read, to a file (which it replaces) or a stream; items that
 * are no molecules pass unwritten. Fails with OUTPUT_FAILED for a molecule from another format: it has no molblock.
 */
export function sdfSink(target: string | Writable): Writable {
  return textSink<Item>(target, (item) => {
    if (item.kind !== 'molecule') return null;
    if (!isSdf(item)) {
      throw new MolstreamError('OUTPUT_FAILED', 'Only molecules that were read from SDF can be written as SDF', {
        input: item.input.uri,
        ordinal: item.ordinal,
      });
    }
    return toSdfEntry(item.raw);
  });
}

/** A file of rejections carries records of several formats. */
function isSdf({ input, raw }: Item & { raw: Uint8Array }): boolean {
  const { format } = input.layout;
  return format === 'sdf' || (format === 'rejects' && hasMolblockEnd(Buffer.from(raw)));
}
