import { expect } from 'chai';
import { csvLayout, split, splitEverywhere } from '../../support/records.js';

const layout = csvLayout(['smiles', 'name', 'note']);
const tsv = csvLayout(['smiles', 'name', 'note'], { format: 'tsv', delimiter: '\t' });

/** Fields of each row, or the code of its rejection. */
function rows(content: string | Buffer, options = { layout }): unknown[] {
  return splitEverywhere(content, options).map(({ fields, fault }) => fault?.code ?? fields);
}

const A = ['C', 'a', '1'];
const C = ['CCC', 'c', '3'];

describe('CsvSplitter', () => {
  it('reads rows with every line end, for every cut of the bytes', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const content = ['C,a,1', '"CC","b ""quoted"", with comma",2', 'CCC,c,3'].join(end);
      for (const text of [content, content + end]) {
        expect(rows(text)).to.deep.equal([A, ['CC', 'b "quoted", with comma', '2'], C]);
      }
    }
    expect(rows('C,a,1\r\nCC,b,2\nCCC,c,3\r')).to.deep.equal([A, ['CC', 'b', '2'], C]);
  });

  it('gives the place and the exact bytes of each row', () => {
    const content = Buffer.from('C,a,1\r\nCC,"two\r\nlines",2\r\nCCC,\xe9,3', 'latin1');
    const slices = splitEverywhere(content, { layout });
    expect(slices.map(({ offset, endOffset }) => [offset, endOffset])).to.deep.equal([
      [0, 7],
      [7, 26],
      [26, 33],
    ]);
    expect(slices.map(({ raw }) => Buffer.from(raw).toString('latin1'))).to.deep.equal([
      'C,a,1',
      'CC,"two\r\nlines",2',
      'CCC,\xe9,3',
    ]);
    expect(slices[1]?.fields).to.deep.equal(['CC', 'two\r\nlines', '2']);
  });

  it('passes over blank lines and comments', () => {
    expect(rows('# made by hand\n\nC,a,1\n\r\n  \n# more\nCCC,c,3\n\n')).to.deep.equal([A, C]);
  });

  it('rejects rows with a wrong number of columns', () => {
    expect(rows('C,a,1\nCC,b\nCC,b,2,4\nCCC,c,3\n')).to.deep.equal([A, 'ROW_SHAPE', 'ROW_SHAPE', C]);
    expect(rows('C,a,1,\nCCC,c,3,,,\n')).to.deep.equal([A, C]);
  });

  it('rejects the row of a quote that is never closed, and reads the rows after it', () => {
    expect(rows('C,a,1\nCC,"b,2\nCCC,c,3\n')).to.deep.equal([A, 'ROW_QUOTE', C]);
    expect(rows('C,a,1\nCC,"b,2\nCCC,"c",3')).to.deep.equal([A, 'ROW_QUOTE', C]);
    expect(rows('C,a,1\nCC,"b,2\nCCCC,d,"4"\nCCC,c,3\n')).to.deep.equal([A, 'ROW_QUOTE', ['CCCC', 'd', '4'], C]);
    expect(rows('C,a,1\nCC,"b"x,2\nCCC,c,3\n')).to.deep.equal([A, 'ROW_QUOTE', C]);
  });

  it('takes a quote within a field for a character', () => {
    expect(rows('C,a,1\nCC,5" disk,2\nCCC,c,3\n')).to.deep.equal([A, ['CC', '5" disk', '2'], C]);
  });

  it('takes quotes that cannot be right for characters in tsv', () => {
    const content = 'C\ta\t1\nCC\t"b\t2\nCC\t"x\ty"\t2\nCCC\tc\t3\n';
    expect(rows(content, { layout: tsv })).to.deep.equal(
      [A, ['CC', '"b', '2'], ['CC', 'x\ty', '2'], C].filter(Array.isArray),
    );
  });

  it('decodes rows that are not UTF-8 as Windows-1252, each for itself', () => {
    const content = Buffer.concat([Buffer.from('C,\u00e9,1\nCC,'), Buffer.from([0xe9, 0x80]), Buffer.from(',2\n')]);
    expect(rows(content)).to.deep.equal([
      ['C', '\u00e9', '1'],
      ['CC', '\u00e9\u20ac', '2'],
    ]);
    const greek = csvLayout(['smiles', 'name', 'note'], { encoding: 'iso-8859-7' });
    expect(rows(Buffer.from([0x43, 0x2c, 0xe1, 0x2c, 0x31]), { layout: greek })).to.deep.equal([['C', '\u03b1', '1']]);
  });

  it('rejects a row that is too large without holding it', () => {
    const content = `C,a,1\nCC,${'b'.repeat(200_000)},2\nCCC,c,3\n`;
    for (const size of [997, 65_536, 300_000]) {
      const cuts = Array.from({ length: Math.floor(content.length / size) }, (_, index) => (index + 1) * size);
      const slices = split(content, { layout, cuts, maxRecordBytes: 1000 });
      expect(slices.map(({ fields, fault }) => fault?.code ?? fields)).to.deep.equal([A, 'RECORD_TOO_LARGE', C]);
      expect(slices[1]?.raw.length).to.equal(65_536);
      expect(slices[1]?.fault?.message).to.include('200005 bytes long');
    }
  });

  it('takes a row of just the most bytes, wherever its line end is cut', () => {
    for (const quote of ['', '"']) {
      const name = `${quote}${'b'.repeat(99_990)}${quote}`;
      const row = `CC,${name},${'2'.repeat(100_000 - 4 - name.length)}`;
      for (const cut of [0, row.length, row.length + 1, row.length + 2]) {
        const slices = split(`${row}\r\nCCC,c,3\r\n`, { layout, cuts: [cut], maxRecordBytes: 100_000 });
        expect(slices.map(({ fault }) => fault)).to.deep.equal([null, null]);
        expect(slices[0]?.raw.length).to.equal(100_000);
      }
    }
  });

  it('rejects what is too large, also if it may be blank or a comment, however the bytes come', () => {
    for (const begin of ['#', ' ']) {
      const content = `C,a,1\n${begin.repeat(100_000)}\nCCC,c,3\n`;
      for (const cuts of [[], [50_000, 90_000]]) {
        const slices = split(content, { layout, cuts, maxRecordBytes: 1000 });
        expect(slices.map(({ fields, fault }) => fault?.code ?? fields)).to.deep.equal([A, 'RECORD_TOO_LARGE', C]);
      }
    }
  });

  it('gives up on an unclosed quote once a record cannot be so large', () => {
    const content = `C,a,1\nCC,"b,2\n${'CCC,c,3\n'.repeat(40_000)}`;
    const cuts = Array.from({ length: Math.floor(content.length / 5000) }, (_, index) => (index + 1) * 5000);
    const slices = split(content, { layout, cuts, maxRecordBytes: 1000 });
    expect(slices).to.have.length(40_002);
    expect(slices.filter(({ fault }) => fault !== null).map(({ fault }) => fault?.code)).to.deep.equal(['ROW_QUOTE']);
  });
});
