import { expect } from 'chai';
import {
  computeDescriptors,
  createGraph,
  decodePickle,
  PICKLE_FLAGS,
} from '../../../../lib/chemistry/descriptors/kernel.js';
import { compare, type Difference, type Verdict } from '../../../bench/parity/compare.js';
import { type Structure, structures } from '../../../bench/parity/structures.js';
import { sharedFile } from '../../../support/shared-data.js';
import { fixtureLines, fixturePath, rdkit, valuesOf } from './support.js';

/** Compares all, and returns how they fared; fails with what differs. */
async function compareAll(
  all: Iterable<Structure> | AsyncIterable<Structure>,
  most = 2000,
): Promise<Record<Verdict, number>> {
  const toolkit = await rdkit();
  const verdicts: Record<Verdict, number> = { compared: 0, fallback: 0, capped: 0, unreadable: 0 };
  let taken = 0;
  for await (const structure of all) {
    const differences: Difference[] = [];
    verdicts[compare(toolkit, structure, differences)] += 1;
    expect(differences, `record ${structure.record}: ${structure.structure}`).to.deep.equal([]);
    if (++taken === most) break;
  }
  return verdicts;
}

function smiles(texts: string[]): Structure[] {
  return texts.map((structure, record) => ({ record, form: 'smiles', structure }));
}

describe('the descriptor kernel against RDKit', function () {
  this.timeout(120_000);

  it('agrees on each atom type, ring kind, isotope, charge, radical, dummy and metal', async () => {
    const all = fixtureLines('molecules.smi');
    expect((await compareAll(smiles(all))).compared)
      .to.equal(all.length)
      .and.above(300);
  });

  it('agrees on each scaffold with each substituent', async () => {
    const substituents = fixtureLines('substituents.txt');
    const all = fixtureLines('scaffolds.txt').flatMap((scaffold) =>
      substituents.map((substituent) => scaffold.replace('{}', substituent)),
    );
    expect((await compareAll(smiles(all))).compared)
      .to.equal(all.length)
      .and.above(1300);
  });

  it('agrees on query atoms and bonds, substance groups, stereo groups and multi-centre bonds', async () => {
    expect(await compareAll(structures(fixturePath('features.sdf')))).to.deep.equal({
      compared: 37,
      fallback: 0,
      capped: 0,
      unreadable: 0,
    });
  });

  it('agrees on hydrogens that are atoms of the graph', async () => {
    const { module: toolkit } = await rdkit();
    const bare = ['CCO', 'CC(=O)Nc1ccc(O)cc1', 'C1CC1CN', 'OS(=O)(=O)C=C', 'CC#CC(C)(C)C', 'C[C@H](N)C(=O)O'];
    const all = bare.map((text) => {
      const mol = toolkit.get_mol(text)!;
      const molblock = mol.add_hs();
      mol.delete();
      return molblock;
    });
    for (const molblock of all) {
      const mol = toolkit.get_mol(molblock, '{"removeHs":false}')!;
      const withHydrogens = mol.get_smiles();
      mol.delete();
      expect(withHydrogens).to.contain('[H]');
      // As SMILES the hydrogens would be removed again; as isotopes of natural mass they stay.
      const verdicts = await compareAll(smiles([withHydrogens.replaceAll('[H]', '[1H]')]));
      expect(verdicts.compared).to.equal(1);
    }
  });

  it('agrees on the fingerprint where environments of several atoms coincide', async () => {
    const all = [
      ...['CC', 'CO', 'C=C', '[2H][2H]', '[Na+].[Cl-]', 'CC.OO', 'CCC', 'CCO', 'CC(C)(C)C', 'FS(F)(F)(F)(F)F'],
      ...[
        'CCCC',
        'CCOC',
        'OCCC',
        'C=CC=C',
        'CC#CC',
        'CC(C)C(C)C',
        'OC(F)(Cl)C(Br)(I)N',
        'C1CC1',
        'C1OC1',
        'C1CC1C1CC1',
      ],
      ...['C1CCC1', 'C1CNC1', 'C12C3C4C1C5C2C3C45', 'C12C3C1C23', 'CCCC.CCCC', '[13CH3]C', '[13CH3][14CH3]', '[3H]C#C'],
      `[U]${'(F)'.repeat(20)}`,
    ];
    expect((await compareAll(smiles(all))).compared).to.equal(all.length);
  });

  it('agrees on molecules of more than 255 atoms, and of more than 255 bonds but fewer atoms', async () => {
    const adamantane = 'C1C2CC3CC1CC(C2)C3';
    const all = [
      'NCC(=O)'.repeat(75),
      Array(25).fill(adamantane).join('.'),
      `${'C=CC=C'.repeat(64)}`,
      Array(60).fill('O=S(=O)=O').join('.'),
    ];
    expect((await compareAll(smiles(all))).compared).to.equal(all.length);
  });

  it('agrees on macrocycles of hundreds of symmetrised rings', async () => {
    const all = [4, 5, 6].map((more) => `O9C8CCC(CC8)${'OC1CCC(CC1)'.repeat(more)}OC1CCC9CC1`);
    expect((await compareAll(smiles(all))).compared).to.equal(all.length);
  });

  it('leaves to RDKit what may reach its limit of 1,000 matches', async () => {
    const all = ['C'.repeat(500), `FC(F)(F)${'C(F)(F)'.repeat(90)}F`, Array(1000).fill('O').join('.')];
    expect((await compareAll(smiles(all))).fallback).to.equal(all.length);
  });

  it('describes a macrocycle of thousands of rings, which would keep RDKit for minutes', async () => {
    const units = Array(10).fill('OC1CCC(CC1)').join('');
    const mol = (await rdkit()).module.get_mol(`O9C8CCC(CC8)${units}OC1CCC9CC1`)!;
    const graph = createGraph();
    const values = new Float64Array(43);
    const described =
      decodePickle(mol.get_as_uint8array(PICKLE_FLAGS) as Uint8Array, graph) && computeDescriptors(graph, values, 0);
    mol.delete();
    expect(described).to.equal(true);
    expect(graph.ringCount).to.equal(2 ** 12 + 12);
  });

  it('describes a molecule of thousands of atoms, which would keep RDKit for minutes', async () => {
    const short = await valuesOf('C'.repeat(400));
    const next = await valuesOf('C'.repeat(401));
    const long = await valuesOf('C'.repeat(2_400));
    expect(long.num_atoms).to.equal(3 * 2_400 + 2);
    for (const column of ['mol_weight', 'labute_asa', 'crippen_clogp', 'crippen_mr', 'chi1v', 'kappa1'] as const) {
      expect(long[column], column).to.be.closeTo(short[column] + 2_000 * (next[column] - short[column]), 1e-6);
    }
    expect((await compareAll(smiles(['C'.repeat(2_400)]))).capped).to.equal(1);
  });

  for (const [file, most] of [
    ['perf/openbabel/pdb_ligands_rcsb.A.sdf.gz', 500],
    ['perf/openbabel/pdb_ligands_rdkit_addh.A.sdf.gz', 300],
    ['perf/rdkit/znp.50k.smi.gz', 500],
    ['perf/deepchem/HIV.csv', 500],
    ['known/rdkit/NCI_5K_TPSA.csv', 500],
  ] as const) {
    it(`agrees on the first ${most} of ${file}`, async function () {
      const verdicts = await compareAll(structures(sharedFile(this, file)), most);
      expect(verdicts.fallback).to.be.at.most(most / 100);
      expect(verdicts.compared).to.be.at.least(most * 0.95);
    });
  }
});
