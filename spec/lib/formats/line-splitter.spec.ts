import { expect } from 'chai';
import type { Slice } from '../../../lib/formats/slice.js';
import { layoutOf, split, splitEverywhere } from '../../support/records.js';

const layout = layoutOf({ format: 'smiles', columns: ['column1'], smilesColumn: 'column1' });

function lines(content: string): string[] {
  return splitEverywhere(content, { layout }).map(({ raw }) => Buffer.from(raw).toString());
}

describe('LineSplitter', () => {
  it('gives each line with its place, for every cut of the bytes and every line end', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const slices = splitEverywhere(['CCO a', 'CCC b', 'C'].join(end), { layout });
      const places = slices.map(({ raw, offset, endOffset }) => [Buffer.from(raw).toString(), offset, endOffset]);
      const width = 5 + end.length;
      expect(places).to.deep.equal([
        ['CCO a', 0, width],
        ['CCC b', width, 2 * width],
        ['C', 2 * width, 2 * width + 1],
      ]);
      expect(lines(`CCO a${end}C${end}`)).to.deep.equal(['CCO a', 'C']);
    }
    expect(lines('C\nCC\r\nCCC\rCCCC\n')).to.deep.equal(['C', 'CC', 'CCC', 'CCCC']);
  });

  it('passes over blank lines and comments', () => {
    expect(lines('# made by hand\n\nC\n   \n#CC\n\t\r\n\r\nCCC\n\n')).to.deep.equal(['C', 'CCC']);
    expect(lines('')).to.deep.equal([]);
  });

  it('takes a line of just the most bytes, wherever its line end is cut', () => {
    const line = 'C'.repeat(100_000);
    for (const cut of [0, line.length, line.length + 1, line.length + 2]) {
      const slices = split(`${line}\r\nCCC\r\n`, { layout, cuts: [cut], maxRecordBytes: 100_000 });
      expect(slices.map(({ fault }) => fault)).to.deep.equal([null, null]);
      expect(slices[0]?.raw.length).to.equal(100_000);
    }
  });

  it('loses no line that is too large for its blank beginning', () => {
    const content = `CC\n${' '.repeat(100_000)}CCC\nCCCC\n`;
    for (const cuts of [[], [50_000, 90_000]]) {
      const slices = split(content, { layout, cuts, maxRecordBytes: 1000 });
      expect(slices.map(({ fault }) => fault?.code)).to.deep.equal([undefined, 'RECORD_TOO_LARGE', undefined]);
    }
  });

  it('rejects a line that is too large without holding it', () => {
    const content = `CC\n${'C'.repeat(200_000)}\r\nCCC\n`;
    for (const size of [997, 65_536, 300_000]) {
      const cuts = Array.from({ length: Math.floor(content.length / size) }, (_, index) => (index + 1) * size);
      const slices = split(content, { layout, cuts, maxRecordBytes: 1000 });
      const [, large, last] = slices as [Slice, Slice, Slice];
      expect(slices).to.have.length(3);
      expect(large.fault?.code).to.equal('RECORD_TOO_LARGE');
      expect(large.fault?.message).to.include('byte 3 ').and.include('200000 bytes long');
      expect(large.raw.length).to.equal(65_536);
      expect([large.endOffset, Buffer.from(last.raw).toString()]).to.deep.equal([200_005, 'CCC']);
    }
  });
});
