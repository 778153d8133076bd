import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DescribePool } from '../../lib/chemistry/pool.js';
import { locateInputs } from '../../lib/sources/inputs.js';
import { inspectInput } from '../../pipelines/inspect-input.js';
import { entry } from '../support/records.js';

describe('inspectInput', function () {
  this.timeout(60_000);

  it('tells what of the first thousand records would be rejected, by code, with the first of each', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'molstream-inspect-'));
    const pool = new DescribePool({ workers: 1 });
    try {
      const lines = Array.from({ length: 1_100 }, (_, i) => `C name ${i}\n`);
      for (const broken of [7, 500, 999, 1_000]) lines[broken] = `C1CC ${broken}\n`;
      lines[300] = 'F(C)C fluorine\n';
      const path = join(folder, 'a.smi');
      await writeFile(path, lines.join(''));
      const [input] = await locateInputs([path]);
      const { records, bytes, sample } = await inspectInput(input!, pool);
      expect({ records, bytes }).to.deep.equal({ records: 1_100, bytes: lines.join('').length });
      expect(sample.described).to.equal(1_000);
      const { SMILES_SYNTAX, INVALID_VALENCE, ...others } = sample.rejections;
      expect(others).to.deep.equal({});
      expect(SMILES_SYNTAX).to.include({ count: 3, ordinal: 7 });
      expect(SMILES_SYNTAX?.message).to.match(/ring/i);
      expect(INVALID_VALENCE).to.include({ count: 1, ordinal: 300 });
    } finally {
      await pool.destroy();
      await rm(folder, { recursive: true });
    }
  });

  it('counts all records, tells of those that are too long, and holds no more of them than memory bears', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'molstream-inspect-'));
    const pool = new DescribePool({ workers: 1 });
    try {
      const path = join(folder, 'long.sdf');
      await writeFile(path, `${entry('A')}> <NOTE>\n${'x'.repeat(12_000_000)}\n\n$$$$\n`.repeat(4));
      const [input] = await locateInputs([path]);
      const report = await inspectInput(input!, pool);
      expect(report.records).to.equal(4);
      expect(report.sample).to.deep.equal({ described: 3, rejections: {} });
      const short = await inspectInput(input!, pool, 1_000_000);
      expect(short.rejections).to.deep.equal({ RECORD_TOO_LARGE: 4 });
      expect(short.sample.described).to.equal(0);
    } finally {
      await pool.destroy();
      await rm(folder, { recursive: true });
    }
  });
});
