import { expect } from 'chai';
import { identify } from '../../../lib/formats/identity.js';
import { readRecord } from '../../../lib/formats/read-record.js';
import type { Slice } from '../../../lib/formats/slice.js';
import { entry, layoutOf, molblock, type SplitOptions, split, splitEverywhere } from '../../support/records.js';

const D = '$$$$\n';
const A = entry('A');
const C = entry('C');

function idsOf(slices: readonly Slice[]): (string | null)[] {
  return slices.map(({ raw, fields }) => identify(layoutOf(), raw as Buffer, fields).externalId);
}

function text({ raw }: Slice): string {
  return Buffer.from(raw).toString('latin1');
}

/** Splits, and checks that the first and the last record are A and C, untouched. */
function between(content: string, options: SplitOptions = {}): Slice[] {
  const slices = splitEverywhere(content, options);
  expect(text(slices[0] as Slice).trimEnd()).to.equal(A.trimEnd());
  expect(text(slices.at(-1) as Slice).trimEnd()).to.equal(C.trimEnd());
  for (const { raw } of [slices[0] as Slice, slices.at(-1) as Slice]) {
    expect(readRecord(layoutOf(), raw, null)).to.have.property('form', 'molblock');
  }
  return slices.slice(1, -1);
}

function codeOf(slice: Slice | undefined): string | undefined {
  if (slice?.fault) return slice.fault.code;
  const parsed = readRecord(layoutOf(), (slice as Slice).raw, null);
  return 'code' in parsed ? parsed.code : undefined;
}

describe('SdfSplitter', () => {
  it('gives each entry with its place, for every cut of the bytes', () => {
    const slices = splitEverywhere(`${A}${D}${C}${D}`);
    expect(slices.map(text)).to.deep.equal([A, C]);
    expect(slices.map(({ offset, endOffset }) => [offset, endOffset])).to.deep.equal([
      [0, A.length + 5],
      [A.length + 5, A.length + C.length + 10],
    ]);
    expect(slices.every(({ fault, warnings }) => fault === null && warnings.length === 0)).to.equal(true);
  });

  it('goes on from the end offset of any entry', () => {
    const bytes = Buffer.from(`${A}${D}${entry('B')}${C}${D}`);
    const [first, ...others] = split(bytes);
    const again = split(bytes.subarray(first?.endOffset));
    expect(again.map(text)).to.deep.equal(others.map(text));
  });

  it('takes a delimiter with white space behind it', () => {
    expect(idsOf(between(`${A}$$$$ \t \n${entry('B')}$$$$\t\n${C}${D}`))).to.deep.equal(['B']);
  });

  it('keeps dollars that are no delimiter', () => {
    const B = `${molblock('b')}> <PRICE>\n$$$$ 5\n5 $$$$\n$$$$$\n\n> <ID>\nB\n\n`;
    expect(between(`${A}${D}${B}${D}${C}${D}`).map(text)).to.deep.equal([B]);
  });

  it('takes a delimiter behind a blank for content, and what follows it for a missing delimiter', () => {
    const slices = between(`${A}${D}${entry('B')} ${D}${C}${D}`);
    expect(slices).to.have.length(1);
    expect(slices[0]?.warnings).to.deep.equal([{ code: 'DELIMITER_MISSING' }]);
    expect(idsOf(slices)).to.deep.equal(['B']);
    expect(readRecord(layoutOf(), (slices[0] as Slice).raw, null)).to.have.property('tagsJson', '{"ID":"B"}');
  });

  it('recovers both entries where a delimiter is missing', () => {
    const slices = between(`${A}${D}${entry('B')}${C}${D}`);
    expect(idsOf(slices)).to.deep.equal(['B']);
    expect(slices[0]?.warnings).to.deep.equal([{ code: 'DELIMITER_MISSING' }]);
  });

  it('recovers entries without tags where delimiters are missing', () => {
    const B = molblock('b');
    const slices = splitEverywhere(`${B}${B}${C}${D}`);
    expect(slices.map(text)).to.deep.equal([B, B, C]);
  });

  it('recovers an entry whose counts line has not its columns, and takes no mention of a version for one', () => {
    const loose = C.replace('  1  0  0  0  0  0  0  0  0  0999 V2000', '1 0 0 V2000');
    const B = `${molblock('b')}> <NOTE>\none\ntwo\nthree\nfour\n10 atoms V2000\n7 V3000\n`;
    expect(splitEverywhere(`${A}${D}${B}${D}${molblock('b')}${loose}${D}`).map(text)).to.deep.equal([
      A,
      B,
      molblock('b'),
      loose,
    ]);
  });

  it('cuts before an entry that has no title', () => {
    const untitled = molblock('');
    const slices = splitEverywhere(`${A}${untitled}${D}${C}${D}`);
    expect(slices.map(text)).to.deep.equal([A, untitled, C]);
  });

  it('recovers the next entry where the rest of one is missing, delimiter and all', () => {
    const B = molblock('b').split('\n').slice(0, 5).join('\n');
    const slices = between(`${A}${D}${B}\n${C}${D}`);
    expect(codeOf(slices[0])).to.equal('MOLBLOCK_UNTERMINATED');
  });

  it('keeps a molblock inside a data item', () => {
    const B = `${molblock('b')}> <MOL>\n${molblock('inner')}\n> <ID>\nB\n\n`;
    const slices = between(`${A}${D}${B}${D}${C}${D}`);
    expect(slices.map(text)).to.deep.equal([B]);
  });

  it('takes a delimiter without a blank line before it', () => {
    const B = `${molblock('b')}> <ID>\nB\n`;
    const slices = between(`${A}${D}${B}${D}${C}${D}`);
    expect(idsOf(slices)).to.deep.equal(['B']);
    expect(slices[0]?.warnings).to.deep.equal([]);
  });

  it('takes the last entry without delimiter, without line end', () => {
    for (const end of [C, C.trimEnd(), `${C}$$$$`, `${C}$$$$ `, `${C}${D}\n \n`, `${C}${D}\x1a`]) {
      const slices = splitEverywhere(`${A}${D}${end}`);
      expect(idsOf(slices)).to.deep.equal(['A', 'C']);
      expect(slices.map(({ fault }) => fault)).to.deep.equal([null, null]);
    }
  });

  it('rejects the last entry where its molblock is cut', () => {
    const slices = splitEverywhere(`${A}${D}${C.slice(0, 130)}`);
    expect(slices.map(({ fault }) => fault?.code)).to.deep.equal([undefined, 'TRUNCATED']);
  });

  it('rejects a molblock without M  END, and its neighbours stay whole', () => {
    const B = entry('B').replace('M  END\n', '');
    expect(between(`${A}${D}${B}${D}${C}${D}`).map(codeOf)).to.deep.equal(['MOLBLOCK_UNTERMINATED']);
  });

  it('rejects wrong counts, and its neighbours stay whole', () => {
    for (const [counts, code] of [
      ['  2  0', 'TRUNCATED'],
      ['  1  3', 'TRUNCATED'],
      [' ab  0', 'PARSE_FAILED'],
      ['  1  x', 'PARSE_FAILED'],
      ['  0  0', 'NO_STRUCTURE'],
    ] as const) {
      const B = entry('B').replace('  1  0', counts);
      expect(between(`${A}${D}${B}${D}${C}${D}`).map(codeOf), counts).to.deep.equal([code]);
    }
  });

  it('rejects or recovers an entry without a header line, never under another id', () => {
    for (const line of [0, 1, 2]) {
      const lines = entry('B').split('\n');
      lines.splice(line, 1);
      const delimited = between(`${A}${D}${lines.join('\n')}${D}${C}${D}`);
      expect(idsOf(delimited)).to.deep.equal(['B']);
      expect(delimited.map(codeOf)).to.deep.equal(['PARSE_FAILED']);
      const undelimited = splitEverywhere(`${A}${lines.join('\n')}${D}${C}${D}`);
      expect(idsOf(undelimited)).to.include.members(['A', 'C']);
      expect(text(undelimited.at(-1) as Slice)).to.equal(C);
    }
  });

  it('passes over blank lines between entries', () => {
    const slices = between(`${A}${D}\n\n \n${entry('B')}${D}\n\n\n\n${C}${D}`);
    expect(idsOf(slices)).to.deep.equal(['B']);
    expect(slices.map(codeOf)).to.deep.equal([undefined]);
  });

  it('gives an empty entry, which has no structure', () => {
    expect(between(`${A}${D}${D}${C}${D}`).map(codeOf)).to.deep.equal(['NO_STRUCTURE']);
    expect(between(`${A}${D}> <ID>\nB\n\n${D}${C}${D}`).map(codeOf)).to.deep.equal(['NO_STRUCTURE']);
    expect(between(`${A}${D}b\n\n\nM  END\n> <ID>\nB\n\n${D}${C}${D}`).map(codeOf)).to.deep.equal(['NO_STRUCTURE']);
  });

  it('reads CRLF, CR and mixed line ends like LF', () => {
    const content = `${A}${D}${entry('B')}${C}${D}`;
    const wanted = split(content).map((slice) => identify(layoutOf(), slice.raw as Buffer, null));
    const mix = (ends: readonly [string, string]): string => {
      let line = 0;
      return content.replaceAll('\n', () => ends[(line++ % 3) % 2] as string);
    };
    const others = [mix(['\r\n', '\r\n']), mix(['\r', '\r']), mix(['\n', '\r\n']), mix(['\r', '\r\n'])];
    for (const other of others) {
      const slices = splitEverywhere(other);
      expect(slices.map((slice) => identify(layoutOf(), slice.raw as Buffer, null))).to.deep.equal(wanted);
      expect(slices.map(codeOf)).to.deep.equal([undefined, undefined, undefined]);
    }
  });

  it('rejects an entry that is too large without holding it', () => {
    const B = `${molblock('b')}> <ID>\nB\n\n> <LONG>\n${'x'.repeat(3000)}\n\n`;
    const slices = between(`${A}${D}${B}${D}${C}${D}`, { maxRecordBytes: 600 });
    expect(slices.map(codeOf)).to.deep.equal(['RECORD_TOO_LARGE']);
    expect(slices[0]?.fault?.message)
      .to.include(`byte ${A.length + 5}`)
      .and.include(`${B.length} bytes long`);
    expect(text(slices[0] as Slice)).to.equal(B);
  });

  it('keeps the first 64 KiB of an entry that is too large, however the bytes come', () => {
    const B = `${molblock('b')}> <LONG>\n${'x\n'.repeat(100_000)}\n`;
    for (const size of [1000, 64 * 1024, 1_000_000]) {
      const content = `${A}${D}${B}${D}${C}${D}`;
      const cuts = Array.from({ length: Math.floor(content.length / size) }, (_, index) => (index + 1) * size);
      const slices = split(content, { maxRecordBytes: 10_000, cuts });
      expect(idsOf(slices)).to.deep.equal(['A', null, 'C']);
      expect(slices[1]?.raw.length).to.equal(65_536);
      expect(slices[1]?.endOffset).to.equal(A.length + B.length + 10);
      expect(slices[1]?.fault?.message).to.include(`${B.length} bytes long`);
    }
  });

  it('rejects an entry that is too large and ends with the input', () => {
    const B = `${molblock('b')}> <LONG>\n${'x\n'.repeat(50_000)}`;
    for (const cuts of [[], [1000, 80_000], [70_000, 90_000, 95_000]]) {
      const slices = split(`${A}${D}${B}`, { maxRecordBytes: 10_000, cuts });
      expect(slices.map(({ offset, endOffset, fault }) => [offset, endOffset, fault?.code])).to.deep.equal([
        [0, A.length + 5, undefined],
        [A.length + 5, A.length + 5 + B.length, 'RECORD_TOO_LARGE'],
      ]);
      expect(slices[1]?.fault?.message).to.include(`${B.length} bytes long`);
    }
  });

  it('gives the same where an entry that is too large lacks its delimiter, however the bytes come', () => {
    const long = `${molblock('b')}> <LONG>\n${'x\n'.repeat(50_000)}\n`;
    const content = `${A}${D}${long}${entry('lost')}${D}${C}${D}`;
    for (const size of [1000, 64 * 1024, 1_000_000]) {
      const cuts = Array.from({ length: Math.floor(content.length / size) }, (_, index) => (index + 1) * size);
      const slices = split(content, { maxRecordBytes: 10_000, cuts });
      expect(slices.map(({ offset, fault }) => [offset, fault?.code])).to.deep.equal([
        [0, undefined],
        [A.length + D.length, 'RECORD_TOO_LARGE'],
        [content.length - C.length - D.length, undefined],
      ]);
    }
  });

  it('takes off what the rejects sink added', () => {
    const added = '>  <REJECT_CODE>\nTRUNCATED\n\n>  <REJECT_STAGE>\nread\n\n>  <REJECT_MESSAGE>\nIt is cut\n\n';
    expect(between(`${A}${D}${entry('B')}${added}${D}${C}${D}`).map(text)).to.deep.equal([entry('B')]);
  });
});
