import { expect } from 'chai';
import { createChemicalSizer } from '../../../lib/batching/chemical.js';
import { atomsOf, chemicalSizeOf } from '../../../lib/batching/chemical-size.js';
import type { Learned } from '../../../lib/batching/costs.js';
import { bytesOf } from '../../../lib/batching/size-of.js';
import { createSizer } from '../../../lib/batching/sizer.js';
import type { InputEnd, Molecule, RawRecord } from '../../../lib/types.js';

function record(text: string, format: 'sdf' | 'smiles' | 'csv'): RawRecord {
  const fields = format === 'csv' ? text.split(',') : null;
  return { kind: 'record', raw: Buffer.from(text), fields, layout: { format } } as unknown as RawRecord;
}

const molblock = (counts: string): string => `title\n  program\n\n${counts}\n    0.0000    0.0000    0.0000 C   0  0\n`;

describe('the chemical sizer', () => {
  it('starts from what is known of the source', () => {
    expect(createChemicalSizer({ profile: 'smiles' }).next().rows).to.be.above(
      createChemicalSizer({ profile: 'pubchem' }).next().rows,
    );
    expect(createChemicalSizer({ profile: 'nobody' }).next().rows).to.equal(50);
    expect(createChemicalSizer({ profile: 'pubchem', initialRows: 9 }).next().rows).to.equal(9);
  });

  it('starts from the history of earlier runs, at half its size', () => {
    const learned = (rows: number): Learned => ({ rows, bytesPerRow: 4_000, fixedMs: 8, rowMs: 0.2 });
    const sizer = createChemicalSizer({ profile: 'chembl', history: [learned(3_000), learned(9), learned(2_000)] });
    expect(sizer.next().rows).to.equal(1_000);
    expect(sizer.state).to.include({ fixedMs: 8, rowMs: 0.2 });
  });

  it('hands on what it learned, which another starts from', () => {
    const first = createChemicalSizer();
    for (let index = 0; index < 60; index += 1) {
      const { rows } = first.next();
      first.report({ rows, bytes: rows * 3_000, ms: 8 + rows / 5, closedBy: 'rows' });
    }
    const learned = first.state.learned as Learned;
    expect(learned.rowMs).to.be.closeTo(0.2, 0.01);
    expect(JSON.parse(JSON.stringify(learned))).to.deep.equal(learned);
    expect(createChemicalSizer({ history: [learned] }).next().rows).to.be.within(
      learned.rows / 2,
      learned.rows / 2 + 1,
    );
  });

  it('gives large peptides fewer rows than fragments, before it has seen their cost', () => {
    const sizer = createSizer('chemical');
    for (let index = 0; index < 60; index += 1) {
      const { rows, bytes } = sizer.next();
      const taken = Math.min(rows, Math.floor(bytes / 2_000));
      sizer.report({ rows: taken, bytes: taken * 2_000, ms: 10 + taken / 5, closedBy: 'rows' });
    }
    const { rows, bytes } = sizer.next();
    expect(Math.floor(bytes / 2_000)).to.be.at.least(rows);
    expect(Math.floor(bytes / 40_000)).to.be.below(rows / 15);
  });
});

describe('the weight of an item', () => {
  it('counts raw bytes and heavy atoms', () => {
    const molecule = (heavyAtoms: number): Molecule =>
      ({ kind: 'molecule', raw: Buffer.alloc(500), heavyAtoms }) as unknown as Molecule;
    expect(chemicalSizeOf(molecule(10))).to.be.above(500);
    expect(chemicalSizeOf(molecule(600)) - chemicalSizeOf(molecule(10))).to.be.above(20_000);
    expect(chemicalSizeOf({ kind: 'end' } as InputEnd)).to.be.above(0);
  });

  it('reads the atoms of a record that nobody parsed yet', () => {
    expect(atomsOf(record(molblock(' 26 27  0  0  0'), 'sdf'))).to.equal(26);
    expect(atomsOf(record(molblock('123 27  0  0  0'), 'sdf'))).to.equal(123);
    expect(atomsOf(record(molblock(' 90109  0  0  0'), 'sdf'))).to.equal(90);
    expect(atomsOf(record(molblock('what'), 'sdf'))).to.equal(0);
    expect(atomsOf(record('short\n', 'sdf'))).to.equal(0);
    expect(atomsOf(record('CCCCCC', 'smiles'))).to.equal(3);
    expect(atomsOf(record('a,b', 'csv'))).to.equal(0);
  });

  it('weighs text and bytes by their length, and records by their atoms as well', () => {
    expect(bytesOf('C'.repeat(5_000))).to.equal(5_000);
    expect(bytesOf(Buffer.alloc(5_000))).to.equal(5_000);
    expect(bytesOf({ raw: Buffer.alloc(5_000) }) - bytesOf({ raw: Buffer.alloc(0) })).to.equal(5_000);
    for (const other of [null, 3, {}, { raw: 'text' }]) expect(bytesOf(other)).to.be.above(0).and.equal(bytesOf({}));
    const weight = (length: number): number => chemicalSizeOf(record('C'.repeat(length), 'smiles'));
    expect(weight(300) - weight(100)).to.be.above(2 * 200);
  });
});
