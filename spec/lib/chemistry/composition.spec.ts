import { expect } from 'chai';
import { compositionFromJson } from '../../../lib/chemistry/composition.js';
import { compileRdkit, loadRdkit, type Rdkit } from '../../../lib/chemistry/rdkit.js';

describe('composition from the JSON of RDKit', function () {
  this.timeout(60_000);
  let rdkit: Rdkit;
  before(async () => {
    rdkit = await loadRdkit(await compileRdkit());
  });

  for (const [smiles, formula, formalCharge, heavyAtoms] of [
    ['OC(=O)c1ccccc1OC(C)=O', 'C9H8O4', 0, 13],
    ['[Na+].[Cl-]', 'ClNa', 0, 2],
    ['[NH4+]', 'H4N', 1, 1],
    ['O=S(=O)([O-])[O-]', 'O4S', -2, 5],
    ['[2H]C([2H])([2H])O', 'CH4O', 0, 2],
    ['[H][H]', 'H2', 0, 0],
    ['ClC(Cl)(Cl)Cl', 'CCl4', 0, 5],
    // Without carbon hydrogen has no place of its own.
    ['Br', 'BrH', 0, 1],
    ['C[Si](C)(C)Br', 'C3H9BrSi', 0, 5],
    ['*CC*', 'C2H4*2', 0, 2],
    ['[nH]1cccc1', 'C4H5N', 0, 5],
  ] as const) {
    it(`finds ${formula} in ${smiles}`, () => {
      const mol = rdkit.module.get_mol(smiles)!;
      expect(compositionFromJson(mol.get_json())).to.deep.equal({ formula, formalCharge, heavyAtoms });
      mol.delete();
    });
  }
});
