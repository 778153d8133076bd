/** Bytes to records to results, and what must hold of them whatever the bytes are. */
import { Readable } from 'node:stream';
import { DESCRIPTOR_COLUMNS } from '../../../lib/chemistry/columns.js';
import type { DescribePool } from '../../../lib/chemistry/pool.js';
import { REJECTION_CODES } from '../../../lib/errors.js';
import type { DescribeOptions, Input, Molecule, RawRecord, Rejection, SplitItem } from '../../../lib/types.js';
import { splitRecords } from '../../../transforms/split-records.js';
import type { Dice } from './mutations.js';

export type ReadItem = RawRecord | Rejection;

export interface Start {
  readonly offset: number;
  readonly ordinal: number;
}

/** Splits the bytes, from `start` on, in pieces whose lengths are drawn. The last item is the end. */
export async function splitBytes(
  input: Input,
  bytes: Buffer,
  maxRecordBytes: number,
  { dice, start = { offset: 0, ordinal: 0 } }: { dice?: Dice; start?: Start } = {},
): Promise<SplitItem[]> {
  const stream = splitRecords({
    input,
    maxRecordBytes,
    startOffset: start.offset,
    startOrdinal: start.ordinal,
  });
  const items: SplitItem[] = [];
  const pieces = Readable.from(piecesOf(bytes.subarray(start.offset), dice), { objectMode: false });
  for await (const item of pieces.pipe(stream) as AsyncIterable<SplitItem>) items.push(item);
  return items;
}

function* piecesOf(bytes: Buffer, dice: Dice | undefined): Generator<Buffer> {
  if (dice === undefined) {
    if (bytes.length > 0) yield bytes;
    return;
  }
  const most = [1, 7, 300, 5_000][dice(4)]!;
  // Single bytes of a long text take long.
  const least = Math.ceil(bytes.length / 5_000);
  for (let from = 0; from < bytes.length; ) {
    const length = least + dice(most);
    // A copy: a record across pieces must not be a view by luck.
    yield Buffer.from(bytes.subarray(from, from + length));
    from += length;
  }
}

export function recordsOf(items: readonly SplitItem[]): ReadItem[] {
  return items.filter((item): item is ReadItem => item.kind === 'record' || item.kind === 'rejection');
}

/** Breaches of the account: ordinals are dense, places move forward, the end is the end. */
export function checkPlaces(items: readonly SplitItem[], { layout }: Input, bytes: Buffer, from: Start): string[] {
  const wrong: string[] = [];
  let offset = from.offset;
  let ordinal = from.ordinal;
  for (const item of items) {
    if (item.ordinal !== ordinal) wrong.push(`record ${ordinal} is called ${item.ordinal}`);
    if (item.byteOffset < offset) wrong.push(`record ${ordinal} begins at ${item.byteOffset}, before ${offset}`);
    if (item.endOffset < item.byteOffset) wrong.push(`record ${ordinal} ends before it begins`);
    if (item.kind !== 'end') {
      if (item.byteOffset < layout.headerBytes) wrong.push(`record ${ordinal} begins in the header`);
      const isCarried = layout.format === 'rejects';
      if (!isCarried && item.byteOffset + item.raw.length > item.endOffset)
        wrong.push(`record ${ordinal} is longer than its place`);
      if (!isCarried && !bytes.subarray(item.byteOffset, item.byteOffset + item.raw.length).equals(item.raw)) {
        wrong.push(`the bytes of record ${ordinal} are not those of its place`);
      }
      ordinal += 1;
    }
    offset = item.endOffset;
  }
  const end = items.at(-1);
  if (end?.kind !== 'end') wrong.push('there is no end');
  else if (end.endOffset !== bytes.length) wrong.push(`the end is at ${end.endOffset} of ${bytes.length}`);
  return wrong;
}

/** One result a record, in order, each a molecule or a rejection with a known code. */
export async function describeAll(
  pool: DescribePool,
  items: readonly ReadItem[],
  options: DescribeOptions,
): Promise<{ results: (Molecule | Rejection)[]; wrong: string[] }> {
  const wrong: string[] = [];
  const records = items.filter((item) => item.kind === 'record');
  const described = await pool.describe(records, options);
  if (described.length !== records.length) wrong.push(`${records.length} records, ${described.length} results`);
  let next = 0;
  const results = items.map((item) => (item.kind === 'rejection' ? item : described[next++]!));
  for (const [index, result] of results.entries()) {
    const item = items[index]!;
    if (result.ordinal !== item.ordinal || result.contentHash !== item.contentHash) {
      wrong.push(`the result of record ${item.ordinal} is that of ${result.ordinal}`);
    }
    if (result.kind === 'rejection' && !REJECTION_CODES.includes(result.code)) wrong.push(`no code: ${result.code}`);
    if (result.kind === 'molecule') wrong.push(...moleculeFaults(result));
  }
  return { results, wrong };
}

function moleculeFaults(molecule: Molecule): string[] {
  const faults: string[] = [];
  if (molecule.canonicalSmiles === '' || molecule.structureKey === '') faults.push('no structure');
  if (!molecule.inchikey !== !molecule.inchi) faults.push('InChI without key, or key without InChI');
  const strange = molecule.descriptors?.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY) ?? -1;
  if (strange >= 0) faults.push(`${DESCRIPTOR_COLUMNS[strange]} of ${molecule.canonicalSmiles} is infinite`);
  try {
    const tags: unknown = JSON.parse(molecule.tagsJson);
    if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) faults.push('tags are no object');
  } catch {
    faults.push(`tags are no JSON: ${molecule.tagsJson.slice(0, 100)}`);
  }
  if (Object.keys(Object.prototype).length > 0) faults.push('the prototype of all objects was changed');
  return faults.map((fault) => `record ${molecule.ordinal}: ${fault}`);
}

/** What a record is known by: its hash, and the line that the hash leaves out. */
export function identityOf({ input, raw, contentHash }: ReadItem | Molecule): string {
  if (input.layout.format !== 'sdf') return contentHash;
  const [, second = ''] = Buffer.from(raw)
    .toString('latin1')
    .split(/\r\n?|\n/, 2);
  return `${contentHash} ${second}`;
}

/** Everything that must be the same wherever the record stands. */
export function signatureOf(result: Molecule | Rejection): string {
  if (result.kind === 'rejection') return `${result.stage} ${result.code}`;
  const { name, structureKey, inchi, inchikey, canonicalSmiles, formula, formalCharge, tagsJson } = result;
  const values = [name, structureKey, inchi, inchikey, canonicalSmiles, formula, formalCharge, tagsJson];
  const warnings = result.warnings.filter(({ code }) => code !== 'DELIMITER_MISSING').map(({ code }) => code);
  const fingerprint = result.morganFp === null ? null : Buffer.from(result.morganFp).toString('hex');
  return JSON.stringify([values, warnings, result.descriptors && [...result.descriptors], fingerprint]);
}
