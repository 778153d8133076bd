import { expect } from 'chai';
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
});
