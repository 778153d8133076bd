import { expect } from 'chai';
import { writeRejectsLine } from '../../../lib/formats/rejects-line.js';
import type { Layout, Rejection } from '../../../lib/types.js';
import { csvLayout, inputOf, layoutOf, split } from '../../support/records.js';

function lineOf(layout: Layout, raw: string, others: Partial<Rejection> = {}): string {
  return writeRejectsLine({
    kind: 'rejection',
    input: inputOf(layout),
    ordinal: 0,
    byteOffset: 0,
    endOffset: 0,
    raw: Buffer.from(raw),
    contentHash: '',
    externalId: null,
    recordKey: '',
    stage: 'describe',
    code: 'SMILES_SYNTAX',
    message: 'no SMILES',
    warnings: [],
    ...others,
  });
}

describe('RejectsSplitter', () => {
  const layout = layoutOf({ format: 'rejects' });
  const tsv = csvLayout(['smiles', 'name'], { format: 'tsv', delimiter: '\t' });

  it('gives the fields of a row as they were read first', () => {
    const rows = ['Q\t"not closed', '"Q"\t"a ""name"""', '"Q"\t"two\nlines"', 'Q\ta "b"'];
    for (const raw of rows) {
      const [first] = split(`${raw}\nC\tD\n`, { layout: tsv });
      const [again] = split(lineOf(tsv, raw), { layout });
      expect(Buffer.from(again?.raw ?? []).toString()).to.equal(raw);
      expect(again).to.deep.include({ fault: null, fields: first?.fields, layout: tsv });
    }
  });

  it('gives a line that was itself rejected as it was, not wrapped once more', () => {
    const [first] = split('no rejection\n', { layout });
    const { code, message } = first!.fault!;
    const line = lineOf(layout, 'no rejection', { stage: 'read', code, message });
    const [again] = split(line, { layout });
    expect(Buffer.from(again!.raw).toString()).to.equal('no rejection');
    expect(again?.fault).to.deep.equal(first?.fault);
  });

  it('gives the last record where its line has no end, and rejects a line that is too large', () => {
    const short = lineOf(tsv, 'C\tD');
    const long = lineOf(tsv, `C\t${'D'.repeat(2_000_000)}`);
    const slices = split(long + short.trimEnd(), { layout, maxRecordBytes: 1000 });
    expect(slices.map(({ fault }) => fault?.code)).to.deep.equal(['RECORD_TOO_LARGE', undefined]);
    expect(slices[1]).to.deep.include({ fields: ['C', 'D'], endOffset: Buffer.byteLength(long + short) - 1 });
  });

  it('rejects lines that do not say how their record is to be read', () => {
    const good = lineOf(tsv, 'C\tD');
    for (const [from, to] of [
      ['"columns":["smiles","name"]', '"columns":5'],
      ['"encoding":null', '"encoding":"of my own"'],
      ['"format":"tsv"', '"format":"xyz"'],
      ['"idTag":null,', ''],
    ] as const) {
      const bad = good.replace(from, to);
      expect(bad).not.to.equal(good);
      expect(split(bad + good, { layout }).map(({ fault }) => fault?.code)).to.deep.equal(['PARSE_FAILED', undefined]);
    }
  });
});
