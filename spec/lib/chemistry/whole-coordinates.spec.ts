import type { MainModule } from '@rdkit/rdkit';
import { expect } from 'chai';
import { compileRdkit, loadRdkit } from '../../../lib/chemistry/rdkit.js';
import { withWholeCoordinates } from '../../../lib/chemistry/whole-coordinates.js';

type Place = readonly [symbol: string, x: number, y: number, z?: number, charge?: number];
type Bond = readonly [begin: number, end: number, order?: number, wedge?: number];

const END = 'M  END\n';

function drawn(places: readonly Place[], bonds: readonly Bond[], end = END): string {
  const columns = (width: number, ...values: readonly (number | string)[]): string =>
    values.map((value) => String(value).padStart(width)).join('');
  const number = (value: number): string => value.toFixed(4);
  return [
    '\n  spec\n',
    `${columns(3, places.length, bonds.length)}  0  0  0  0  0  0  0  0999 V2000`,
    ...places.map(
      ([symbol, x, y, z = 0, charge = 0]) =>
        `${columns(10, number(x), number(y), number(z))} ${symbol.padEnd(3)} 0${columns(3, charge)}  0  0`,
    ),
    ...bonds.map(([begin, end, order = 1, wedge = 0]) => columns(3, begin, end, order, wedge)),
    end,
  ].join('\n');
}

function scaled(places: readonly Place[], by: number): Place[] {
  return places.map(([symbol, x, y, z = 0, charge = 0]) => [symbol, x * by, y * by, z * by, charge]);
}

/** What no molblock may be made into where that changes what it means. */
function withoutPoints(molblock: string): string {
  return molblock.replace(/[ \d-]{5}\.\d{4}/g, (field) => field.replace('.', '').padStart(10));
}

function whole(molblock: string): string | null {
  const bytes = Buffer.from(molblock);
  const result = withWholeCoordinates(bytes);
  expect(bytes.toString(), 'what was handed over').to.equal(molblock);
  return result === bytes ? null : Buffer.from(result).toString();
}

/** An atom with a carbon, an oxygen and a fluorine around it, and a hydrogen that is not drawn; `z` of the atom. */
const around = (symbol: string, z: number): Place[] => [
  [symbol, 0, 0, z],
  ['C', 1.5, 0, 0],
  ['O', -0.75, 1.2, 0],
  ['F', -0.75, -1.2, 0.2],
];
const STAR: Bond[] = [
  [1, 2],
  [1, 3],
  [1, 4],
];
/** N-methylformanilide without its ring: a nitrogen with three neighbours in a plane, in a molecule that is not. */
const amide = (charge = 0): Place[] => [
  ['N', 0, 0, 0, charge],
  ['C', 1.4, 0, 0],
  ['C', -0.7, 1.2, 0],
  ['C', -0.7, -1.2, 0],
  ['O', 2, 1, 0],
  ['C', -1.4, -2.2, 0.9],
];
const AMIDE: Bond[] = [
  [1, 2],
  [1, 3],
  [1, 4],
  [2, 5, 2],
  [4, 6],
];

describe('coordinates as whole numbers', function () {
  this.timeout(30_000);
  let rdkit: MainModule;
  before(async () => {
    ({ module: rdkit } = await loadRdkit(await compileRdkit()));
  });

  function namesOf(molblock: string): [smiles: string, inchi: string] {
    const mol = rdkit.get_mol(molblock, '{"removeHs":true}')!;
    const names: [string, string] = [mol.get_smiles(), mol.get_inchi()];
    mol.delete();
    return names;
  }

  /** What RDKit makes of the molblock, which is to be scaled, and stay the same. */
  function expectSame(molblock: string): void {
    const result = whole(molblock);
    expect(result, molblock).to.be.a('string');
    expect(namesOf(result!)).to.deep.equal(namesOf(molblock));
  }

  it('takes the points out, and leaves all else as it is', () => {
    const places: Place[] = [
      ['C', -12.866, 0.25, 0],
      ['O', 123.4567, -0.0001, 0],
    ];
    const lines = whole(drawn(places, [[1, 2, 1, 1]]))!.split('\n');
    expect(lines.slice(4, 6).map((line) => line.slice(0, 30))).to.deep.equal([
      '   -128660     02500     00000',
      '   1234567    -00001     00000',
    ]);
    const before = drawn(places, [[1, 2, 1, 1]]).split('\n');
    const rest = (all: string[]): string[] => all.map((line, i) => (i === 4 || i === 5 ? line.slice(30) : line));
    expect(rest(lines)).to.deep.equal(rest(before));
  });

  it('means the same to RDKit and InChI, whatever the unit of a drawing', () => {
    const structures = [
      'C[C@H](N)C(=O)O',
      'C/C=C/[C@@H](O)/C=C\\C',
      'CC(=O)O[C@@H]1C[C@H]2CC[C@]1(C)C2(C)C',
      'C/C(=N\\O)c1ccccc1',
      'C[S@](=O)c1ccccc1',
      'OC[C@H]1O[C@@H](O)[C@H](O)[C@@H](O)[C@@H]1O',
      'F[P-](F)(F)(F)(F)F.[Na+]',
      'C[N@+](CC)(CCC)c1ccccc1',
    ];
    for (const smiles of structures) {
      for (const unit of [0.3, 1, 25]) {
        const mol = rdkit.get_mol(smiles)!;
        const lines = mol.get_new_coords().split('\n');
        mol.delete();
        const atoms = Number(lines[3]!.slice(0, 3));
        for (let i = 4; i < 4 + atoms; i++) {
          const [x, y] = [lines[i]!.slice(0, 10), lines[i]!.slice(10, 20)];
          lines[i] = [x, y].map((text) => (unit * Number(text)).toFixed(4).padStart(10)).join('') + lines[i]!.slice(20);
        }
        expectSame(lines.join('\n'));
      }
    }
  });

  it('leaves bonds alone that RDKit takes for nothing', () => {
    const places: Place[] = [
      ['C', 0, 0],
      ['C', 1.5, 0],
      ['C', 2.2, 1.3],
      ['C', -0.7, 1.3],
    ];
    const bonds: Bond[] = [
      [1, 2, 2],
      [2, 3],
      [1, 4],
    ];
    expectSame(drawn(places, bonds));
    const tiny = scaled(places, 0.01);
    expect(whole(drawn(tiny, bonds))).to.equal(null);
    expect(namesOf(drawn(tiny, bonds))).not.to.deep.equal(namesOf(drawn(scaled(tiny, 1e4), bonds)));
  });

  it('scales a centre in space, but none that RDKit may take for flat', () => {
    expectSame(drawn(around('C', 0.5), STAR));
    const flat = around('C', 0.08);
    expect(whole(drawn(flat, STAR))).to.equal(null);
    expect(namesOf(drawn(flat, STAR))).not.to.deep.equal(namesOf(drawn(scaled(flat, 1e4), STAR)));
  });

  it('asks of all volumes of a centre with four neighbours', () => {
    const places = around('C', 0.5);
    const bonds: Bond[] = [...STAR, [1, 5]];
    expectSame(drawn([...places, ['Cl', 0, 0, 2.2]], bonds));
    // In one plane with the atom and two of its neighbours.
    expect(whole(drawn([...places, ['Cl', 0.75, 1.2, -0.5]], bonds))).to.equal(null);
  });

  it('scales what is flat by its kind: trigonal carbon, the nitrogen of an amide', () => {
    expectSame(drawn(amide(), AMIDE));
    expectSame(drawn([...around('C', 0.01), ['O', 2, 1, 2]], [...STAR.slice(1), [1, 2, 2], [2, 5]]));
  });

  it('leaves that nitrogen alone where it may have a hydrogen and a charge', () => {
    expect(whole(drawn(amide(3), AMIDE))).to.equal(null);
    expect(whole(drawn(amide(), AMIDE, `M  CHG  1   1   1\n${END}`))).to.equal(null);
    expect(whole(drawn(amide(), AMIDE, `M  ISO  1   1  15\n${END}`))).to.be.a('string');
  });

  it('leaves all others that may be centres alone, and metals, and atoms with more than four neighbours', () => {
    expect(whole(drawn(around('N', 0.08), STAR))).to.equal(null);
    expect(whole(drawn(around('Fe', 0.5), STAR))).to.equal(null);
    const five: Place[] = [...around('P', 0.5), ['Cl', 0, 0, 2.2], ['Cl', 0, 0.3, -2]];
    expect(whole(drawn(five, [...STAR, [1, 5], [1, 6]]))).to.equal(null);
    // Beside carbon that is not saturated only nitrogen is flat, and beside sulphur not even that.
    const double: Bond[] = [...STAR, [2, 5, 2]];
    expect(whole(drawn([...around('C', 0.08), ['O', 2, 1, 0.5]], double))).to.equal(null);
    expect(whole(drawn([...around('N', 0.08), ['O', 2, 1, 0.5]], double))).to.be.a('string');
    const sulphur = around('N', 0.08).map(
      ([element, ...place]) => [element === 'C' ? 'S' : element, ...place] as const,
    );
    expect(whole(drawn([...sulphur, ['O', 2, 1, 0.5]], double))).to.equal(null);
    // Drawn on paper, none of them is a matter of size.
    for (const symbol of ['N', 'Fe']) {
      expectSame(
        drawn(
          around(symbol, 0).map(([element, x, y]) => [element, x, y] as const),
          STAR,
        ),
      );
    }
  });

  it('leaves that nitrogen, and aromatic carbon, alone where hydrogens are told of in another way', () => {
    for (const line of ['M  ZCH  1   1   1', 'M  HYD  1   1   1', 'M  RAD  1   1   2']) {
      expect(whole(drawn(amide(), AMIDE, `${line}\n${END}`)), line).to.equal(null);
    }
    expect(whole(drawn(amide(), AMIDE, `A    1\nN22\n${END}`)), 'an alias').to.be.a('string');
    const flat: Place[] = [...around('C', 0.08), ['O', 2, 1, 2]];
    for (const order of [2, 4]) {
      const bonds: Bond[] = [...STAR.slice(1), [1, 2, order], [2, 5]];
      expect(whole(drawn(flat, bonds)), `order ${order}`).to.be.a('string');
      expect(whole(drawn(flat, bonds, `M  HYD  1   1   1\n${END}`)), `order ${order}`).to.equal(null);
    }
  });

  it('takes no atom for unsaturated that has a dative bond', () => {
    const flat = around('C', 0.08);
    const dative: Bond[] = [...STAR.slice(1), [2, 1, 9]];
    expect(whole(drawn(flat, dative))).to.equal(null);
    expect(namesOf(drawn(flat, dative))).not.to.deep.equal(namesOf(withoutPoints(drawn(flat, dative))));
  });

  it('leaves a wedged centre alone of which two bonds lie one on the other: RDKit orders them by rounding', () => {
    const places: Place[] = [
      ['Si', 1.7, 1.7],
      ['Br', 2.7, 1.2],
      ['Cl', 1.2, 1.2],
      ['F', 2.7, 0.7],
      ['H', 2.7, 0.7],
    ];
    const bonds: Bond[] = [
      [1, 2, 1, 6],
      [3, 1, 1, 6],
      [4, 1],
      [1, 5, 1, 6],
    ];
    expect(whole(drawn(places, bonds))).to.equal(null);
    expect(namesOf(drawn(places, bonds))).not.to.deep.equal(namesOf(withoutPoints(drawn(places, bonds))));
    const apart = places.map((place, i): Place => (i === 4 ? ['H', 1.7, 3] : place));
    expectSame(drawn(apart, bonds));
  });

  it('leaves double bonds alone on which another bond lies, and those in space that are neither cis nor trans', () => {
    const bonds: Bond[] = [
      [1, 2, 2],
      [1, 3],
      [1, 4],
      [2, 5],
      [2, 6],
    ];
    const overlapping: Place[] = [
      ['C', -7.7, -7.7],
      ['C', -1.1, -14.3],
      ['C', -11, -4.4],
      ['F', -4.4, -11],
      ['O', -1.1, -20.9],
      ['Br', -4.4, -14.3],
    ];
    const across: Place[] = [
      ['C', 0.1, 0.1, 0.1],
      ['C', 0.1, -1.1, 1.3],
      ['C', -1.1, -2.3, 2.5],
      ['Cl', 0.1, -1.1, -1.1],
      ['O', 0.1, 0.1, 2.5],
      ['Br', -1.1, -3.5, 2.5],
    ];
    for (const places of [overlapping, across]) {
      expect(whole(drawn(places, bonds))).to.equal(null);
      expect(namesOf(drawn(places, bonds))).not.to.deep.equal(namesOf(withoutPoints(drawn(places, bonds))));
    }
    expectSame(drawn([...overlapping.slice(0, 3), ['F', -7.7, -1], ...overlapping.slice(4)], bonds));
    const planar: Place[] = [
      ['C', 0, 0, 0],
      ['C', 1.3, 0, 0.3],
      ['C', -0.7, 1.2, 0.1],
      ['Cl', -0.7, -1.2, -0.2],
      ['O', 2, 1.2, 0.5],
      ['Br', 2, -1.2, 0.2],
    ];
    expectSame(drawn(planar, bonds));
  });

  it('leaves wedges alone that may make an atropisomer whose bonds are in line', () => {
    const places: Place[] = [
      ['C', 0, 0],
      ['C', 1.4, 0],
      ['O', -0.7, 1.2],
      ['F', -0.7, -1.2],
      ['N', 2.8, 0],
      ['Br', 2.1, 1.2],
    ];
    const bonds = (wedge: number): Bond[] => [
      [1, 2],
      [1, 3, 2],
      [1, 4, 1, wedge],
      [2, 5, 2],
      [2, 6],
    ];
    expect(whole(drawn(places, bonds(1)))).to.equal(null);
    expectSame(drawn(places, bonds(0)));
    const bent = places.map((place, i): Place => (i === 4 ? ['N', 2.1, -1.2] : place));
    expectSame(drawn(bent, bonds(6)));
    // Of a saturated carbon, which has a fourth neighbour unless it is charged.
    const saturated = bonds(1).map((bond): Bond => (bond[1] === 3 ? [1, 3] : bond));
    expectSame(drawn(places, saturated));
    expect(whole(drawn(places, saturated, `M  CHG  1   1   1\n${END}`))).to.equal(null);
    // In space RDKit projects them, and twice as much may be in line.
    const risen = bent.map(([symbol, x, y], i): Place => [symbol, x, y, i > 3 ? 0.6 * y : 0.1 * i]);
    expect(whole(drawn(risen, bonds(1)))).to.equal(null);
    expectSame(drawn(risen, bonds(0)));
  });

  it('reads no wedge from the next line where a bond ends before it', () => {
    const straight = Array.from({ length: 12 }, (_, i): Place => ['N', 1.4 * i, 0]);
    const chain = Array.from({ length: 11 }, (_, i): Bond => [i + 1, i + 2]);
    const molblock = drawn(straight, chain);
    expect(whole(molblock.replace(/^((?: {2}\d| 1\d){2} {2}1) {2}0$/gm, '$1'))).to.be.a('string');
    expect(whole(molblock.replace('  9 10  1  0', '  9 10  1  1'))).to.equal(null);
  });

  it('leaves what is a hair out of its plane alone', () => {
    const hair = amide().map(([element, x, y]) => [element, x, y, 0.0002] as const);
    expect(whole(drawn(hair, AMIDE))).to.equal(null);
  });

  it('finds a symbol wherever it stands in its columns', () => {
    const right = drawn(around('C', 0.5), STAR).replaceAll(/ ([COF]) {2} 0/g, '   $1 0');
    expect(right).to.contain('   C 0');
    expectSame(right);
  });

  for (const [what, from, to] of [
    ['without a point', '    1.5000', '        15'],
    ['with three decimals', '    1.5000', '    1.500 '],
    ['with more', '    1.5000', '   1.50000'],
    ['with an exponent', '    1.5000', '    1.5E+0'],
    ['that is blank', '    1.5000', '          '],
    ['with a blank within', '    1.5000', '  - 1.5000'],
    ['without digits before its point', '    1.5000', '     .5000'],
  ] as const) {
    it(`leaves a molblock with a coordinate ${what} as it is`, () => {
      const molblock = drawn(around('C', 0.5), STAR);
      expect(molblock).to.contain(from);
      expect(whole(molblock.replace(from, to))).to.equal(null);
    });
  }

  it('leaves V3000, tables that are cut off, and bonds of atoms that are not there as they are', () => {
    const molblock = drawn(around('C', 0.5), STAR);
    expect(whole(molblock.replace('V2000', 'V3000'))).to.equal(null);
    expect(whole(molblock.replace('  4  3', ' 40  3'))).to.equal(null);
    expect(whole(molblock.replace('  1  4  1', '  1  7  1'))).to.equal(null);
    expect(whole(molblock.replace('  1  4  1', '  1  0  1'))).to.equal(null);
  });
});
