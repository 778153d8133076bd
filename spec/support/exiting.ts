/** Describes records in worker threads and leaves the process to end by itself: run by a spec. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Item } from '../../lib/types.js';
import { describe } from '../../transforms/describe.js';
import { rawRecords } from './raw-records.js';

const [how] = process.argv.slice(2);
const records = rawRecords(
  'smiles',
  Array.from({ length: 200 }, () => 'CCO'),
);
let read = 0;
try {
  await pipeline(Readable.from(records), describe({ workers: 2 }), async (source: AsyncIterable<Item>) => {
    for await (const item of source) {
      read += item.kind === 'molecule' ? 1 : 0;
      if (how === 'fail' && read === 20) throw new Error('the reader failed');
    }
  });
} catch (error) {
  console.log((error as Error).message);
}
console.log(read);
