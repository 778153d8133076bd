/** Keeps records that the database already holds from being described again. */
import { rawBytesOf } from '../lib/batching/size-of.js';
import { checkOptions, func, whole } from '../lib/checks.js';
import type { Lookup, RawRecord, SplitItem } from '../lib/types.js';
import { BlockTransform } from './blocks.js';

export interface MatchKnownOptions {
  /** Asks the database; one answer a record. It should end when its signal aborts: whoever destroys the stream waits for it. */
  readonly lookup: Lookup;
  /** Most records asked for at once, 1 or more. Default 250. */
  readonly blockRows?: number;
}

/** Bytes of records that a block may hold, whatever their number. */
const BLOCK_BYTES = 4_000_000;
const MAX_AGE_MS = 50;

/**
 * SplitItem -> SplitItem, in order: a record that is known becomes `Unchanged`, or its earlier `Rejection`. The sink
 * remains the final judge: another import may have changed the row by then. Throws `UsageError` BAD_OPTION.
 */
export function matchKnown(options: MatchKnownOptions): BlockTransform<SplitItem, SplitItem> {
  checkOptions(options, { lookup: func, blockRows: whole(1) }, ['lookup']);
  const size = { rows: options.blockRows ?? 250, bytes: BLOCK_BYTES };
  return new BlockTransform<SplitItem, SplitItem>({
    // While the database looks for one block the next is asked for, and another gathered.
    concurrency: 2,
    maxPending: 3,
    maxAgeMs: MAX_AGE_MS,
    size: () => size,
    sizeOf: (item) => rawBytesOf('matchKnown', item) + 200,
    takes: (item) => item.kind === 'record',
    run: async (items, signal) => {
      const records = items as readonly RawRecord[];
      const known = await options.lookup(records, signal);
      return records.map((record, i) => known[i] ?? record);
    },
  });
}
