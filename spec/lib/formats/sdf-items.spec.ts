import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { itemsStart } from '../../../lib/formats/molblock.js';
import { readOrdinaryItems, readSdfItems } from '../../../lib/formats/read-sdf-items.js';
import { headerName, readItems } from '../../../lib/formats/sdf-items.js';
import { decodeText } from '../../../lib/formats/text.js';
import { split } from '../../support/records.js';
import { sharedFile } from '../../support/shared-data.js';

describe('data items of SDF', () => {
  it('knows a header by its form', () => {
    for (const [line, name] of [
      ['> <ID>', 'ID'],
      ['>  <ID>  (123)', 'ID'],
      ['><ID>', 'ID'],
      ['>\t<ID>', 'ID'],
      ['> 25 <MELTING.POINT> DT12 (EXT-1)', 'MELTING.POINT'],
      ['> DT12', 'DT12'],
      ['> 25 DT12 (EXT-1)', 'DT12'],
      ['>  <>', ''],
      ['>  <a name with blanks, $, . and -> >', 'a name with blanks, $, . and -> '],
      ['>  <A>B>', 'A>B'],
      ['>  <A<B>', 'A<B'],
    ] as const) {
      expect(headerName(line), line).to.equal(name);
    }
    for (const line of ['>10000', '>10 <20>', '> 5', '>', '', 'x > <ID>', ' > <ID>', '>= <5>']) {
      expect(headerName(line), line).to.equal(null);
    }
  });

  it('keeps the lines of a value, but for the blank lines that end it', () => {
    expect(readItems('> <A>\nx\n\n> <B>\ny\nz\n\n')).to.deep.equal([
      ['A', 'x'],
      ['B', 'y\nz'],
    ]);
    expect(readItems('> <A>\n>10000\n\n')).to.deep.equal([['A', '>10000']]);
    expect(readItems('> <A>\nx\n\ny\n  \nz\n\n> <B>\nb')).to.deep.equal([
      ['A', 'x\n\ny\n  \nz'],
      ['B', 'b'],
    ]);
    expect(readItems('> <A>\n\n> <B>\n> <C>\n\n\n')).to.deep.equal([
      ['A', ''],
      ['B', ''],
      ['C', ''],
    ]);
    expect(readItems('> <A>\n  x\t\n \n\n')).to.deep.equal([['A', '  x\t']]);
    expect(readItems('> <A>\n$$$$ 5\n\n $$$$\n')).to.deep.equal([['A', '$$$$ 5']]);
  });

  it('repeats a name as often as it comes', () => {
    expect(readItems('> <A>\n1\n\n> <B>\n2\n\n> <A>\n3\n\n')).to.deep.equal([
      ['A', '1'],
      ['B', '2'],
      ['A', '3'],
    ]);
  });

  it('lets sdf-parser read what is ordinary', () => {
    const text = '> <A>\n007\n\n>  <B c>  (12)\n1e5\n\n';
    expect(readOrdinaryItems(text)).to.deep.equal([
      ['A', '007'],
      ['B c', '1e5'],
    ]);
    expect(readOrdinaryItems(text)).to.deep.equal(readItems(text));
  });

  it('knows what sdf-parser cannot read exactly', () => {
    for (const text of [
      '> <A>\n>10000\n\n',
      '> <A>\n$$$$ 5\n\n',
      '> <A>\nx\n',
      '> <A>\n\n\n',
      '> <A>\nx\n\n\n',
      '> <A>\nx\n\n> <A>\ny\n\n',
      '> <__proto__>\nx\n\n',
      '> <constructor>\nx\n\n',
      '> <toString>\nx\n\n',
      '> <molfile>\nx\n\n',
      '> <7>\nx\n\n',
      '> DT12\nx\n\n',
      '> <A>B>\nx\n\n',
      '> <>\nx\n\n',
    ]) {
      expect(readOrdinaryItems(text), text).to.equal(null);
    }
    expect(({} as Record<string, unknown>).x).to.equal(undefined);
    expect(Object.keys(Object)).to.deep.equal([]);
    expect(readSdfItems('> <__proto__>\nx\n\n> <molfile>\ny\n\n')).to.deep.equal([
      ['__proto__', 'x'],
      ['molfile', 'y'],
    ]);
  });

  it('reads the sample as sdf-parser does, wherever that is exact', async () => {
    const compared = compare(await readFile('spec/fixtures/sample.sdf'));
    expect(compared).to.be.greaterThan(300);
  });

  it('reads real files as sdf-parser does, wherever that is exact', async function () {
    const compared = compare(await readFile(sharedFile(this, 'perf/rdkit/solubility.train.sdf')));
    expect(compared).to.equal(1025);
  });
});

/** Compares both readers on every ordinary record of the file; how many there were. */
function compare(content: Buffer): number {
  let compared = 0;
  for (const { raw } of split(content)) {
    const bytes = raw as Buffer;
    const { text } = decodeText(bytes.subarray(itemsStart(bytes)), null);
    const ordinary = readOrdinaryItems(text);
    if (ordinary === null) continue;
    compared += 1;
    expect(readItems(text)).to.deep.equal(ordinary);
  }
  return compared;
}
