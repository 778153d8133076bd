import { expect } from 'chai';
import { AtomFlag, BondFlag, BondType } from '../../../../lib/chemistry/descriptors/graph.js';
import {
  computeDescriptors,
  createGraph,
  decodePickle,
  PICKLE_VERSION,
} from '../../../../lib/chemistry/descriptors/kernel.js';
import { fixtureLines, graphOf, pickleOf } from './support.js';

describe('decoding a pickle', function () {
  this.timeout(20_000);
  it('knows the version that this RDKit writes', async () => {
    const bytes = await pickleOf('CCO');
    const numbers = new DataView(bytes.buffer, bytes.byteOffset);
    expect([8, 12, 16].map((at) => numbers.getInt32(at, true))).to.deep.equal([...PICKLE_VERSION]);
  });

  for (const [part, at] of [
    ['major', 8],
    ['minor', 12],
    ['patch', 16],
  ] as const) {
    it(`refuses another ${part} version`, async () => {
      const bytes = await pickleOf('CCO');
      bytes[at]! += 1;
      expect(decodePickle(bytes, createGraph())).to.equal(false);
    });
  }

  it('refuses what was cut anywhere, and what goes on after its end', async () => {
    const graph = createGraph();
    for (const smiles of ['OC(=O)c1ccccc1[C@H](F)Cl', 'NCC(=O)'.repeat(70), '[CH3:7]*']) {
      const bytes = await pickleOf(smiles);
      for (let length = 0; length < bytes.length; length++) {
        expect(decodePickle(bytes.subarray(0, length), graph), `${length} of ${bytes.length}`).to.equal(false);
      }
      expect(decodePickle(Uint8Array.from([...bytes, 0]), graph)).to.equal(false);
      expect(decodePickle(bytes, graph)).to.equal(true);
    }
  });

  it('neither throws nor hangs on bytes that were changed', async () => {
    const graph = createGraph();
    const values = new Float64Array(43);
    for (const smiles of ['OC(=O)c1ccccc1[C@H](F)Cl', 'C1CC2CCC1C2', '[1*]CC[300*]']) {
      const bytes = await pickleOf(smiles);
      for (let at = 0; at < bytes.length; at++) {
        for (const mask of [1, 0x10, 0x80, 0xff]) {
          bytes[at]! ^= mask;
          if (decodePickle(bytes, graph)) computeDescriptors(graph, values, 0);
          bytes[at]! ^= mask;
        }
      }
    }
  });

  it('reads atoms and bonds as RDKit has them', async () => {
    const graph = await graphOf('[13CH3:300][C@H](F)[N+](C)(C)CC(=O)[O-].[OH].[CH2]');
    const { atomCount } = graph;
    expect([...graph.element.subarray(0, atomCount)]).to.deep.equal([6, 6, 9, 7, 6, 6, 6, 6, 8, 8, 8, 6]);
    expect([...graph.charge.subarray(0, atomCount)]).to.deep.equal([0, 0, 0, 1, 0, 0, 0, 0, 0, -1, 0, 0]);
    expect([...graph.isotope.subarray(0, 2)]).to.deep.equal([13, 0]);
    expect([...graph.totalHs.subarray(0, atomCount)]).to.deep.equal([3, 1, 0, 0, 3, 3, 2, 0, 0, 0, 1, 2]);
    expect([...graph.explicitHs.subarray(0, 2)]).to.deep.equal([3, 1]);
    expect([...graph.implicitHs.subarray(0, 5)]).to.deep.equal([0, 0, 0, 0, 3]);
    expect([...graph.radicals.subarray(10, 12)]).to.deep.equal([1, 2]);
    expect(graph.chiralTag[1]).to.be.oneOf([1, 2]);
    expect([...graph.possibleStereo.subarray(0, 4)]).to.deep.equal([0, 1, 0, 0]);
    expect([...graph.degree.subarray(0, 4)]).to.deep.equal([1, 3, 1, 4]);
    expect(graph.bondType[graph.bondBetween(7, 8)]).to.equal(BondType.double);
    expect(graph.bondFlags[graph.bondBetween(7, 8)]! & BondFlag.conjugated).to.not.equal(0);
    expect(graph.bondBetween(0, 2)).to.equal(-1);
  });

  it('reads rings, and marks their atoms and bonds', async () => {
    const graph = await graphOf('C1CC1c1ccccc1C');
    expect(graph.ringCount).to.equal(2);
    const [, second] = graph.ringStarts;
    expect([...graph.ringStarts.subarray(0, 3)]).to.deep.equal([0, second, 9]);
    expect([...graph.atomInRing.subarray(0, 10)]).to.deep.equal([3, 3, 3, 1, 1, 1, 1, 1, 1, 0]);
    expect(graph.bondInRing[graph.bondBetween(2, 3)]).to.equal(0);
    expect(graph.atomFlags[3]! & AtomFlag.aromatic).to.not.equal(0);
    for (let k = 0; k < 9; k++) {
      const next = graph.ringAtoms[k + 1 === second ? 0 : k + 1 === 9 ? second! : k + 1]!;
      expect(graph.ringBonds[k]).to.equal(graph.bondBetween(graph.ringAtoms[k]!, next));
    }
  });

  it('has no rings through dative bonds', async () => {
    const graph = await graphOf('C1CN->[Cu]<-N1');
    expect(graph.ringCount).to.equal(0);
    expect(graph.bondType[2]).to.equal(BondType.dative);
  });

  it('leaves nothing of a molecule in the next', async () => {
    const graph = createGraph();
    const values = new Float64Array(43);
    const all = await Promise.all(fixtureLines('molecules.smi').slice(0, 150).map(pickleOf));
    const alone = all.map((bytes) => {
      const own = new Float64Array(43);
      decodePickle(bytes, graph);
      computeDescriptors(graph, own, 0);
      return own;
    });
    decodePickle(await pickleOf('C1CC2CCC1C2.[13CH3][C@H](F)Cl.[O-][n+]1ccccc1'.repeat(1)), graph);
    computeDescriptors(graph, values, 0);
    for (let i = all.length - 1; i >= 0; i--) {
      const fresh = createGraph();
      expect(decodePickle(all[i]!, fresh)).to.equal(true);
      computeDescriptors(fresh, values, 0);
      expect([...values]).to.deep.equal([...alone[i]!]);
    }
  });

  it('writes from the index it is given, and nothing else', async () => {
    const graph = await graphOf('CCO');
    const own = new Float64Array(43);
    const many = new Float64Array(3 * 43).fill(-1);
    computeDescriptors(graph, own, 0);
    computeDescriptors(graph, many, 43);
    expect([...many.subarray(43, 86)]).to.deep.equal([...own]);
    expect(new Set([...many.subarray(0, 43), ...many.subarray(86)])).to.deep.equal(new Set([-1]));
  });

  it('leaves recursive queries to RDKit', async () => {
    const block = [
      'recursive',
      '  molstream',
      '',
      '  2  1  0  0  0  0            999 V2000',
      '    0.0000    0.0000    0.0000 C   0  0  0  0  0  0  0  0  0  0  0  0',
      '    1.2000    0.0000    0.0000 N   0  0  0  0  0  0  0  0  0  0  0  0',
      '  1  2  1  0  0  0  0',
      'M  MRV SMA   2 [#7;A;$([N]C)]',
      'M  END',
      '',
    ].join('\n');
    expect(decodePickle(await pickleOf(block), createGraph())).to.equal(false);
  });
});
