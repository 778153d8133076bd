/** What we make of real files, beside what others computed for them. */
import { expect } from 'chai';
import { type DescriptorColumn, descriptorOf } from '../../lib/chemistry/columns.js';
import { DescribePool } from '../../lib/chemistry/pool.js';
import { readTags } from '../../lib/formats/tags.js';
import { type LocateOptions, locateInputs } from '../../lib/sources/inputs.js';
import { openInput } from '../../lib/sources/open-input.js';
import type { Item, Molecule } from '../../lib/types.js';
import { compose } from '../../pipelines/compose.js';
import { describe as describeRecords } from '../../transforms/describe.js';
import { splitRecords } from '../../transforms/split-records.js';
import { sharedFile } from '../support/shared-data.js';

describe('values that others computed', function () {
  this.timeout(180_000);
  let pool: DescribePool;
  before(() => {
    pool = new DescribePool();
  });
  after(() => pool.destroy());

  /** The first `most` molecules of a file, each with its tags. */
  async function* molecules(
    path: string,
    options: LocateOptions = {},
    most = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<{ molecule: Molecule; tag(name: string): string }> {
    const [input] = await locateInputs([path], options);
    let count = 0;
    const stream = compose(openInput(input!), splitRecords({ input: input! }), describeRecords({ pool }));
    for await (const item of stream as AsyncIterable<Item>) {
      if (item.kind !== 'molecule') continue;
      const tags = new Map(readTags(item.tagsJson));
      yield { molecule: item, tag: (name) => [tags.get(name) ?? ''].flat()[0]!.trim() };
      count += 1;
      if (count === most) return;
    }
  }

  interface Agreement {
    compared: number;
    full: number;
    firstBlock: number;
  }

  async function inchikeys(
    source: ReturnType<typeof molecules>,
    tagName: string,
    counts: (tag: (name: string) => string) => boolean = () => true,
  ): Promise<Agreement> {
    const agreement = { compared: 0, full: 0, firstBlock: 0 };
    for await (const { molecule, tag } of source) {
      const known = tag(tagName);
      if (!/^[A-Z]{14}-[A-Z]{10}-[A-Z]$/.test(known) || !counts(tag)) continue;
      agreement.compared += 1;
      if (known === molecule.inchikey) agreement.full += 1;
      if (known.slice(0, 14) === molecule.inchikey.slice(0, 14)) agreement.firstBlock += 1;
    }
    return agreement;
  }

  it('InChIKeys of ligands of the PDB', async function () {
    const path = sharedFile(this, 'perf/openbabel/pdb_ligands_rcsb.A.sdf.gz');
    const whole = (tag: (name: string) => string): boolean => tag('MissingHeavyAtoms') === '0';
    const { compared, full } = await inchikeys(molecules(path, {}, 3_000), 'InChIKey', whole);
    expect(compared).to.be.above(2_000);
    expect(full / compared).to.be.at.least(0.975);
  });

  it('InChIKeys of mcule', async function () {
    const path = sharedFile(this, 'known/InChI/mcule.sdf.gz');
    const { compared, full, firstBlock } = await inchikeys(molecules(path), 'InChIKey');
    expect(compared).to.be.above(1_900);
    expect(full / compared).to.be.at.least(0.91);
    expect(firstBlock / compared).to.be.at.least(0.997);
  });

  // Rings of eight and more, drawn without the double bonds' stereo that the keys were made with.
  for (const [file, tag, differing] of [
    ['KOC_QR.sdf', 'InChI Key_QSARr', 0],
    ['RBioDeg_QR.sdf', 'InChI Key_QSARr', 2],
    ['Clint_QR.csv', 'InChIKey_QSARr', 3],
  ] as const) {
    it(`InChIKeys of OPERA, ${file}`, async function () {
      const path = sharedFile(this, `known/OPERA/${file}`);
      const options = file.endsWith('.csv') ? { smiles: 'Canonical_QSARr' } : {};
      const { compared, full, firstBlock } = await inchikeys(molecules(path, options), tag);
      expect(compared).to.be.above(500);
      expect(firstBlock).to.equal(compared);
      expect(compared - full).to.be.at.most(differing);
    });
  }

  // ChEMBL's weights are those of other atomic weights, which add up to some hundredths.
  for (const [file, smiles, column, descriptor, within] of [
    ['known/rdkit/compounds.txt', 'CANONICAL_SMILES', 'MOLWEIGHT', 'mol_weight', 0.06],
    ['known/deepchem/delaney-processed.csv', 'smiles', 'Molecular Weight', 'mol_weight', 0.01],
    ['known/deepchem/delaney-processed.csv', 'smiles', 'Polar Surface Area', 'tpsa', 0.01],
  ] as [string, string, string, DescriptorColumn, number][]) {
    it(`${column} in ${file}`, async function () {
      const off: string[] = [];
      let compared = 0;
      for await (const { molecule, tag } of molecules(sharedFile(this, file), { smiles })) {
        const known = Number(tag(column));
        if (tag(column) === '' || Number.isNaN(known)) continue;
        compared += 1;
        const ours = descriptorOf(molecule, descriptor)!;
        if (Math.abs(ours - known) > within) off.push(`${molecule.ordinal}: ${ours} is not ${known}`);
      }
      expect(compared).to.be.above(1_000);
      expect(off).to.deep.equal([]);
    });
  }

  it('TPSA of NCI, by Ertl and RDKit', async function () {
    const path = sharedFile(this, 'known/rdkit/NCI_5K_TPSA.csv');
    const off: string[] = [];
    let compared = 0;
    for await (const { molecule, tag } of molecules(path, { format: 'csv' })) {
      const known = Number(tag('column2'));
      compared += 1;
      const ours = descriptorOf(molecule, 'tpsa')!;
      if (Math.abs(ours - known) > 0.0051) off.push(`${molecule.ordinal}: ${ours} is not ${known}`);
    }
    expect(compared).to.be.above(4_000);
    expect(off).to.deep.equal([]);
  });
});
