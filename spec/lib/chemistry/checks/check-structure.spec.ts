import type { MainModule } from '@rdkit/rdkit';
import rdkitPackage from '@rdkit/rdkit';
import { expect } from 'chai';
import { checkStructure } from '../../../../lib/chemistry/checks/check-structure.js';
import { Graph } from '../../../../lib/chemistry/descriptors/graph.js';
import { decodePickle, PICKLE_FLAGS } from '../../../../lib/chemistry/descriptors/pickle.js';
import type { Warning } from '../../../../lib/types.js';

describe('checking a structure', function () {
  this.timeout(30_000);
  let rdkit: MainModule;
  const graph = new Graph();

  before(async () => {
    rdkit = await rdkitPackage.default();
  });

  function check(text: string): readonly Warning[] {
    const mol = rdkit.get_mol(text, '{"removeHs":true}');
    if (mol === null) throw new Error(`RDKit does not read ${text}`);
    const decoded = decodePickle(mol.get_as_uint8array(PICKLE_FLAGS) as Uint8Array, graph);
    const inchi = mol.get_inchi();
    mol.delete();
    expect(decoded).to.equal(true);
    return checkStructure({ molblock: text.includes('M  END') ? Buffer.from(text) : null, graph, inchi });
  }

  function codes(text: string): string[] {
    return check(text).map(({ code }) => code);
  }

  function molblockOf(smiles: string): string {
    const mol = rdkit.get_mol(smiles)!;
    mol.set_new_coords();
    const text = mol.get_molblock();
    mol.delete();
    return text;
  }

  function v3000Of(molblock: string): string {
    const mol = rdkit.get_mol(molblock)!;
    const text = mol.get_v3Kmolblock();
    mol.delete();
    return text;
  }

  it('has nothing to say of ordinary molecules, drawn or written', () => {
    const ordinary = [
      'CC(=O)Oc1ccccc1C(=O)O',
      'C[C@H](N)C(=O)O',
      'C/C=C/C[C@@H]1CCCN1C',
      'O=[N+]([O-])c1ccccc1',
      'CS(=O)(=O)Nc1ccc([N+](C)(C)C)cc1.[Cl-]',
      'OP(=O)(O)O',
      'F[P-](F)(F)(F)(F)F.[Na+]',
      'F[B-](F)(F)F',
      '[O-][Cl+3]([O-])([O-])[O-]',
      'c1cc[n-]c1.[K+]',
      '[C-]#[O+]',
      'Cl[Pt](Cl)(<-N)<-N',
      'C[Hg]Cl',
      'c1ccc([I+]c2ccccc2)cc1',
      '[2H]C([2H])([2H])O',
      'C[S@](=O)CC',
      'C[C@H]1CC[C@@H](O)CC1',
      // InChI takes a proton for mobile between two O, two S or two N, and then tells of no centre; not between O and S.
      'CO[P@](=O)(O)SC',
      'CC[P@](=S)(S)OC',
      'C[S@](=N)(=O)N',
      'CO[P@](O)(=S)OCC',
      'C[N@H+](CC)CCC.[Cl-]',
      'CCCC[N@+](C)(CC)CCC',
      'C[C@@H](F)O[C@H](C)F.C[C@@H](F)O[C@H](C)F',
      // A centre of its own, and one that only an isotope makes.
      'C[C@@H](O)[C@@H](C)[2H]',
      // A square is no centre that a wedge could tell.
      'N[Pt@SP1](N)(Cl)Cl',
    ];
    for (const smiles of ordinary) {
      expect(check(smiles), smiles).to.deep.equal([]);
      expect(check(molblockOf(smiles)), `molblock of ${smiles}`).to.deep.equal([]);
      expect(check(v3000Of(molblockOf(smiles))), `V3000 of ${smiles}`).to.deep.equal([]);
    }
  });

  it('sees coordinates that are all zero', () => {
    const flat = molblockOf('CCO').replaceAll(/^( +-?\d+\.\d{4}){3}/gm, '    0.0000    0.0000    0.0000');
    expect(check(flat)).to.deep.equal([{ code: 'ZERO_COORDINATES', message: 'all atoms lie at 0, 0, 0', penalty: 6 }]);
    expect(codes(flat.replaceAll(' 0.0000', '-0.0000'))).to.deep.equal(['ZERO_COORDINATES']);
    const single =
      '\n  spec\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 O   0  0\nM  END\n';
    expect(codes(single)).to.deep.equal([]);
    expect(codes(v3000Of(flat))).to.deep.equal(['ZERO_COORDINATES']);
    expect(codes(v3000Of(single))).to.deep.equal([]);
  });

  it('takes two atoms for placed where any digit of a coordinate is not zero', () => {
    const peroxide = (x: string, z: string): string =>
      `\n  spec\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 O   0  0\n    ${x}    0.0000    ${z} O   0  0\n  1  2  1  0\nM  END\n`;
    expect(codes(peroxide('0.0000', '0.0000'))).to.deep.equal(['ZERO_COORDINATES']);
    expect(codes(peroxide('1.0000', '0.0000'))).to.deep.equal([]);
    expect(codes(peroxide('0.0000', '0.0009'))).to.deep.equal([]);
  });

  it('sees two atoms in one place', () => {
    const lines = molblockOf('CCCCCCCO').split('\n');
    lines[9] = `${lines[6]?.slice(0, 30)}${lines[9]?.slice(30)}`;
    expect(check(lines.join('\n'))).to.deep.equal([
      { code: 'OVERLAPPING_ATOMS', message: 'two atoms lie in one place', penalty: 5 },
    ]);
    expect(codes(v3000Of(lines.join('\n')))).to.deep.equal(['OVERLAPPING_ATOMS']);
  });

  it('sees radicals of non-metals, and counts their electrons', () => {
    expect(check('[CH2]C')).to.deep.equal([{ code: 'RADICAL', message: '1 unpaired electron', penalty: 5 }]);
    expect(check('[O]N(C)C')).to.deep.equal([{ code: 'RADICAL', message: '1 unpaired electron', penalty: 5 }]);
    expect(check('[CH]C')[0]?.message).to.equal('2 unpaired electrons');
    expect(codes('[Na]')).to.deep.equal([]);
  });

  it('sees polymers and mixtures in V2000 and V3000, not Sgroups of data or abbreviations', () => {
    const sgroup = (type: string) =>
      molblockOf('CCO').replace('M  END', `M  STY  1   1 ${type}\nM  SAL   1  1   2\nM  SBL   1  2   1   2\nM  END`);
    expect(check(sgroup('SRU'))).to.deep.equal([{ code: 'POLYMER', message: 'Sgroups SRU', penalty: 6 }]);
    expect(codes(sgroup('MIX'))).to.deep.equal(['POLYMER']);
    expect(codes(sgroup('DAT'))).to.deep.equal([]);
    expect(codes(sgroup('SUP'))).to.deep.equal([]);
    const v3000 = v3000Of(sgroup('SRU'));
    expect(v3000).to.contain('SRU');
    expect(codes(v3000)).to.deep.equal(['POLYMER']);
  });

  it('sees query features and dummy atoms', () => {
    expect(check('*CC')).to.deep.equal([{ code: 'QUERY_FEATURES', message: 'an atom without an element', penalty: 7 }]);
    expect(codes(molblockOf('CCO').replace(' O   0', ' A   0'))).to.deep.equal(['QUERY_FEATURES']);
    const list = molblockOf('CCO').replace(' O   0', ' L   0');
    expect(check(list.replace('M  END', 'M  ALS   3  2 F N   O   \nM  END'))[0]?.message).to.equal(
      'query atoms or bonds',
    );
    expect(codes(molblockOf('CCC').replace(/^( {2}2 {2}3 {2})1/m, '$18'))).to.deep.equal(['QUERY_FEATURES']);
  });

  it('says nothing else of what no InChI and no valence can be told of', () => {
    expect(codes('*[C@](F)(Cl)Br')).to.deep.equal(['QUERY_FEATURES']);
    expect(codes('*[CH]C')).to.deep.equal(['QUERY_FEATURES']);
  });

  it('sees a valence that its element does not have', () => {
    expect(check('CS(C)C')).to.deep.equal([
      { code: 'UNUSUAL_VALENCE', message: 'atom 2, S: valence 4 with 1 H', penalty: 4 },
    ]);
    expect(check('S(C)(C)C')[0]?.message).to.equal('atom 1, S: valence 4 with 1 H');
    expect(codes('CP(C)(C)C')).to.deep.equal(['UNUSUAL_VALENCE']);
    expect(codes('C[IH]C')).to.deep.equal(['UNUSUAL_VALENCE']);
    expect(codes('C[SH](=O)=O')).to.deep.equal(['UNUSUAL_VALENCE']);
    // With the electrons of Cl, and of Se.
    expect(check('C[S-](C)C')[0]?.message).to.equal('atom 2, S: valence 3, charge -1');
    expect(check('C[Br+](C)C')[0]?.message).to.equal('atom 2, Br: valence 3, charge +1');
    for (const usual of ['CO[PH](=O)OC', 'CO[AsH](=O)O', 'C[Br+]C']) expect(codes(usual), usual).to.deep.equal([]);
  });

  it('sees stereo that InChI tells otherwise than SMILES', () => {
    // To RDKit the mercury is a neighbour of the centre; InChI cuts it off.
    expect(check('CO[C@@H](C)[C@@H]([Hg]Br)C(C)=O')).to.deep.equal([
      { code: 'STEREO_MISMATCH', message: '2 defined centres in SMILES, 1 in InChI', penalty: 5 },
    ]);
  });

  it('sees wedges at atoms that are no stereo centres', () => {
    const wedged = molblockOf('CC(C)O').replace(/^( {2}1 {2}2 {2}1 {2})0/m, '$11');
    expect(check(wedged)).to.deep.equal([
      { code: 'STEREO_MISMATCH', message: '1 wedged atoms, 0 of them stereo centres', penalty: 2 },
    ]);
    const hashed = molblockOf('C[C@H](N)CC(C)C').replace(/^( {2}5 {2}6 {2}1 {2})0/m, '$16');
    expect(check(hashed)[0]?.message).to.equal('2 wedged atoms, 1 of them stereo centres');
    const v3000 = v3000Of(molblockOf('CC(C)O')).replace(/^(M {2}V30 1 1 1 2).*$/m, '$1 CFG=1');
    expect(codes(v3000)).to.deep.equal(['STEREO_MISMATCH']);
  });

  it('does without the graph, and with a molblock that is cut', () => {
    const text = molblockOf('CCO');
    for (let length = 0; length < text.length; length += 7) {
      expect(checkStructure({ molblock: Buffer.from(text.slice(0, length)), graph: null, inchi: '' })).to.be.an(
        'array',
      );
    }
    expect(checkStructure({ molblock: null, graph: null, inchi: '' })).to.deep.equal([]);
  });
});
