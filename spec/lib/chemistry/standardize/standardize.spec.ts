import { expect } from 'chai';
import { Graph } from '../../../../lib/chemistry/descriptors/graph.js';
import { decodePickle, PICKLE_FLAGS } from '../../../../lib/chemistry/descriptors/pickle.js';
import { assess, type Scan } from '../../../../lib/chemistry/standardize/assess.js';
import { readEditable } from '../../../../lib/chemistry/standardize/editable.js';
import { scanEditable } from '../../../../lib/chemistry/standardize/scan.js';
import {
  createStandardizer,
  type Level,
  type Standardizer,
} from '../../../../lib/chemistry/standardize/standardize.js';
import { type CountedRdkit, countedRdkit } from '../../../support/counted-rdkit.js';

describe('standardising a molecule', function () {
  this.timeout(30_000);
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

  /** SMILES of the result, null where the molecule itself came back, and the warnings; nothing but queries is left. */
  function apply(text: string, level: Level) {
    const mol = rdkit.module.get_mol(text, '{"removeHs":true}');
    if (mol === null) throw new Error(`RDKit does not read ${text}`);
    const before = mol.get_smiles();
    const { mol: result, warnings } = standardizer.apply(mol, level);
    const smiles = result === mol ? null : result.get_smiles();
    const untouched = mol.get_smiles();
    if (result !== mol) result.delete();
    mol.delete();
    expect(untouched, 'the molecule that was given').to.equal(before);
    return { smiles, warnings };
  }

  function canonical(smiles: string): string {
    const mol = rdkit.module.get_mol(smiles);
    if (mol === null) throw new Error(`RDKit does not read ${smiles}`);
    const text = mol.get_smiles();
    mol.delete();
    return text;
  }

  function molblockOf(smiles: string): string {
    const mol = rdkit.module.get_mol(smiles)!;
    mol.set_new_coords();
    const text = mol.get_molblock();
    mol.delete();
    return text;
  }

  function expectResults(level: Level, rows: readonly (readonly [text: string, result: string | null])[]): void {
    for (const [text, result] of rows) {
      expect(apply(text, level).smiles, `${level} of ${text}`).to.equal(result === null ? null : canonical(result));
    }
  }

  describe('cleanup', () => {
    it('disconnects N, O and F from metals, other non-metals from transition metals', () => {
      expectResults('cleanup', [
        ['CCC(=O)O[Na]', 'CCC(=O)[O-].[Na+]'],
        ['[Na]OC(=O)CCC(=O)O[Na]', 'O=C([O-])CCC(=O)[O-].[Na+].[Na+]'],
        ['Br[Mg]c1ccccc1CCC(=O)O[Na]', 'O=C([O-])CCc1ccccc1[Mg]Br.[Na+]'],
        ['CC[Cu]', '[CH2-]C.[Cu+]'],
        ['CC(=O)O[Hg]c1ccccc1', 'CC(=O)[O-].[Hg+]c1ccccc1'],
        ['c1ccc([Mg]Br)cc1', null],
        ['C[Hg]C', null],
      ]);
    });

    it('takes no electrons from a metal for a dative bond', () => {
      expectResults('cleanup', [['Cl[Pt](Cl)(<-N)<-N', '[Cl-].[Cl-].N.N.[Pt+2]']]);
    });

    it('gives the ligand of a complex that is drawn with plain bonds its electrons back, and the metal its true charge', () => {
      expectResults('cleanup', [
        // A phosphine of gold(I), sulfoxides of platinum(II), a dithiocarbamate of zinc(II).
        ['CC[P](CC)(CC)[Au]Cl', 'CCP(CC)CC.[Cl-].[Au+]'],
        ['C[S](C)(=O)[Pt](Cl)Cl', 'C[S+](C)[O-].[Cl-].[Cl-].[Pt+2]'],
        ['C[N+]1(C)C(=S)S[Zn]12SC(=S)[N+]2(C)C', 'CN(C)C(=S)[S-].CN(C)C(=S)[S-].[Zn+2]'],
      ]);
    });

    it('shares the charge of a bridge among its metals, and leaves bonds between metals', () => {
      expectResults('cleanup', [
        ['O=[Cr](=O)(O)O[Cr](=O)(=O)O', '[Cr+6].[Cr+6].[O-2].[O-2].[O-2].[O-2].[O-2].[OH-].[OH-]'],
        ['CC(=O)O[Rh][Rh]OC(C)=O', 'CC(=O)[O-].CC(=O)[O-].[Rh+][Rh+]'],
      ]);
    });

    it('makes no anion of a carbon that keeps a double bond', () => {
      expectResults('cleanup', [['C=C[Cu]', 'C=C.[Cu]']]);
    });

    it('leaves metals at aromatic atoms', () => {
      expectResults('cleanup', [['C[Sn](C)(C)n1ccnc1', null]]);
    });

    it('normalises functional groups', () => {
      expectResults('cleanup', [
        ['CS(C)=O', 'C[S+](C)[O-]'],
        ['C[S+2]([O-])([O-])O', 'CS(=O)(=O)O'],
        ['CP(=O)=O', 'C[P+](=O)[O-]'],
        ['CO[P+]([O-])([O-])C', 'CO[P]([O-])(=O)C'],
        ['C[N+](C)=CN', 'CN(C)C=[NH2+]'],
        ['C[N+](C)=CC=CN', 'CN(C)C=CC=[NH2+]'],
        ['C[O+]=CN', 'COC=[NH2+]'],
        ['C[O+]=CC=CN', 'COC=CC=[NH2+]'],
        ['[O-]c1cccc[n+]1C', 'Cn1ccccc1=O'],
        ['C[N-]C=[N+](C)C', 'CN=CN(C)C'],
        ['C[C+](N)N', 'CC(N)=[NH2+]'],
        ['CS(=O)CCS(C)=O', 'C[S+]([O-])CC[S+](C)[O-]'],
        ['CNNC[N+]#N', 'CN=[NH+]CN=N'],
        // Of two nitrogens that may take the charge, the one whose SMILES sorts first.
        ['C[C+](N)NC', 'CNC(C)=[NH2+]'],
        ['C[C+](NC)N', 'CNC(C)=[NH2+]'],
      ]);
    });

    it('leaves alone what is normal already', () => {
      expectResults('cleanup', [
        ['O=[N+]([O-])c1ccccc1', null],
        ['C[n+]1ccccc1', null],
        ['[O-][n+]1ccccc1', null],
        ['CN=[N+]=[N-]', null],
        ['CC(=[N+]=[N-])C(C)=O', null],
        ['[C-]#[N+]C', null],
        ['CN(C)C=CC=[NH+]C', null],
        ['F[B-](F)(F)F.[Na+]', null],
        ['F[Al-](F)(F)F.[Na+]', null],
        ['CS(C)(=O)=O', null],
        ['[Cl-].[Na+]', null],
      ]);
    });

    it('ionises the strongest acid', () => {
      expectResults('cleanup', [
        ['O=S([O-])c1ccc(S(=O)(=O)O)cc1', 'O=S(O)c1ccc(S(=O)(=O)[O-])cc1'],
        ['O=S(O)c1ccc(S(=O)(=O)[O-])cc1', null],
        ['[O-]c1ccc(C(=O)O)cc1', 'Oc1ccc(C(=O)[O-])cc1'],
        ['[O-]CC(=O)O', 'OCC(=O)[O-]'],
        ['CC(=O)OCC[S-].OC(=O)C', 'CC(=O)OCCS.[O-]C(=O)C'],
      ]);
    });

    it('gives a carbanion the proton of an acid, also where it stands beside cations alone', () => {
      expectResults('cleanup', [
        ['[CH2-][N+](C)(C)CC(=O)O', 'C[N+](C)(C)CC(=O)[O-]'],
        ['[CH2-][P+](C)(C)C.CC(=O)O', 'C[P+](C)(C)C.CC(=O)[O-]'],
        ['[CH3-].[Li+].CC(=O)O', 'C.[Li+].CC(=O)[O-]'],
        ['[CH2-][P+](C)(C)C', null],
      ]);
    });

    it('gives bare salt atoms their charge, and ionises an acid for it', () => {
      expectResults('cleanup', [
        ['[Na].O=C(O)c1ccccc1', '[Na+].O=C([O-])c1ccccc1'],
        ['[Na].[Cl]', '[Na+].[Cl-]'],
        ['[Mg].OC(=O)CCC(=O)O', '[Mg+2].[O-]C(=O)CCC(=O)[O-]'],
        ['[Li].[K].[Ca].[Cl]', '[Li+].[K+].[Ca+2].[Cl-]'],
        // Hydrogen chloride is no bare atom, and no acid of RDKit's list.
        ['[Na].Cl', '[Na+].Cl'],
        // What was there balances it already.
        ['[Na].CC(=O)[O-].CC(=O)O', '[Na+].CC(=O)[O-].CC(=O)O'],
      ]);
    });

    it('keeps all fragments', () => {
      expectResults('cleanup', [['CC(=O)[O-].CCN', null]]);
    });
  });

  describe('fragment', () => {
    it('keeps the fragment with most atoms, hydrogens among them', () => {
      expectResults('fragment', [
        ['CCN.Cl', 'CCN'],
        ['CC(=O)O.CCN', 'CCN'],
        ['CCO.O', 'CCO'],
        // Nine atoms against seven, though sulfuric acid is the heavier and has more of other elements.
        ['OS(=O)(=O)O.CCO', 'CCO'],
      ]);
    });

    it('then the heaviest, then the one whose SMILES sorts first', () => {
      expectResults('fragment', [
        ['CCCl.CCBr', 'CCBr'],
        ['OS(=O)(=O)O.C=CO', 'OS(=O)(=O)O'],
        ['[13CH4].C', '[13CH4]'],
        // Heavier by its hydrogens, and in spite of having fewer.
        ['PP.FC=CF', 'PP'],
        ['P.OO', 'OO'],
        // By a hundredth of a mass unit.
        ['CO.NN', 'NN'],
        ['CCCN.CC(C)N', 'CC(C)N'],
        ['CC(C)N.CCCN', 'CC(C)N'],
      ]);
    });

    it('cleans up first', () => {
      const { smiles, warnings } = apply('CCS(=O)CC(=O)O[Na].O', 'fragment');
      expect(smiles).to.equal(canonical('CC[S+]([O-])CC(=O)[O-]'));
      expect(warnings).to.deep.equal([
        { code: 'METALS_DISCONNECTED', message: 'Na-O' },
        { code: 'NORMALIZATION_APPLIED', message: 'Sulfoxide to -S+(O-)-' },
        { code: 'FRAGMENTS_REMOVED', message: '[Na+].O' },
      ]);
    });

    it('leaves a single fragment as it is', () => {
      expectResults('fragment', [
        ['CCN', null],
        ['C[N+](C)(C)C', null],
      ]);
    });
  });

  describe('parent', () => {
    it('neutralises what can be', () => {
      expectResults('parent', [
        ['O=C([O-])c1ccccc1.[Na+]', 'O=C(O)c1ccccc1'],
        ['C[NH+](C)C.[Cl-]', 'CN(C)C'],
        ['[NH3+]CC(=O)[O-]', 'NCC(=O)O'],
        ['O=[N+]([O-])[O-].[K+]', 'O=[N+]([O-])O'],
        ['[O-][Cl+3]([O-])([O-])[O-].[Na+]', '[O-][Cl+3]([O-])([O-])O'],
        ['[n-]1nnnc1C.[Na+]', 'Cc1nnn[nH]1'],
        ['CCO[Na]', 'CCO'],
        ['[NH3+]CC[NH3+].[Cl-].[Cl-]', 'NCCN'],
        ['C=C[CH2+]', 'C=CC'],
      ]);
    });

    it('neutralises ions that stand alone', () => {
      expectResults('parent', [
        ['C[NH+](C)C', 'CN(C)C'],
        ['CC(=O)[O-]', 'CC(=O)O'],
        ['O=[N+]([O-])[O-]', 'O=[N+]([O-])O'],
        ['[O-][Cl+3]([O-])([O-])[O-]', '[O-][Cl+3]([O-])([O-])O'],
      ]);
    });

    it('says of cleaning up and of neutralising what it did to protons', () => {
      const changed = (text: string, level: Level) =>
        apply(text, level).warnings.flatMap(({ code, message }) => (code === 'PROTONATION_CHANGED' ? [message] : []));
      expect(changed('[O-]CC(=O)O', 'cleanup')).to.deep.equal(['moved a proton from -CO2H to -OH (aliphatic alcohol)']);
      expect(changed('[Na].CC(=O)O', 'cleanup')).to.deep.equal(['charged 1 bare atom; ionised -CO2H']);
      expect(changed('[Na].[Cl]', 'cleanup')).to.deep.equal(['charged 2 bare atoms']);
      expect(changed('[NH3+]CC(=O)[O-]', 'parent')).to.deep.equal(['neutralised charges']);
    });

    it('keeps a cation for each anion that can take no proton', () => {
      expectResults('parent', [
        ['[NH3+]CC[B-](F)(F)F', null],
        ['[NH3+]CC(C[NH3+])[B-](F)(F)F.[Cl-]', 'NCC(C[NH3+])[B-](F)(F)F'],
      ]);
    });

    it('keeps an anion for each cation that has no hydrogen to lose', () => {
      expectResults('parent', [
        ['C[N+](C)(C)CC(=O)[O-]', null],
        ['C[N+](C)(C)CC(CC(=O)[O-])O.[Cl-]', 'C[N+](C)(C)CC(CC(=O)[O-])O'],
        ['F[B-](F)(F)F', null],
        ['C[N+](C)(C)C.[I-]', 'C[N+](C)(C)C'],
      ]);
    });

    it('does not count a dative bond for the anion that gives it', () => {
      expectResults('parent', [['C[S-]->[Pb]', 'C[SH]->[Pb]']]);
    });

    it('keeps the same anion whatever the order of the atoms', () => {
      const first = apply('C[N+](C)(C)CC(C([O-])=O)CC(=O)[O-]', 'parent').smiles;
      const second = apply('[O-]C(=O)CC(C([O-])=O)C[N+](C)(C)C', 'parent').smiles;
      expect(first).to.be.a('string').and.to.equal(second);
    });
  });

  describe('stereo', () => {
    it('of double bonds, centres and rings survives', () => {
      expectResults('parent', [
        ['C/C=C/C(=O)[O-].[K+]', 'C/C=C/C(=O)O'],
        ['C/C=C\\C(=O)O[Na]', 'C/C=C\\C(=O)O'],
        ['C[C@H](N)C(=O)[O-].[Na+]', 'C[C@H](N)C(=O)O'],
        ['C[C@H]1CC[C@@H](C(=O)[O-])CC1.[Na+]', 'C[C@H]1CC[C@@H](C(=O)O)CC1'],
        ['C[C@H]1CC[C@H](C(=O)[O-])CC1.[Na+]', 'C[C@H]1CC[C@H](C(=O)O)CC1'],
        ['CC[S@](C)=O', 'CC[S@+](C)[O-]'],
      ]);
    });

    it('and coordinates of a molblock survive', () => {
      const salt = rdkit.module.get_mol(molblockOf('C/C(=N\\O)C[C@H](C)S(=O)C.[Na]OC'))!;
      const { mol } = standardizer.apply(salt, 'parent');
      const expected = rdkit.module.get_mol(molblockOf('C/C(=N\\O)C[C@H](C)[S+](C)[O-]'))!;
      expect(mol.get_smiles()).to.equal(expected.get_smiles());
      expect(mol.has_coords()).to.equal(2);
      expect(mol.get_inchi()).to.equal(expected.get_inchi()).and.to.contain('/b');
      for (const handle of [salt, mol, expected]) handle.delete();
    });

    it('of coordinates that are whole numbers survives', () => {
      const sulfoxide = rdkit.module.get_mol(SULFOXIDE)!;
      const { mol } = standardizer.apply(sulfoxide, 'cleanup');
      expect(mol.get_smiles()).to.equal(canonical('C[S+]([O-])/C=C/C'));
      expect(mol.has_coords()).to.equal(2);
      for (const handle of [sulfoxide, mol]) handle.delete();
    });

    it('is not made up from where a proton was taken', () => {
      expect(apply(PHOSPHATE_3D, 'parent').smiles).to.equal(canonical('C[N+](=C)OP(=O)(O)[O-]'));
    });

    it('that the change takes away is not told any more', () => {
      expectResults('cleanup', [['C/[N-]/C=[N+](/C)CC', 'CN=CN(C)CC']]);
    });
  });

  it('sees the same of a molecule in its JSON as in its pickle', () => {
    const seenIn = ({ atomCount, element, charge, totalHs, starts, neighbours, neighbourBonds, bondType }: Scan) =>
      Array.from({ length: atomCount }, (_, a) => {
        const places = Array.from({ length: starts[a + 1]! - starts[a]! }, (_, i) => starts[a]! + i);
        const bonded = places.map((k) => `${neighbours[k]} by ${bondType[neighbourBonds[k]!]}`);
        return { element: element[a], charge: charge[a], totalHs: totalHs[a], bonded: bonded.sort() };
      });
    for (const smiles of ['[2H]OC(=O)c1ccc(C#N)cc1[N+](=O)[O-].[Na+]', 'C[C@H]([NH3+])C(=O)[O-]', '[H][H]', 'O']) {
      const mol = rdkit.module.get_mol(smiles)!;
      const graph = new Graph();
      expect(decodePickle(mol.get_as_uint8array(PICKLE_FLAGS) as Uint8Array, graph)).to.equal(true);
      const scan = scanEditable(readEditable(mol.get_json())!);
      mol.delete();
      expect(seenIn(scan), smiles).to.deep.equal(seenIn(graph));
      expect(assess(scan), smiles).to.deep.equal(assess(graph));
    }
  });

  it('gives the molecule itself back where nothing applies', () => {
    for (const level of ['cleanup', 'fragment', 'parent'] as const) {
      expect(apply('CC(=O)Oc1ccccc1C(=O)O', level)).to.deep.equal({ smiles: null, warnings: [] });
    }
  });

  it('gives the molecule itself back, and says nothing, where what is done leaves the same molecule', () => {
    for (const text of ['C[C-](C)C(=O)C(C)C', 'CCOC(=O)[CH-]C(=O)OCC.CCOC(=O)CC(=O)OCC']) {
      expect(apply(text, 'cleanup'), text).to.deep.equal({ smiles: null, warnings: [] });
    }
  });

  it('changes nothing more when it is done again', () => {
    const molecules = [
      'CCC(=O)O[Na]',
      'CS(=O)CC[S+]([O-])C',
      'O=S([O-])c1ccc(S(=O)(=O)O)cc1.[K+]',
      'C[N+](C)=CC=CN.[Cl-]',
      'C[N+](C)(C)CC(C([O-])=O)CC(=O)[O-].[Na+]',
      'Cl[Pt](Cl)(<-N)<-N',
      '[NH3+]CCC([O-])CC(=O)O',
      '[O-]c1cccc[n+]1C.OS(=O)(=O)O',
    ];
    for (const text of molecules) {
      for (const level of ['cleanup', 'fragment', 'parent'] as const) {
        const once = apply(text, level).smiles ?? canonical(text);
        expect(apply(once, level), `${level} of ${text}, again`).to.deep.equal({ smiles: null, warnings: [] });
      }
    }
  });

  it('leaves molecules with query features, and dummy atoms alone as they are', () => {
    expectResults('parent', [
      ['*', null],
      ['*CC(=O)[O-]', '*CC(=O)O'],
    ]);
    expect(apply(QUERY, 'parent').smiles).to.equal(null);
  });

  /** What comes of a molecule that has to be edited where `read` stands for reading the edited one. */
  function applyWith(read: () => null) {
    const module = Object.create(rdkit.module, {
      get_mol: { value: (text: string) => (text.startsWith('{') ? read() : rdkit.module.get_mol(text)) },
    });
    const mol = rdkit.module.get_mol('CCC(=O)O[Na]')!;
    const live = rdkit.live();
    try {
      const { mol: result, warnings } = createStandardizer(module).apply(mol, 'cleanup');
      expect(result).to.equal(mol);
      return warnings;
    } finally {
      expect(rdkit.live()).to.equal(live);
      mol.delete();
    }
  }

  it('leaves a molecule whose result RDKit refuses as it is, and says so', () => {
    expect(applyWith(() => null)).to.deep.equal([
      {
        code: 'STANDARDIZATION_FAILED',
        message: 'disconnecting metals gives a structure that RDKit refuses',
      },
    ]);
  });

  it('does the same when RDKit throws, and passes on what is no exception of its own', () => {
    const other = rdkit.module.get_mol('C')!;
    const refusing = () => {
      other.get_prop('none of that name');
      return null;
    };
    expect(applyWith(refusing).map(({ code }) => code)).to.deep.equal(['STANDARDIZATION_FAILED']);
    const trap = new RangeError('Maximum call stack size exceeded');
    const trapping = () => {
      throw trap;
    };
    expect(() => applyWith(trapping)).to.throw(trap);
    other.delete();
  });

  it('holds nothing but its compiled rules, on any path, and not even those once disposed of', () => {
    const fresh = createStandardizer(rdkit.module);
    const idle = rdkit.live();
    const mol = rdkit.module.get_mol('CCS(=O)CC(=O)O[Na].C[S@](=O)CC[NH3+].[O-]CC(=O)O');
    if (mol === null) throw new Error('no molecule');
    fresh.apply(mol, 'parent').mol.delete();
    const withRules = rdkit.live();
    for (let i = 0; i < 3; i++) fresh.apply(mol, 'parent').mol.delete();
    expect(rdkit.live()).to.equal(withRules);
    mol.delete();
    fresh.dispose();
    expect(rdkit.live()).to.equal(idle);
  });
});

const QUERY = `
  spec

  3  2  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 C   0  0
    1.0000    0.0000    0.0000 A   0  0
    2.0000    0.0000    0.0000 O   0  5
  1  2  1  0
  2  3  1  0
M  CHG  1   3  -1
M  END
`;

const SULFOXIDE = `
  spec

  6  5  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 C   0  0
    1.0000    0.0000    0.0000 S   0  0
    1.0000    1.0000    0.0000 O   0  0
    2.0000   -1.0000    0.0000 C   0  0
    3.0000    0.0000    0.0000 C   0  0
    4.0000   -1.0000    0.0000 C   0  0
  1  2  1  0
  2  3  2  0
  2  4  1  0
  4  5  2  0
  5  6  1  0
M  END
`;

/** Of the two ionised oxygens one is protonated, because the nitrogen keeps its charge. */
const PHOSPHATE_3D = `
  spec                  3D

  8  7  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 P   0  0
    1.5000    0.2000   -0.3000 O   0  0
    2.4000    1.1000    0.4000 N   0  0
   -0.6000    1.4000   -0.1000 O   0  0
   -0.8000   -0.9000   -1.0000 O   0  0
   -0.3000   -0.6000    1.4000 O   0  0
    3.6000    0.4000    0.9000 C   0  0
    2.8000    2.2000   -0.5000 C   0  0
  1  2  1  0
  2  3  1  0
  1  4  2  0
  1  5  1  0
  1  6  1  0
  3  7  1  0
  3  8  2  0
M  CHG  3   3   1   5  -1   6  -1
M  END
`;
