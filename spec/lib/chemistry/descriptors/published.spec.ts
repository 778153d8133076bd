import { expect } from 'chai';
import type { DescriptorColumn } from '../../../../lib/chemistry/columns.js';
import { valuesOf } from './support.js';

/** SMILES and value, as the paper prints them. */
type Published = readonly (readonly [string, number])[];

function agrees(column: DescriptorColumn, published: Published, within: number): void {
  for (const [smiles, value] of published) {
    it(`${column} of ${smiles} is ${value}`, async () => {
      expect((await valuesOf(smiles))[column]).to.be.closeTo(value, within);
    });
  }
}

describe('published values', function () {
  this.timeout(20_000);
  describe('kappa and alpha (Hall, Kier, Rev. Comput. Chem. 2, 1991)', () => {
    agrees(
      'kappa1',
      [
        ['C12CC2C3CC13', 2.344],
        ['C1CCC12CC2', 3.061],
        ['C1CCCCC1', 4.167],
        ['CCCCCC', 6],
        ['CCC(C)C1CCC(C)CC1', 9.091],
        ['CC(C)C1CCC(C)CCC1', 9.091],
      ],
      0.001,
    );
    agrees(
      'kappa2',
      [
        ['CC(C)CCCC', 4.167],
        ['CCCCCCC', 6],
        ['C1CCCC1', 1.44],
        ['C1CCCC1C', 1.633],
        ['C1CCCCC1', 2.222],
        ['CC=CCCC', 4.74],
        ['C1=CN=CN1', 0.884],
        ['c1ccccc1', 1.606],
        ['c1cnccc1', 1.552],
        ['n1ccncc1', 1.5],
        ['CCCCF', 3.93],
        ['CCCCCl', 4.29],
        ['CCCCBr', 4.48],
      ],
      0.001,
    );
    agrees(
      'kappa3',
      [
        ['CCC(C)C(C)(C)(CC)', 2.38],
        ['CCC(C)CC(C)CC', 4.5],
        ['CC(C)CCC(C)CC', 5.878],
        ['CC(C)CCCC(C)C', 8],
        ['CC(C)CC1CCC(C)CC1', 3.265],
      ],
      0.001,
    );
    agrees('hall_kier_alpha', [['C=O', -0.33]], 0.001);
  });

  describe('connectivity (Hall, Kier, Rev. Comput. Chem. 2, 1991)', () => {
    const molecules = [
      'CCCCCC',
      'CCC(C)CC',
      'CC(C)CCC',
      'CC(C)C(C)C',
      'CC(C)(C)CC',
      'CCCCCO',
      'CCC(O)CC',
      'CC(O)(C)CC',
      'c1ccccc1O',
    ];
    const published: [DescriptorColumn, number[]][] = [
      ['chi0v', [4.828, 4.992, 4.992, 5.155, 5.207, 4.276, 4.439, 4.654, 3.834]],
      ['chi1v', [2.914, 2.808, 2.77, 2.643, 2.561, 2.523, 2.489, 2.284, 2.134]],
      ['chi2v', [1.707, 1.922, 2.183, 2.488, 2.914, 1.431, 1.47, 2.166, 1.336]],
      ['chi3v', [0.957, 1.394, 0.866, 1.333, 1.061, 0.762, 0.943, 0.865, 0.756]],
      ['chi4v', [0.5, 0.289, 0.577, 0, 0, 0.362, 0.289, 0, 0.428]],
    ];
    for (const [column, values] of published) {
      agrees(
        column,
        molecules.map((smiles, i) => [smiles, values[i]!]),
        0.001,
      );
    }
    agrees(
      'chi0v',
      [
        ['CCCl', 2.841],
        ['CCBr', 3.671],
        ['CCI', 4.242],
      ],
      0.001,
    );
  });

  describe('polar surface (Ertl, Rohde, Selzer, J. Med. Chem. 43, 2000)', () => {
    agrees(
      'tpsa',
      [
        ['COCCc1ccc(OCC(O)CNC(C)C)cc1', 50.7],
        ['O=C1CN=C(c2ccccc2)c2cc(Cl)ccc2N1', 41.5],
        ['CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12', 32.7],
        ['CC(=O)Nc1ccc(OCC(O)CNC(C)C)cc1', 70.6],
        ['CC(C)NCC(O)COc1cccc2[nH]ccc12', 57.3],
        ['O=C(O)c1cn(C2CC2)c2cc(N3CCNCC3)c(F)cc2c1=O', 74.6],
        ['CC(C)NCC(O)COc1ccc(CC(N)=O)cc1', 84.6],
        ['OCC(O)C(O)C(O)C(O)CO', 121.4],
      ],
      0.1,
    );
  });

  describe('logP and refractivity (Wildman, Crippen, J. Chem. Inf. Comput. Sci. 39, 1999)', () => {
    // Sums of table 1: methane C1 + 4 H1; ethanol C1 + C3 + O2 + 5 H1 + H2; aniline 5 C18 + C22 + N3 + 5 H1 + 2 H3.
    agrees(
      'crippen_clogp',
      [
        ['C', 0.1441 + 4 * 0.123],
        ['CCO', 0.1441 - 0.2035 - 0.2893 + 5 * 0.123 - 0.2677],
        ['Nc1ccccc1', 5 * 0.1581 + 0.4619 - 1.027 + 5 * 0.123 + 2 * 0.2142],
      ],
      1e-9,
    );
    agrees(
      'crippen_mr',
      [
        ['C', 2.503 + 4 * 1.057],
        ['CCO', 2.503 + 2.753 + 0.8238 + 5 * 1.057 + 1.395],
        ['Nc1ccccc1', 5 * 3.35 + 4.067 + 2.827 + 5 * 1.057 + 2 * 0.9627],
      ],
      1e-9,
    );
  });

  describe('masses (IUPAC; atomic mass evaluation)', () => {
    agrees(
      'mol_weight',
      [
        ['CC(=O)Oc1ccccc1C(=O)O', 180.159],
        ['Cn1cnc2c1c(=O)n(C)c(=O)n2C', 194.194],
        ['[235U]', 235.0439],
      ],
      0.001,
    );
    agrees(
      'exact_mass',
      [
        ['CC(=O)Oc1ccccc1C(=O)O', 180.042259],
        ['Cn1cnc2c1c(=O)n(C)c(=O)n2C', 194.080376],
        ['[13CH4]', 17.034655],
        ['[2H]O[2H]', 20.023118],
        ['[NH4+]', 18.033826],
        ['[Cl-]', 34.969401],
      ],
      1e-5,
    );
  });

  describe('surface (Labute, J. Mol. Graph. Model. 18, 2000)', () => {
    // Methane: one carbon of radius 0.77 and one hydrogen of 0.33 that touch, each covered by the other.
    const covers = (own: number, other: number): number => other * other - (own - 1.1) ** 2 / 1.1;
    const methane = Math.PI * (0.77 * (4 * 0.77 - covers(0.77, 0.33)) + 0.33 * (4 * 0.33 - covers(0.33, 0.77)));
    agrees('labute_asa', [['C', methane]], 1e-9);
  });
});
