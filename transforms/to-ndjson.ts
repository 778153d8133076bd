import { Transform } from 'node:stream';
import { toNdjson } from '../lib/formats/molecule-text.js';
import type { Item } from '../lib/types.js';

/** A stream from molecules to lines of JSON, to be piped on as text; other items are left out. */
export function ndjsonLines(): Transform {
  return new Transform({
    writableObjectMode: true,
    transform(item: Item, _encoding, callback) {
      if (item.kind === 'molecule') callback(null, toNdjson(item));
      else callback();
    },
  });
}
