import { expect } from 'chai';
import { identify } from '../../../lib/formats/identity.js';
import { readRecord } from '../../../lib/formats/read-record.js';
import { csvLayout, layoutOf, molblock, split } from '../../support/records.js';

/** Each of these takes minutes where a reader goes back over what it has seen. */
describe('reading text that is made to be slow', () => {
  const smiles = layoutOf({ format: 'smiles', columns: ['SMILES', 'ID'], smilesColumn: 'SMILES', idTag: 'ID' });

  it('reads versions without end on one line', () => {
    const content = `${molblock('m')}> <X>\n${'V2000'.repeat(400_000)}\n\n$$$$\n`;
    expect(split(content, { maxRecordBytes: 16_000_000 })).to.have.length(1);
  });

  it('reads dollars and blanks without end', () => {
    const content = `${molblock('m')}> <X>\n${'$'.repeat(2_000_000)}\n$$$$${' '.repeat(1_000_000)}x\n$$$$\n`;
    const cuts = Array.from({ length: 45 }, (_, index) => (index + 1) * 65_536);
    expect(split(content, { maxRecordBytes: 16_000_000, cuts })).to.have.length(1);
  });

  it('looks for an id among headers without end', () => {
    const raw = Buffer.from(`${molblock('m')}> ${'<ID>'.repeat(500_000)}\n${'<ID>'.repeat(500_000)}\n\n`);
    expect(identify(layoutOf(), raw, null).externalId).to.equal(null);
    expect(readRecord(layoutOf(), raw, null)).to.have.property('form', 'molblock');
  });

  it('reads blanks without end behind a SMILES', () => {
    const line = Buffer.from(`CCO a${' '.repeat(1_000_000)}b |x|`);
    expect(readRecord(smiles, line, null)).to.include({ structure: 'CCO' });
    expect(identify(smiles, line, null).externalId).to.match(/^a +b/);
  });

  it('rejects what a hole in a file has left, and takes padding for nothing', () => {
    const hole = '\0'.repeat(1_000_000);
    const csv = csvLayout(['smiles', 'name']);
    for (const [layout, record] of [
      [layoutOf(), `${molblock('m')}$$$$\n`],
      [smiles, 'CCO a\n'],
      [csv, 'CCO,a\n'],
    ] as const) {
      expect(split(record + hole, { layout, maxRecordBytes: 16_000_000 }), layout.format).to.have.length(2);
      expect(split(`${record}${'\0'.repeat(1_000)}\x1a`, { layout }), layout.format).to.have.length(1);
    }
  });

  it('reads quotes that open in every row', () => {
    const layout = csvLayout(['smiles', 'name']);
    const slices = split('C,"a\n'.repeat(50_000), { layout, maxRecordBytes: 16_000_000 });
    expect(slices).to.have.length(50_000);
    expect(new Set(slices.map(({ fault }) => fault?.code))).to.deep.equal(new Set(['ROW_QUOTE']));
  });
});
