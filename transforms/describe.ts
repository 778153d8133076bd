/**
 * Turns records into molecules, by RDKit in worker threads.
 *
 * Owns: the pool of workers, unless it is given one; `_destroy`, which also follows the end, ends it.
 */
import { DescribePool } from '../lib/chemistry/pool.js';
import { DEFAULTS } from '../lib/options.js';
import type { BatchSizer, DescribeOptions, Item, RawRecord, SplitItem } from '../lib/types.js';
import { BlockTransform } from './blocks.js';

export interface DescribeStageOptions extends Partial<DescribeOptions> {
  /** Worker threads, 1 or more. Default: the cores that the process may use. */
  readonly workers?: number;
  /** Milliseconds that one record may take, 1 or more. Default 30,000. */
  readonly recordTimeoutMs?: number;
  /** Workers to use, which stay the caller's; `workers` and `recordTimeoutMs` are then theirs. */
  readonly pool?: DescribePool;
  /** Sets the size of the blocks that a worker gets, from the time that they take. Default: 32 records. */
  readonly sizer?: BatchSizer;
}

const BLOCK = { rows: 32, bytes: 1_000_000 };
/** Blocks that may be done and wait for a slower one before them, for each that may be at work. */
const WAITING = 4;
const MAX_AGE_MS = 50;

/**
 * SplitItem -> Item, in order: records become molecules or rejections, all else passes through. Errors only when the
 * workers cannot work at all.
 */
export function describe(options: DescribeStageOptions = {}): BlockTransform<SplitItem, Item> {
  return new Describe(options);
}

class Describe extends BlockTransform<SplitItem, Item> {
  readonly #ownPool: DescribePool | null;

  constructor(options: DescribeStageOptions) {
    const pool = options.pool ?? new DescribePool(options);
    const chosen: DescribeOptions = {
      descriptors: options.descriptors ?? DEFAULTS.descriptors,
      fingerprint: options.fingerprint ?? DEFAULTS.fingerprint,
      standardize: options.standardize ?? DEFAULTS.standardize,
    };
    const { sizer } = options;
    super({
      concurrency: pool.capacity,
      maxPending: pool.capacity * (1 + WAITING),
      maxAgeMs: MAX_AGE_MS,
      size: () => sizer?.next() ?? BLOCK,
      sizeOf: (item) => ('raw' in item ? item.raw.byteLength : 0),
      takes: (item) => item.kind === 'record',
      run: (items, signal) => pool.describe(items as readonly RawRecord[], chosen, { signal, ...(sizer && { sizer }) }),
    });
    this.#ownPool = options.pool === undefined ? pool : null;
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    const pool = this.#ownPool;
    super._destroy(error, (first) => {
      if (pool === null) callback(first);
      else
        pool.destroy().then(
          () => callback(first),
          (second: Error) => callback(first ?? second),
        );
    });
  }
}
