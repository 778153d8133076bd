import type { Mol } from '@rdkit/rdkit';
import { expect } from 'chai';
import type { Failure } from '../../../lib/chemistry/failures.js';
import { DeadInstance, parseStructure } from '../../../lib/chemistry/parse-structure.js';
import { compileRdkit, loadRdkit, type Rdkit } from '../../../lib/chemistry/rdkit.js';
import { trackHandles } from '../../support/live-handles.js';
import { molblock, v3000 } from '../../support/molblocks.js';

/** RDKit gives no molecule of it, where it gives an empty one of a table that ends. */
const EMPTY_V3000 = Buffer.from(
  v3000([])
    .toString()
    .replaceAll(/^M {2}V30 (BEGIN ATOM|END ATOM|END CTAB)\n/gm, ''),
);

describe('reading a structure', function () {
  this.timeout(60_000);
  let rdkit: Rdkit;
  let handles: ReturnType<typeof trackHandles>;
  before(async () => {
    rdkit = await loadRdkit(await compileRdkit());
    handles = trackHandles(rdkit.module);
  });
  afterEach(() => {
    expect(handles.live()).to.equal(0);
  });

  /** The canonical SMILES, or the failure. */
  function read(structure: Uint8Array | string): string | Failure {
    const parsed: Mol | Failure = parseStructure(
      rdkit,
      typeof structure === 'string' ? 'smiles' : 'molblock',
      structure,
    );
    if ('code' in parsed) return parsed;
    const smiles = parsed.get_smiles();
    parsed.delete();
    return smiles;
  }
  function refusal(structure: Uint8Array | string): Failure {
    const result = read(structure);
    if (typeof result === 'string') throw new Error(`was read as ${result}`);
    expect(result.message)
      .to.match(/^\S.*\S$/)
      .and.not.match(/\n|\*\*|Violation|^\[\d\d:/);
    return result;
  }

  describe('of SMILES', () => {
    it('reads the first word only', () => {
      expect(read('CCO')).to.equal('CCO');
      expect(read(' OCC ethanol |x|')).to.equal('CCO');
      expect(read('CCO |x|')).to.equal('CCO');
      expect(read('CCO\nCCC')).to.equal('CCO');
    });
    for (const [text, code] of [
      ['', 'NO_STRUCTURE'],
      ['  \t', 'NO_STRUCTURE'],
      ['C(C', 'SMILES_SYNTAX'],
      ['C1CC', 'SMILES_SYNTAX'],
      ['hello', 'SMILES_SYNTAX'],
      ['[Xx]', 'SMILES_SYNTAX'],
      ['CC>>CC', 'SMILES_SYNTAX'],
      ['CCÖ', 'SMILES_SYNTAX'],
      ['{"rdkitjson":{"version":12},"molecules":[{"atoms":[{"z":6}]}]}', 'SMILES_SYNTAX'],
      ['C[N](C)(C)(C)C', 'INVALID_VALENCE'],
      ['[CH5]', 'INVALID_VALENCE'],
      ['c1cccc1', 'KEKULIZE_FAILED'],
      ['cc', 'KEKULIZE_FAILED'],
    ] as const) {
      it(`refuses ${JSON.stringify(text)} with ${code}`, () => {
        expect(refusal(text).code).to.equal(code);
      });
    }
    it('gives the reason of RDKit in words', () => {
      expect(refusal('C[N](C)(C)(C)C').message).to.equal(
        'Explicit valence for atom # 1 N, 5, is greater than permitted',
      );
      expect(refusal('c1cccc1').message).to.equal("Can't kekulize mol.  Unkekulized atoms: 0 1 2 3 4");
      expect(refusal('C(C').message).to.include('SMILES Parse Error: extra open parentheses');
      expect(refusal(`C${'('.repeat(3000)}`).message.length).to.be.lessThan(400);
    });
    it('keeps dummy atoms that are meant', () => {
      expect(read('*C')).to.equal('*C');
      expect(read('[#0]C')).to.equal('*C');
    });
  });

  describe('of molblocks', () => {
    it('reads bytes, and drops hydrogens', () => {
      expect(read(molblock(['C', 'O'], [[1, 2, 1]]))).to.equal('CO');
      expect(read(molblock(['C', 'H'], [[1, 2, 1]]))).to.equal('C');
      expect(read(v3000(['C', 'N']))).to.equal('C.N');
    });
    it('never takes an unknown element for any atom', () => {
      expect(refusal(molblock(['C', 'Xx']))).to.deep.include({ code: 'UNKNOWN_ELEMENT' });
      expect(refusal(molblock(['C', 'Xx'])).message).to.include("Element 'Xx' not found");
      expect(refusal(v3000(['C', 'Xx'])).code).to.equal('UNKNOWN_ELEMENT');
    });
    it('keeps the symbols that stand for any atom', () => {
      for (const symbol of ['*', 'A', 'Q', 'R#', 'LP', 'X']) {
        expect(read(molblock(['C', symbol])), symbol).to.equal('*.C');
      }
      expect(read(molblock(['C', 'D'], [[1, 2, 1]]))).to.equal('[2H]C');
    });
    for (const [name, bytes, code] of [
      ['no atoms', molblock([]), 'NO_STRUCTURE'],
      ['no atoms, V3000', v3000([]), 'NO_STRUCTURE'],
      ['no atoms, V3000, in a table without blocks or end', EMPTY_V3000, 'NO_STRUCTURE'],
      ['a bond to an atom that is not there', molblock(['C', 'C'], [[1, 3, 1]]), 'PARSE_FAILED'],
      ['a bond of an atom to itself', molblock(['C', 'C'], [[1, 1, 1]]), 'PARSE_FAILED'],
      [
        'a bond twice',
        molblock(
          ['C', 'C'],
          [
            [1, 2, 1],
            [2, 1, 1],
          ],
        ),
        'PARSE_FAILED',
      ],
      ['fewer atoms than counted', molblock(['C'], [], [3, 0]), 'PARSE_FAILED'],
      ['fewer atoms than counted, V3000', v3000(['C', 'N'], 3), 'PARSE_FAILED'],
      ['more atoms than counted, V3000', v3000(['C', 'N'], 1), 'PARSE_FAILED'],
      [
        'five bonds of a carbon',
        molblock(
          ['C', 'C', 'C', 'C', 'C', 'C'],
          [2, 3, 4, 5, 6].map((to) => [1, to, 1]),
        ),
        'INVALID_VALENCE',
      ],
    ] as const) {
      it(`refuses ${name} with ${code}`, () => {
        expect(refusal(bytes).code).to.equal(code);
      });
    }
  });

  it('does not blame a structure for a dead instance', async () => {
    // Its stack takes all the memory that there is.
    const dead = await loadRdkit(await compileRdkit(), { stackBytes: 4_292_400_000, maxBytes: 2 ** 32 });
    expect(dead.module.get_mol('CCO')).to.equal(null);
    expect(dead.log.get_buffer()).to.equal('');
    expect(() => parseStructure(dead, 'smiles', 'CCO')).to.throw(DeadInstance);
  });
});
