import { expect } from 'chai';
import {
  compileRdkit,
  isAlive,
  isRdkitException,
  loadRdkit,
  toolkitVersion,
  type WasmModule,
} from '../../../lib/chemistry/rdkit.js';

/** What the build of RDKit gives itself. */
const SMALL_STACK = 64 * 1024;

describe('loading RDKit', function () {
  this.timeout(60_000);
  let wasm: WasmModule;
  before(async () => {
    wasm = await compileRdkit();
  });

  it('makes instances of one compiled module that share nothing', async () => {
    const [one, other] = await Promise.all([loadRdkit(wasm), loadRdkit(wasm)]);
    one.module.get_mol('C[N](C)(C)(C)C');
    expect(one.log.get_buffer()).to.include('Explicit valence');
    expect(other.log.get_buffer()).to.equal('');
    expect(isAlive(one)).to.equal(true);
  });

  it('knows the version without loading it', async () => {
    const { module } = await loadRdkit(wasm);
    const [year, month, patch] = module.version().split('.').map(Number);
    expect(toolkitVersion()).to.equal(`RDKit ${year}.${month}.${patch}`);
  });

  it('tells an exception of RDKit from a trap', async () => {
    const { module } = await loadRdkit(wasm);
    const mol = module.get_mol('CC');
    expect(() => mol?.get_morgan_fp_as_uint8array('{not json'))
      .to.throw()
      .that.satisfies(isRdkitException);
    expect(isRdkitException(new RangeError('Maximum call stack size exceeded'))).to.equal(false);
    mol?.delete();
  });

  it('shows how its memory grows', async () => {
    const { module, memoryBytes } = await loadRdkit(wasm);
    const before = memoryBytes();
    const mols = Array.from({ length: 300 }, () => module.get_mol('NCC(=O)'.repeat(50)));
    expect(memoryBytes()).to.be.greaterThan(before);
    for (const mol of mols) mol?.delete();
  });

  it('does not exceed the memory that it may have', async () => {
    const maxBytes = 20_000_000;
    const { module, memoryBytes, isIntact } = await loadRdkit(wasm, { maxBytes });
    const mol = module.get_mol('NCC(=O)'.repeat(50));
    expect(isIntact()).to.equal(true);
    mol?.delete();
    // Leaks what it makes, until nothing is left.
    for (let i = 0; i < 300 && isIntact(); i++) module.get_mol('NCC(=O)'.repeat(50));
    expect(isIntact()).to.equal(false);
    expect(memoryBytes()).to.be.at.most(maxBytes);
  });

  it('has a stack for chains that overflow the stack of its build', async () => {
    const chain = 'C'.repeat(640);
    const rdkit = await loadRdkit(wasm);
    const mol = rdkit.module.get_mol(chain);
    expect(mol?.get_smiles()).to.equal(chain);
    expect(rdkit.isIntact()).to.equal(true);
    mol?.delete();

    const small = await loadRdkit(wasm, { stackBytes: SMALL_STACK });
    try {
      small.module.get_mol(chain)?.get_smiles();
    } catch (error) {
      // What an overflow overwrites may matter at once, or later.
      expect(error).to.be.an.instanceOf(Error);
    }
    expect(small.isIntact()).to.equal(false);
    expect(isAlive(small)).to.equal(false);
  });
});
