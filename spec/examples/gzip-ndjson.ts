import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { describe, locateInputs, ndjsonLines, openInput, splitRecords } from 'molstream';

const [input] = await locateInputs(['molecules.sdf']);

await pipeline(
  openInput(input!),
  splitRecords({ input: input! }),
  describe(),
  ndjsonLines(),
  createGzip(),
  createWriteStream('molecules.ndjson.gz'),
);
