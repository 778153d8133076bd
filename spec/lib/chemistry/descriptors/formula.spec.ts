import { expect } from 'chai';
import {
  formalCharge,
  heavyAtoms,
  hillFormula,
  lipinskiViolations,
} from '../../../../lib/chemistry/descriptors/kernel.js';
import { slotOf } from '../../../../lib/chemistry/descriptors/slots.js';
import { fixtureLines, graphOf, rdkit } from './support.js';

describe('formula and charge', function () {
  this.timeout(20_000);
  const formulas: [string, string, number][] = [
    ['CC(=O)Oc1ccccc1C(=O)O', 'C9H8O4', 0],
    ['O', 'H2O', 0],
    ['Cl', 'ClH', 0],
    ['OB(O)O', 'BH3O3', 0],
    ['[Na+].[Cl-]', 'ClNa', 0],
    ['[NH4+]', 'H4N', 1],
    ['OS(=O)(=O)[O-]', 'HO4S', -1],
    ['CC(=O)[O-].[Na+]', 'C2H3NaO2', 0],
    ['FC(F)(Br)Cl', 'CBrClF2', 0],
    ['[2H]C([2H])([2H])O', 'CH4O', 0],
    ['[13CH4]', 'CH4', 0],
    ['*CC*', 'C2H4*2', 0],
    ['[Fe+3]', 'Fe', 3],
    ['[C-]#[O+]', 'CO', 0],
    ['[HH]', 'H2', 0],
  ];
  for (const [smiles, formula, charge] of formulas) {
    it(`${smiles} is ${formula}, charge ${charge}`, async () => {
      const graph = await graphOf(smiles);
      expect(hillFormula(graph)).to.equal(formula);
      expect(formalCharge(graph)).to.equal(charge);
    });
  }

  it('is the formula of the InChI, layer by layer, where protons are not moved', async () => {
    const { module: toolkit } = await rdkit();
    let compared = 0;
    for (const smiles of fixtureLines('molecules.smi')) {
      const mol = toolkit.get_mol(smiles)!;
      const [, layer, ...rest] = mol.get_inchi().split('/');
      mol.delete();
      const moved = rest.some((part) => part.startsWith('p'));
      if (layer === undefined || moved || layer.includes('.') || smiles.includes('*') || !/^[A-Z]/.test(layer))
        continue;
      compared += 1;
      expect(hillFormula(await graphOf(smiles)), smiles).to.equal(layer);
    }
    expect(compared).to.be.above(200);
  });

  it('counts neither hydrogens nor dummies as heavy', async () => {
    expect(heavyAtoms(await graphOf('[2H]C([2H])([2H])O'))).to.equal(2);
    expect(heavyAtoms(await graphOf('*CC*'))).to.equal(2);
  });
});

describe('Lipinski violations', () => {
  const values = (weight: number, logp: number, donors: number, acceptors: number): Float64Array => {
    const all = new Float64Array(43);
    all[slotOf('mol_weight')] = weight;
    all[slotOf('crippen_clogp')] = logp;
    all[slotOf('lipinski_hbd')] = donors;
    all[slotOf('lipinski_hba')] = acceptors;
    return all;
  };

  it('has each bound as the last value that is allowed', () => {
    expect(lipinskiViolations(values(500, 5, 5, 10))).to.equal(0);
    expect(lipinskiViolations(values(500.01, 5, 5, 10))).to.equal(1);
    expect(lipinskiViolations(values(500, 5.01, 5, 10))).to.equal(1);
    expect(lipinskiViolations(values(500, 5, 6, 10))).to.equal(1);
    expect(lipinskiViolations(values(500, 5, 5, 11))).to.equal(1);
    expect(lipinskiViolations(values(501, 6, 6, 11))).to.equal(4);
  });
});
