/**
 * Turns records into molecules, by RDKit in worker threads.
 *
 * Owns: the pool of workers, unless it is given one; `_destroy`, which also follows the end, ends it.
 */
import { BLOCKS_PER_WORKER, createBlockSizer } from '../lib/batching/block-sizer.js';
import { rawBytesOf } from '../lib/batching/size-of.js';
import { checkOptions, oneOf, sizer, truth } from '../lib/checks.js';
import { RECORD_BYTES } from '../lib/chemistry/blocks.js';
import { aPool, DescribePool } from '../lib/chemistry/pool.js';
import { memoryShares } from '../lib/monitor/memory-shares.js';
import { CHOICES, DEFAULTS, memory } from '../lib/options.js';
import type { BatchSizer, DescribeOptions, Item, RawRecord, SplitItem } from '../lib/types.js';
import { BlockTransform } from './blocks.js';

export interface DescribeStageOptions extends Partial<DescribeOptions> {
  /** Worker threads, 1 to 256. Default: one for each core that the process may use, fewer where memory is short. */
  readonly workers?: number;
  /** Milliseconds that describing one record may take, 1 or more. Default 30,000. */
  readonly recordTimeoutMs?: number;
  /** Workers to use, which stay the caller's; `workers` and `recordTimeoutMs` are then theirs. */
  readonly pool?: DescribePool;
  /** Sets the size of the blocks that a worker gets, from the time that they take. Default: `createBlockSizer()`. */
  readonly sizer?: BatchSizer;
  /**
   * Bytes that the process may use, 250,000,000 or more, of which 1/32, at most 64 MB, may pass through and wait. Default 0:
   * what the system allows.
   */
  readonly memoryLimit?: number;
}

/** Bytes of records in all blocks: one or two of the largest records, thousands of ordinary ones. */
const MAX_PENDING_BYTES = 8_000_000;
const MAX_AGE_MS = 50;

/**
 * SplitItem -> Item, in order: records become molecules or rejections, all else passes through. Errors only when the
 * workers cannot work at all. Throws `UsageError` BAD_OPTION.
 */
export function describe(options: DescribeStageOptions = {}): BlockTransform<SplitItem, Item> {
  checkOptions(options, {
    descriptors: oneOf(CHOICES.descriptors),
    fingerprint: oneOf(CHOICES.fingerprint),
    standardize: oneOf(CHOICES.standardize),
    trustTags: truth,
    pool: aPool,
    sizer,
    memoryLimit: memory,
  });
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
      trustTags: options.trustTags ?? DEFAULTS.trustTags,
    };
    const sizer = options.sizer ?? createBlockSizer();
    // What passes through counts less: among the known records of a file's next release, those to describe would else be few in
    // a block, and the workers would wait for the next.
    const passingShare = MAX_PENDING_BYTES / memoryShares(options.memoryLimit).passingBytes;
    super({
      concurrency: pool.capacity,
      maxPending: pool.workers * BLOCKS_PER_WORKER,
      maxPendingBytes: MAX_PENDING_BYTES,
      maxAgeMs: MAX_AGE_MS,
      size: () => sizer.next(),
      sizeOf: (item) => (rawBytesOf('describe', item) + RECORD_BYTES) * (item.kind === 'record' ? 1 : passingShare),
      takes: (item) => item.kind === 'record',
      run: (items, signal) => pool.describe(items as readonly RawRecord[], chosen, { signal, sizer }),
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
