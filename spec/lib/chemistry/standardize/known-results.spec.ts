import { expect } from 'chai';
import { readEditable } from '../../../../lib/chemistry/standardize/editable.js';
import { scanEditable } from '../../../../lib/chemistry/standardize/scan.js';
import {
  createStandardizer,
  type Level,
  type Standardizer,
} from '../../../../lib/chemistry/standardize/standardize.js';
import { type CountedRdkit, countedRdkit } from '../../../support/counted-rdkit.js';
import { compareKnown, readKnownRows } from '../../../support/known-standardization.js';
import { sharedFile } from '../../../support/shared-data.js';

describe('standardising, against results that RDKit gave', function () {
  this.timeout(60_000);
  let rdkit: CountedRdkit;
  let standardizer: Standardizer;

  before(async () => {
    rdkit = await countedRdkit();
    standardizer = createStandardizer(rdkit.module);
  });
  after(() => {
    standardizer.dispose();
    expect(rdkit.live()).to.equal(0);
  });

  for (const [file, level] of [
    ['1kPCS_fragment', 'fragment'],
    ['1kPCS_standardize_sm', 'cleanup'],
  ] as const satisfies readonly (readonly [string, Level])[]) {
    it(`gives all of ${file}`, function () {
      const rows = readKnownRows(sharedFile(this, `known/rdkit/${file}.csv.gz`));
      const { differences, changed, unchanged } = compareKnown(rdkit.module, standardizer, level, rows);
      expect(differences).to.deep.equal([]);
      expect(changed.withoutMetals.rows + changed.withMetals.rows).to.be.above(8);
      expect(unchanged.rows).to.be.above(900);
    });
  }

  it('gives a sample of 100kPCS_fragment, and alters nothing that should stay', function () {
    const rows = readKnownRows(sharedFile(this, 'known/rdkit/100kPCS_fragment.csv.gz'), 4_000);
    const { changed, unchanged } = compareKnown(rdkit.module, standardizer, 'fragment', rows);
    expect(changed.withoutMetals.rows).to.be.above(200);
    expect(changed.withoutMetals.equal / changed.withoutMetals.rows).to.be.at.least(0.985);
    expect(changed.withMetals.equal / changed.withMetals.rows).to.be.at.least(0.9);
    expect(unchanged.equal).to.equal(unchanged.rows);
  });

  it('would change nothing of what is told from the graph to need no change', function () {
    const rows = readKnownRows(sharedFile(this, 'known/rdkit/1kPCS_fragment.csv.gz'), 500);
    const salt = rdkit.module.get_mol('[Na].[OH-]')!;
    const needsAll = scanEditable(readEditable(salt.get_json())!);
    salt.delete();
    for (const { input } of rows) {
      const mol = rdkit.module.get_mol(input)!;
      const { mol: told } = standardizer.apply(mol, 'parent');
      const { mol: tried } = standardizer.apply(mol, 'parent', needsAll);
      expect(tried.get_smiles(), input).to.equal(told.get_smiles());
      for (const result of new Set([mol, told, tried])) result.delete();
    }
  });
});
