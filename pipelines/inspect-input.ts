/** Reads an input to its end without a database: what it holds, and what of its first records would be rejected. */
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DescribePool } from '../lib/chemistry/pool.js';
import { Inspection, type InspectReport } from '../lib/formats/inspect.js';
import { DEFAULTS } from '../lib/options.js';
import { openInput } from '../lib/sources/open-input.js';
import type { Input, Item, RawRecord, SplitItem } from '../lib/types.js';
import { describe } from '../transforms/describe.js';
import { splitRecords } from '../transforms/split-records.js';

/** Records that are described, at most. */
const SAMPLED_RECORDS = 1_000;
/** They are held until the input was read: fewer of very long ones. */
const SAMPLED_BYTES = 32_000_000;

export interface InputReport extends InspectReport {
  readonly input: Input;
  /** Uncompressed. */
  readonly bytes: number;
  readonly sample: {
    /** Records that were described. */
    readonly described: number;
    /** Those that would be rejected, by code, with the first one's ordinal and reason. */
    readonly rejections: Readonly<Record<string, { count: number; ordinal: number; message: string }>>;
  };
}

/**
 * Rejects with `InputError` where the input cannot be read to its end. `pool` stays the caller's; `maxRecordBytes` as for
 * `splitRecords`.
 */
export async function inspectInput(
  input: Input,
  pool: DescribePool,
  maxRecordBytes: number = DEFAULTS.maxRecordBytes,
): Promise<InputReport> {
  const inspection = new Inspection();
  const sampled: RawRecord[] = [];
  let sampledBytes = 0;
  let bytes = 0;
  await pipeline(
    openInput(input),
    splitRecords({ input, maxRecordBytes }),
    new Writable({
      objectMode: true,
      write: (item: SplitItem, _encoding, callback) => {
        if (item.kind === 'end') bytes = item.endOffset;
        else if (item.kind !== 'unchanged') inspection.add(item);
        if (item.kind === 'record' && sampled.length < SAMPLED_RECORDS && sampledBytes < SAMPLED_BYTES) {
          sampled.push(item);
          sampledBytes += item.raw.byteLength;
        }
        callback();
      },
    }),
  );
  const rejections = await rejectionsOf(sampled, pool);
  return { ...inspection.report(), input, bytes, sample: { described: sampled.length, rejections } };
}

async function rejectionsOf(
  records: readonly RawRecord[],
  pool: DescribePool,
): Promise<InputReport['sample']['rejections']> {
  const rejections: Record<string, { count: number; ordinal: number; message: string }> = {};
  await pipeline(Readable.from(records), describe({ pool }), async (items: AsyncIterable<Item>) => {
    for await (const item of items) {
      if (item.kind !== 'rejection') continue;
      rejections[item.code] ??= { count: 0, ordinal: item.ordinal, message: item.message };
      rejections[item.code]!.count += 1;
    }
  });
  return rejections;
}
