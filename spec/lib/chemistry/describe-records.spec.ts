import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Mol } from '@rdkit/rdkit';
import { expect } from 'chai';
import { emptyResult } from '../../../lib/chemistry/blocks.js';
import { DESCRIPTORS } from '../../../lib/chemistry/columns.js';
import { type Described, describeRecords, type Task, type Tools } from '../../../lib/chemistry/describe-records.js';
import { RdkitDescriber } from '../../../lib/chemistry/describer.js';
import { FINGERPRINT_BYTES } from '../../../lib/chemistry/descriptors/kernel.js';
import type { Failure } from '../../../lib/chemistry/failures.js';
import type { NumericColumns } from '../../../lib/chemistry/measure.js';
import { compileRdkit } from '../../../lib/chemistry/rdkit.js';
import { readRecord } from '../../../lib/formats/read-record.js';
import { trackHandles } from '../../support/live-handles.js';
import { molblock } from '../../support/molblocks.js';
import { ALL, taskOf } from '../../support/parsed-records.js';
import { layoutOf } from '../../support/raw-records.js';

describe('describing records', function () {
  this.timeout(60_000);
  let tools: Tools;
  let handles: ReturnType<typeof trackHandles>;
  before(async () => {
    ({ tools } = await RdkitDescriber.create({ wasm: await compileRdkit(), maxInstanceBytes: 1e9 }));
    handles = trackHandles(tools.rdkit.module);
  });
  afterEach(() => {
    tools.standardizer.dispose();
    expect(handles.made()).to.be.greaterThan(0);
    expect(handles.live()).to.equal(0);
  });

  const columns = emptyResult(2, ALL);
  function describeOne(task: Task, target: NumericColumns = columns): Described | Failure {
    return describeRecords(tools, [task], target)[0]!;
  }
  function described(structure: string | Uint8Array, options = ALL): Described {
    const result = describeOne(taskOf(structure, options));
    if ('code' in result) throw new Error(`${result.code}: ${result.message}`);
    return result;
  }

  it('gives the identifiers of aspirin', () => {
    expect(described('OC(=O)c1ccccc1OC(C)=O')).to.deep.equal({
      canonicalSmiles: 'CC(=O)Oc1ccccc1C(=O)O',
      inchi: 'InChI=1S/C9H8O4/c1-6(10)13-8-5-3-2-4-7(8)9(11)12/h2-5H,1H3,(H,11,12)',
      inchikey: 'BSYNRYMUTXBXSQ-UHFFFAOYSA-N',
      structureKey: 'BSYNRYMUTXBXSQ-UHFFFAOYSA-N',
      formula: 'C9H8O4',
      formalCharge: 0,
      heavyAtoms: 13,
      warnings: [],
    });
  });

  for (const [smiles, formula, charge, heavy] of [
    ['[Na+].[Cl-]', 'ClNa', 0, 2],
    ['[NH4+]', 'H4N', 1, 1],
    ['O=S(=O)([O-])[O-]', 'O4S', -2, 5],
    ['[2H]C([2H])([2H])O', 'CH4O', 0, 2],
    ['[13CH4]', 'CH4', 0, 1],
    ['[H][H]', 'H2', 0, 0],
    ['C[Si](C)(C)Br', 'C3H9BrSi', 0, 5],
  ] as const) {
    it(`gives ${formula} as the formula of ${smiles}`, () => {
      const { formula: found, formalCharge, heavyAtoms } = described(smiles);
      expect([found, formalCharge, heavyAtoms]).to.deep.equal([formula, charge, heavy]);
    });
  }

  it('writes descriptors and fingerprint into the row asked for', () => {
    const smiles = 'CC(C)Cc1ccc(cc1)[C@@H](C)C(=O)O';
    const target = emptyResult(2, ALL);
    describeOne({ ...taskOf(smiles), row: 1 }, target);
    const mol = tools.rdkit.module.get_mol(smiles)!;
    const expected = JSON.parse(mol.get_descriptors()) as Record<string, number>;
    const bits = mol.get_morgan_fp(JSON.stringify({ radius: 2, nBits: 2048 }));
    mol.delete();

    DESCRIPTORS.forEach(([column, name], i) => {
      expect(target.descriptors![DESCRIPTORS.length + i], column).to.be.closeTo(expected[name]!, 1e-6);
    });
    const row = target.fingerprints!.subarray(FINGERPRINT_BYTES);
    expect([...bits].map((_, i) => ((row[i >> 3]! >> (i & 7)) & 1 ? '1' : '0')).join('')).to.equal(bits);
    expect(target.descriptors!.subarray(0, DESCRIPTORS.length).every((value) => value === 0)).to.equal(true);
    expect(target.fingerprints!.subarray(0, FINGERPRINT_BYTES).every((byte) => byte === 0)).to.equal(true);
  });

  it('works out neither where they are not asked for', () => {
    const options = { ...ALL, descriptors: 'none', fingerprint: 'none' } as const;
    const none = emptyResult(1, options);
    expect([none.descriptors, none.fingerprints]).to.deep.equal([null, null]);
    expect(describeOne(taskOf('CCO', options), none)).to.include({ formula: 'C2H6O', heavyAtoms: 3 });
  });

  it('keys a structure without InChI by its SMILES, with a warning', () => {
    const result = described('*CC*');
    expect(result).to.include({ inchi: '', inchikey: '', formula: 'C2H4*2' });
    expect(result.structureKey).to.equal(`SMILES:${createHash('sha256').update(result.canonicalSmiles).digest('hex')}`);
    expect(result.warnings.map(({ code }) => code)).to.deep.equal(['QUERY_FEATURES', 'INCHI_FAILED']);
  });

  it('gives structures of more than 1,023 atoms an InChI', () => {
    const result = described(`${'NCC(=O)'.repeat(256)}O`);
    expect(result.heavyAtoms).to.equal(1025);
    expect(result.inchi).to.match(/^InChI=1B\/C512H770N256O257\//);
    expect(result.inchikey).to.match(/^[A-Z]{14}-[A-Z]{10}-N$/);
    expect(result.warnings).to.deep.equal([]);
  });

  it('keeps stereo that only the coordinates tell', () => {
    // An oxime in a ring of molblock coordinates: E and Z differ in their InChI.
    const oxime = (x: number): Buffer => {
      const atom = (symbol: string, ax: number, ay: number): string =>
        `${ax.toFixed(4).padStart(10)}${ay.toFixed(4).padStart(10)}    0.0000 ${symbol}   0  0`;
      return Buffer.from(
        [
          '',
          '',
          '',
          '  5  4  0  0  0  0  0  0  0  0999 V2000',
          atom('C', 0, 0),
          atom('N', 0, 1.3),
          atom('O', x, 2),
          atom('C', -1.2, -0.7),
          atom('F', 1.2, -0.7),
          '  1  2  2  0',
          '  2  3  1  0',
          '  1  4  1  0',
          '  1  5  1  0',
          'M  END',
          '',
        ].join('\n'),
      );
    };
    expect(described(oxime(1.2)).inchikey).to.not.equal(described(oxime(-1.2)).inchikey);
  });

  it('describes what standardising makes of it, and says so', () => {
    const result = described('CC(=O)[O-].[Na+]', { ...ALL, standardize: 'parent' });
    expect(result).to.include({ canonicalSmiles: 'CC(=O)O', formula: 'C2H4O2', formalCharge: 0 });
    expect(result.warnings.map(({ code }) => code)).to.deep.equal(['FRAGMENTS_REMOVED', 'PROTONATION_CHANGED']);
    expect(described('CCO', { ...ALL, standardize: 'parent' }).warnings).to.deep.equal([]);
  });

  it('checks what was read, once, also where standardising changes it', () => {
    const codes = (structure: string | Uint8Array, options = ALL) =>
      described(structure, options).warnings.map(({ code }) => code);
    expect(codes('[O]N(C)CC(=O)[O-].[Na+]', { ...ALL, standardize: 'parent' })).to.deep.equal([
      'RADICAL',
      'FRAGMENTS_REMOVED',
      'PROTONATION_CHANGED',
    ]);
    expect(codes(molblock(['C', 'O'], [[1, 2, 1]]))).to.deep.equal(['ZERO_COORDINATES']);
  });

  it('says so where standardising failed and the structure stays as it was', () => {
    const warning = { code: 'STANDARDIZATION_FAILED', message: 'RDKit gave up on it' } as const;
    const failing = { ...tools.standardizer, apply: (mol: Mol) => ({ mol, warnings: [warning] }) };
    const task = taskOf('CCO', { ...ALL, standardize: 'parent' });
    const [result] = describeRecords({ ...tools, standardizer: failing }, [task], columns);
    expect(result).to.deep.include({ canonicalSmiles: 'CCO', warnings: [warning] });
  });

  it('compares the InChIKey of a recognised source', () => {
    const check = (key: string, profile: string | null, smiles = 'CCO'): Described | Failure => {
      const tagsJson = JSON.stringify({ note: '"PUBCHEM_IUPAC_INCHIKEY":"', PUBCHEM_IUPAC_INCHIKEY: key });
      const task = taskOf(smiles);
      return describeOne({ ...task, profile, record: { ...task.record, tagsJson } });
    };
    const own = 'LFQSCWFLJHTTHZ-UHFFFAOYSA-N';
    const other = 'OTMSDBZUPAUEDD-UHFFFAOYSA-N';
    expect(check(own, 'pubchem')).to.deep.include({ warnings: [] });
    expect(check(`InChIKey=${own}`, 'pubchem')).to.deep.include({ warnings: [] });
    expect(check('', 'pubchem')).to.deep.include({ warnings: [] });
    expect(describeOne({ ...taskOf('CCO'), profile: 'pubchem' })).to.deep.include({ warnings: [] });
    expect(check(other, null)).to.deep.include({ warnings: [] });
    const without = check(own, 'pubchem', '*CC') as Described;
    expect(without.warnings.map(({ code }) => code)).to.deep.equal(['QUERY_FEATURES', 'INCHI_FAILED']);
    expect(check(other, 'pubchem')).to.deep.include({
      warnings: [{ code: 'IDENTIFIER_MISMATCH', message: `the record says ${other}, its structure gives ${own}` }],
    });
  });

  describe('with identifiers that the record carries', () => {
    const methanol = { inchi: 'InChI=1S/CH4O/c1-2/h2H,1H3', inchikey: 'OKKJLVBELUTLKV-UHFFFAOYSA-N' };
    const ethanol = 'LFQSCWFLJHTTHZ-UHFFFAOYSA-N';
    const trusting = (inchi: string, inchikey: string, more: Partial<Task> = {}): Described | Failure => {
      const tagsJson = JSON.stringify({
        PUBCHEM_IUPAC_INCHI: inchi,
        PUBCHEM_IUPAC_INCHIKEY: inchikey,
        // Of DrugBank and of HMDB.
        INCHI_IDENTIFIER: inchi,
        INCHI_KEY: inchikey,
      });
      const task = { ...taskOf('CCO'), profile: 'pubchem', trustTags: true, ...more };
      return describeOne({ ...task, record: { ...task.record, tagsJson } });
    };

    it('takes them over where it is to trust them, also where they are wrong', () => {
      const result = trusting(methanol.inchi, methanol.inchikey);
      expect(result).to.deep.include({ ...methanol, structureKey: methanol.inchikey, warnings: [] });
      expect(result).to.include({ canonicalSmiles: 'CCO', formula: 'C2H6O' });
      expect(trusting(methanol.inchi, methanol.inchikey, { profile: 'drugbank' })).to.include(methanol);
    });

    it('computes them where the source is none to trust', () => {
      expect(trusting(methanol.inchi, methanol.inchikey, { profile: 'hmdb' })).to.include({ inchikey: ethanol });
    });

    it('computes and compares them where it is not', () => {
      const result = trusting(methanol.inchi, methanol.inchikey, { trustTags: false });
      expect(result).to.include({ inchikey: ethanol });
      expect((result as Described).warnings.map(({ code }) => code)).to.deep.equal(['IDENTIFIER_MISMATCH']);
    });

    it('computes them where the record has none of its own that could be trusted', () => {
      for (const [inchi, inchikey, more] of [
        ['', methanol.inchikey],
        [methanol.inchi, ''],
        [methanol.inchi, 'OTMSDBZUPAUEDD-UHFFFAOYSA-N'],
        [methanol.inchi.replace('1S', '1'), methanol.inchikey],
        [methanol.inchi, methanol.inchikey, { profile: 'zinc' }],
        [methanol.inchi, methanol.inchikey, { profile: null }],
      ] as [string, string, Partial<Task>?][]) {
        expect(trusting(inchi, inchikey, more), `${inchi} ${inchikey}`).to.include({ inchikey: ethanol });
      }
    });

    it('computes them of what standardising has changed', () => {
      const standardize = { ...ALL, standardize: 'fragment' } as const;
      const salt = taskOf('CCO.Cl', standardize);
      const changed = trusting(methanol.inchi, methanol.inchikey, { record: salt.record, options: standardize });
      expect(changed).to.include({ inchikey: ethanol });
      expect((changed as Described).warnings.map(({ code }) => code)).to.deep.equal(['FRAGMENTS_REMOVED']);
      expect(trusting(methanol.inchi, methanol.inchikey, { options: standardize })).to.include(methanol);
    });
  });

  it('deletes every molecule on the paths that fail', () => {
    for (const structure of ['', 'C(C', 'c1cccc1', molblock(['Xx']), molblock([]), molblock(['C'], [], [3, 0])]) {
      expect(describeOne(taskOf(structure))).to.have.property('code');
    }
    expect(handles.live()).to.equal(0);
  });

  it('deletes the molecule that RDKit throws on', () => {
    const { module } = tools.rdkit;
    const read = module.get_mol;
    // Queries make RDKit throw when they are asked for descriptors.
    module.get_mol = Object.assign((text: Parameters<typeof read>[0]) => module.get_qmol(text), read);
    const result = describeOne(taskOf('[#6]~[N;R5]'));
    module.get_mol = read;
    expect(result).to.have.property('code', 'PARSE_FAILED');
  });

  it('throws on one of several, and deletes them all: each by itself shows which it was', () => {
    const { module } = tools.rdkit;
    const read = module.get_mol;
    const query = '[#6]~[N;R5]';
    module.get_mol = Object.assign(
      (...given: [string]) => (given[0] === query ? module.get_qmol(query) : Reflect.apply(read, module, given)),
      read,
    );
    const tasks = ['CCO', query, 'CN'].map((smiles, row) => ({ ...taskOf(smiles), row }));
    try {
      expect(() => describeRecords(tools, tasks, emptyResult(3, ALL))).to.throw();
      expect(handles.live()).to.equal(0);
      expect(tasks.map((task) => 'code' in describeOne(task, emptyResult(3, ALL)))).to.deep.equal([false, true, false]);
    } finally {
      module.get_mol = read;
    }
  });

  it('tells before each step of a record which row it is of', () => {
    const begun: number[] = [];
    const tasks = ['CCO', 'C(C', 'CN'].map((smiles, row) => ({ ...taskOf(smiles), row }));
    describeRecords(tools, tasks, emptyResult(3, ALL), { begins: (row) => begun.push(row), again: () => {} });
    expect(begun.slice(0, 3)).to.deep.equal([0, 1, 2]);
    expect(begun.filter((row) => row === 1)).to.have.length(1);
    expect(begun.filter((row) => row === 0)).to.have.length.greaterThan(3);
    expect(begun.filter((row) => row === 0).length).to.equal(begun.filter((row) => row === 2).length);
  });

  describe('of the bundled sample', () => {
    const layout = layoutOf('sdf');
    const texts = readFileSync('spec/fixtures/sample.sdf', 'utf8').split(/\$\$\$\$\r?\n/);
    const records = texts
      .filter((entry) => entry.trim() !== '')
      .map((entry) => readRecord(layout, Buffer.from(entry), null));
    const tasks = records
      .flatMap((record) => ('code' in record ? [] : [record]))
      .map((record, row) => ({ ...taskOf(''), record, row }));

    it('gives what its file says', () => {
      const codes = new Map<string, number>();
      for (const record of records) {
        const result = 'code' in record ? record : describeOne({ ...taskOf(''), record });
        const code = 'code' in result ? result.code : 'described';
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
      expect(codes.get('described')).to.be.greaterThan(300);
      expect([...codes.keys()]).to.include.members([
        'INVALID_VALENCE',
        'UNKNOWN_ELEMENT',
        'KEKULIZE_FAILED',
        'NO_STRUCTURE',
      ]);
    });

    for (const standardize of ['none', 'parent'] as const) {
      it(`gives the same side by side as one by one, standardised: ${standardize}`, () => {
        const asked = tasks.map((task) => ({ ...task, options: { ...ALL, standardize } }));
        const [together, apart] = [emptyResult(asked.length, ALL), emptyResult(asked.length, ALL)];
        const results = describeRecords(tools, asked, together);
        expect(results).to.deep.equal(asked.map((task) => describeOne(task, apart)));
        expect(together).to.deep.equal(apart);
      });
    }
  });
});
