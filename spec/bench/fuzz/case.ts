/** One case: a seed, spoilt, read and described, and compared with what the seed itself gives. */

import type { DescribePool } from '../../../lib/chemistry/pool.js';
import { UsageError } from '../../../lib/errors.js';
import { sniff } from '../../../lib/formats/sniff.js';
import type { DescribeOptions } from '../../../lib/types.js';
import type { Seed } from './corpus.js';
import { type Dice, type Mutated, mutate } from './mutations.js';
import { checkPlaces, describeAll, identityOf, type ReadItem, recordsOf, signatureOf, splitBytes } from './reading.js';

export interface Case {
  readonly seed: Seed;
  readonly bytes: Buffer;
  /** What was done to the seed. */
  readonly how: string;
  /** Of all that was done to it; null where more than one place was touched. */
  readonly mutation: Mutated | null;
}

export interface Baseline {
  readonly items: readonly ReadItem[];
  /** Signature of each record, by its identity. */
  readonly signatures: ReadonlyMap<string, string>;
}

/** Verdicts that depend on how busy the machine is, or on the length of line ends, which the hash leaves out. */
const ACCIDENTAL = /(RECORD_TIMEOUT|WORKER_CRASHED|RECORD_TOO_LARGE)$/;
const MOST_MUTATIONS = 4;
const NONE: DescribeOptions = { descriptors: 'none', fingerprint: 'none', standardize: 'none' };

export function makeCase(seeds: readonly Seed[], dice: Dice): Case {
  const seed = seeds[dice(seeds.length)]!;
  const header = seed.input.layout.headerBytes;
  let bytes = seed.bytes;
  const how: string[] = [];
  let mutation: Mutated | null = null;
  const times = dice(2) === 0 ? 1 : 1 + dice(MOST_MUTATIONS);
  for (let time = 0; time < times && bytes.length > header; time += 1) {
    const mutated = mutate(bytes, header, dice, seeds[dice(seeds.length)]!.bytes);
    bytes = mutated.bytes;
    how.push(mutated.how);
    mutation = time === 0 ? mutated : null;
  }
  return { seed, bytes, how: how.join(', '), mutation };
}

/** Chosen by the seed, so that its records are always described in the same way. */
function optionsOf(seed: Seed): DescribeOptions {
  return seed.bytes.length % 2 === 0 ? NONE : { descriptors: 'all', fingerprint: 'morgan', standardize: 'none' };
}

export async function baselineOf(seed: Seed, pool: DescribePool): Promise<Baseline> {
  const items = recordsOf(await splitBytes(seed.input, seed.bytes, seed.maxRecordBytes));
  const { results } = await describeAll(pool, items, optionsOf(seed));
  return { items, signatures: new Map(results.map((result) => [identityOf(result), signatureOf(result)])) };
}

/** What is wrong with how the case is read and described, in words. */
export async function checkCase(one: Case, baseline: Baseline, pool: DescribePool, dice: Dice): Promise<string[]> {
  const { seed, bytes } = one;
  const { input, maxRecordBytes } = seed;
  const begin = { offset: 0, ordinal: 0 };
  const items = await splitBytes(input, bytes, maxRecordBytes);
  const wrong = checkPlaces(items, input, bytes, begin);
  const text = JSON.stringify(items.map(plain));

  const pieces = await splitBytes(input, bytes, maxRecordBytes, { dice });
  if (JSON.stringify(pieces.map(plain)) !== text) wrong.push('in other pieces, the records are others');

  const records = recordsOf(items);
  const last = records[dice(records.length + 1)];
  if (last !== undefined) {
    const start = { offset: last.endOffset, ordinal: last.ordinal + 1 };
    const rest = await splitBytes(input, bytes, maxRecordBytes, { dice, start });
    if (JSON.stringify(rest.map(plain)) !== JSON.stringify(items.slice(start.ordinal).map(plain))) {
      wrong.push(`resumed behind record ${last.ordinal}, the records are others`);
    }
  }

  const described = await describeAll(pool, records, optionsOf(seed));
  wrong.push(...described.wrong, ...checkSniffing(one));
  const found = new Set<string>();
  for (const result of described.results) {
    const identity = identityOf(result);
    found.add(identity);
    const [now, before] = [signatureOf(result), baseline.signatures.get(identity)];
    if (before === undefined || before === now || ACCIDENTAL.test(now) || ACCIDENTAL.test(before)) continue;
    wrong.push(`record ${result.ordinal} is as before, its result is not: ${firstDifference(before, now)}`);
  }
  for (const record of untouched(one, baseline)) {
    if (!found.has(identityOf(record))) wrong.push(`record ${record.ordinal} was not touched, and is lost`);
  }
  return wrong;
}

function firstDifference(before: string, now: string): string {
  let at = 0;
  while (before[at] === now[at]) at += 1;
  const around = (text: string): string => text.slice(Math.max(0, at - 80), at + 80);
  return `${around(before)} became ${around(now)}`;
}

function plain({ input: _, ...item }: { input: unknown }): unknown {
  return { ...item, raw: 'raw' in item ? Buffer.from(item.raw as Uint8Array).toString('latin1') : null };
}

/** Whatever an input begins with, it is recognised or refused. */
function checkSniffing({ seed, bytes }: Case): string[] {
  try {
    sniff(bytes.subarray(0, 65_536), seed.input.uri, {
      format: null,
      encoding: null,
      id: null,
      name: null,
      smiles: null,
    });
    return [];
  } catch (error) {
    return error instanceof UsageError ? [] : [`recognising it failed: ${error}`];
  }
}

/**
 * Records of the seed that must come out whatever happened to the others: those before the damage, and, of the formats
 * whose records end with a line, those behind the first such line that was not touched.
 */
function untouched({ seed, mutation }: Case, { items }: Baseline): ReadItem[] {
  if (mutation === null) return [];
  const { format } = seed.input.layout;
  const isTable = format === 'csv' || format === 'tsv';
  if (mutation.touched === null) return isTable ? [] : [...items];
  const [from, to] = mutation.touched;
  const kept: ReadItem[] = [];
  /** Whether a delimiter stands between the damage and the record. */
  let isApart = false;
  for (const item of items) {
    const end = item.byteOffset + item.raw.length;
    const delimiter = seed.bytes.subarray(end, item.endOffset);
    const isClosed = format === 'sdf' ? delimiter.includes('$$$$') : delimiter.length > 0;
    const isBefore = isClosed && item.endOffset <= from;
    if (isBefore || (isApart && !isTable)) kept.push(item);
    if (isClosed && end >= to && from < end) isApart = true;
  }
  return kept;
}
