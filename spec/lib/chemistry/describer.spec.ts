import { expect } from 'chai';
import { emptyResult } from '../../../lib/chemistry/blocks.js';
import type { Described } from '../../../lib/chemistry/describe-records.js';
import { type DescriberSettings, RdkitDescriber } from '../../../lib/chemistry/describer.js';
import type { Failure } from '../../../lib/chemistry/failures.js';
import { compileRdkit, type WasmModule } from '../../../lib/chemistry/rdkit.js';
import { ALL, taskOf } from '../../support/parsed-records.js';

/** Overflows the thread's own stack. */
const ENDLESS_CHAIN = 'C'.repeat(12_000);
/** Overflows a stack of 64 KiB, which is what the build gives itself. */
const CHAIN = 'C'.repeat(640);
const PEPTIDE = `${'NCC(=O)'.repeat(256)}O`;

function codeOrSmiles(result: Described | Failure): string {
  return 'code' in result ? result.code : result.canonicalSmiles;
}

describe('the describer', function () {
  this.timeout(120_000);
  let wasm: WasmModule;
  before(async () => {
    wasm = await compileRdkit();
  });

  const columns = emptyResult(1, ALL);
  async function create(settings: Partial<DescriberSettings> = {}): Promise<RdkitDescriber> {
    return RdkitDescriber.create({ wasm, maxInstanceBytes: 128_000_000, ...settings });
  }
  async function describeOne(describer: RdkitDescriber, smiles: string): Promise<Described | Failure> {
    return (await describer.describe([taskOf(smiles)], columns))[0]!;
  }
  async function smilesOf(describer: RdkitDescriber, smiles: string): Promise<string> {
    return codeOrSmiles(await describeOne(describer, smiles));
  }

  it('rejects a molecule that traps, and only that', async () => {
    const describer = await create({ limits: { stackBytes: 64 * 1024 } });
    const first = describer.tools;
    expect(await smilesOf(describer, 'OCC')).to.equal('CCO');
    expect(await describeOne(describer, CHAIN)).to.deep.include({ code: 'WORKER_CRASHED' });
    expect(describer.tools).to.not.equal(first);
    expect(await smilesOf(describer, 'OCC')).to.equal('CCO');
  });

  it('rejects of several side by side only the one that traps', async () => {
    const describer = await create({ limits: { stackBytes: 64 * 1024 } });
    const tasks = ['OCC', CHAIN, 'NC', ENDLESS_CHAIN, 'C(C', 'OCC'].map((smiles, row) => ({ ...taskOf(smiles), row }));
    const results = await describer.describe(tasks, emptyResult(tasks.length, ALL));
    expect(results.map(codeOrSmiles)).to.deep.equal([
      'CCO',
      'WORKER_CRASHED',
      'CN',
      'WORKER_CRASHED',
      'SMILES_SYNTAX',
      'CCO',
    ]);
    expect(describer.tools.rdkit.isIntact()).to.equal(true);
  });

  it('says when it describes records once more: all of a group, and one that an earlier one may have spoilt', async () => {
    const describer = await create({ limits: { stackBytes: 64 * 1024 } });
    const told: (number | 'again')[] = [];
    const tracker = {
      begins: (row: number): void => {
        if (told.at(-1) !== row) told.push(row);
      },
      again: (): void => {
        told.push('again');
      },
    };
    const tasks = ['OCC', CHAIN].map((smiles, row) => ({ ...taskOf(smiles), row }));
    await describer.describe(tasks, emptyResult(tasks.length, ALL), tracker);
    expect(told.slice(-5)).to.deep.equal(['again', 0, 1, 'again', 1]);
  });

  it('rejects a chain that overflows the stack of the thread', async () => {
    const describer = await create();
    const result = await describeOne(describer, ENDLESS_CHAIN);
    expect(result).to.deep.equal({
      code: 'WORKER_CRASHED',
      message: 'RDKit crashed on this structure: Maximum call stack size exceeded',
    });
    expect(await smilesOf(describer, 'OCC')).to.equal('CCO');
  });

  it('describes long chains, large rings and large peptides', async () => {
    const describer = await create();
    const first = describer.tools;
    expect(await smilesOf(describer, CHAIN)).to.equal(CHAIN);
    expect(await smilesOf(describer, `C1${'C'.repeat(598)}1`)).to.match(/^C1C+1$/);
    expect(await smilesOf(describer, PEPTIDE)).to.match(/^NCC\(=O\)/);
    expect(describer.tools).to.equal(first);
  });

  it('does not blame a molecule for what an earlier one did to the instance', async () => {
    const describer = await create({ limits: { stackBytes: 64 * 1024 } });
    await smilesOf(describer, 'C');
    const { rdkit } = describer.tools;
    try {
      rdkit.module.get_mol(CHAIN)?.get_smiles();
    } catch (error) {
      // What an overflow overwrites may matter at once, or later.
      expect(error).to.be.an.instanceOf(Error);
    }
    expect(rdkit.isIntact()).to.equal(false);
    expect(await smilesOf(describer, 'OCC')).to.equal('CCO');
  });

  it('rejects a molecule that needs more memory than there may be', async () => {
    const describer = await create({ limits: { maxBytes: 18_000_000 } });
    expect(await smilesOf(describer, PEPTIDE)).to.equal('WORKER_CRASHED');
    expect(await smilesOf(describer, 'OCC')).to.equal('CCO');
  });

  it('replaces an instance that has grown beyond its bound', async () => {
    const describer = await create({ maxInstanceBytes: 17_000_000 });
    const first = describer.tools;
    await smilesOf(describer, 'C');
    expect(describer.tools).to.equal(first);
    await smilesOf(describer, PEPTIDE);
    expect(first.rdkit.memoryBytes()).to.be.greaterThan(17_000_000);
    expect(await smilesOf(describer, 'OCC')).to.equal('CCO');
    expect(describer.tools).to.not.equal(first);
    expect(describer.tools.rdkit.memoryBytes()).to.be.lessThan(17_000_000);
  });
});
