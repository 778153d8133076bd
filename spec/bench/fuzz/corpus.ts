/** Pieces of real files to spoil: some records each, with the header of their table. */

import { MolstreamError } from '../../../lib/errors.js';
import { locateInputs } from '../../../lib/sources/inputs.js';
import { openInput } from '../../../lib/sources/open-input.js';
import type { Input } from '../../../lib/types.js';
import { recordsOf, splitBytes } from './reading.js';

export interface Seed {
  readonly input: Input;
  /** As `splitRecords` gets them. */
  readonly bytes: Buffer;
  readonly maxRecordBytes: number;
}

/** Of each file, uncompressed. */
const MOST_BYTES = 400_000;
const RECORDS = 8;
const SEEDS_A_FILE = 40;

/** Files that molstream does not read are left out. */
export async function loadSeeds(files: readonly string[]): Promise<Seed[]> {
  const seeds: Seed[] = [];
  for (const file of files) {
    try {
      const [input] = await locateInputs([file]);
      if (input !== undefined) seeds.push(...(await seedsOf(input)));
    } catch (error) {
      if (!(error instanceof MolstreamError)) throw error;
    }
  }
  return seeds;
}

async function seedsOf(input: Input): Promise<Seed[]> {
  const bytes = await headOf(input);
  const header = bytes.subarray(0, input.layout.headerBytes);
  const records = recordsOf(await splitBytes(input, bytes, MOST_BYTES));
  const seeds: Seed[] = [];
  for (let first = 0; first < records.length && seeds.length < SEEDS_A_FILE; first += RECORDS) {
    const last = records[Math.min(first + RECORDS, records.length) - 1]!;
    const body = bytes.subarray(records[first]!.byteOffset, last.endOffset);
    // A small bound now and then, so that records beyond it are met.
    const maxRecordBytes = seeds.length % 5 === 4 ? 2_000 : 16_000_000;
    seeds.push({ input, bytes: Buffer.concat([header, body]), maxRecordBytes });
  }
  return seeds;
}

async function headOf(input: Input): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of openInput(input, { onDamage: () => {} })) {
    pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
    if (length >= MOST_BYTES) break;
  }
  return Buffer.concat(pieces).subarray(0, MOST_BYTES);
}
