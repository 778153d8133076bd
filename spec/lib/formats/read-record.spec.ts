import { expect } from 'chai';
import { type ParsedRecord, readRecord } from '../../../lib/formats/read-record.js';
import { readTags } from '../../../lib/formats/tags.js';
import type { Layout } from '../../../lib/types.js';
import { csvLayout, layoutOf, molblock } from '../../support/records.js';

function read(
  content: string | Buffer,
  layout: Layout = layoutOf(),
  fields: readonly string[] | null = null,
): ParsedRecord {
  const parsed = readRecord(layout, Buffer.from(content), fields);
  if ('code' in parsed) throw new Error(`${parsed.code}: ${parsed.message}`);
  return parsed;
}

function codeOf(
  content: string | Buffer,
  layout: Layout = layoutOf(),
  fields: readonly string[] | null = null,
): string {
  const parsed = readRecord(layout, Buffer.from(content), fields);
  return 'code' in parsed ? parsed.code : 'none';
}

describe('readRecord of SDF', () => {
  it('gives the molblock up to M  END, the title and the tags', () => {
    const parsed = read(`${molblock('methane')}> <ID>\n007\n\n> <N>\n1\n\n`);
    expect(Buffer.from(parsed.structure as Uint8Array).toString()).to.equal(molblock('methane'));
    expect(parsed).to.include({ form: 'molblock', name: 'methane', tagsJson: '{"ID":"007","N":"1"}' });
    expect(parsed.warnings).to.deep.equal([]);
  });

  it('gives the molblock with LF, whatever ends its lines', () => {
    for (const end of ['\r\n', '\r']) {
      const parsed = read(`${molblock('m')}> <ID>\nx\ny\n\n`.replaceAll('\n', end));
      expect(Buffer.from(parsed.structure as Uint8Array).toString()).to.equal(molblock('m'));
      expect(parsed.tagsJson).to.equal('{"ID":"x\\ny"}');
    }
  });

  it('takes no title for the end of the molblock, nor for a data header', () => {
    for (const title of ['behind its M  END', 'M  END of it', 'yield > <50>', 'M  ENDS']) {
      const parsed = read(`${molblock(title)}> <ID>\n1\n\n`);
      expect(Buffer.from(parsed.structure as Uint8Array).toString()).to.equal(molblock(title));
      expect(parsed).to.include({ name: title, tagsJson: '{"ID":"1"}' });
    }
  });

  it('gives the molblock without the aliases that follow its bonds', () => {
    const given = (properties: string): string => {
      const text = molblock('A  ').replace('M  END', `${properties}M  END`);
      return Buffer.from(read(text).structure as Uint8Array).toString();
    };
    const without = (properties: string): string => molblock('A  ').replace('M  END', `${properties}M  END`);
    expect(given('A    1\nC4\nA    1\nA  \n')).to.equal(molblock('A  '));
    expect(given('A    1\n\nM  ISO  1   1  13\n')).to.equal(without('M  ISO  1   1  13\n'));
    for (const left of ['M  ISO  1   1  13\nA    1\nC4\n', 'A    2\nC4\n', 'A    0\nC4\n', 'A   \nC4\n', 'A    1\n']) {
      expect(given(left)).to.equal(without(left));
    }
  });

  it('takes the name from a tag where there is one', () => {
    const layout = layoutOf({ nameTag: 'NAME' });
    expect(read(`${molblock('t')}> <NAME>\n Aspirin \n\n`, layout).name).to.equal('Aspirin');
    expect(read(molblock('t'), layout).name).to.equal(null);
    expect(read(molblock('')).name).to.equal(null);
  });

  it('says why a frame is no molblock', () => {
    const cut = molblock('b').replace('M  END\n', '');
    expect(codeOf('')).to.equal('NO_STRUCTURE');
    expect(codeOf('\n\n\n')).to.equal('NO_STRUCTURE');
    expect(codeOf('title\n\n\n> <ID>\n1\n\n')).to.equal('NO_STRUCTURE');
    expect(codeOf(cut)).to.equal('MOLBLOCK_UNTERMINATED');
    expect(codeOf(`${cut}> <ID>\n1\n\n`)).to.equal('MOLBLOCK_UNTERMINATED');
    expect(codeOf(`${cut}> <MOL>\n${molblock('inner')}\n`)).to.equal('MOLBLOCK_UNTERMINATED');
    expect(codeOf(molblock('b').replace('  1  0', '  1  2'))).to.equal('TRUNCATED');
    expect(codeOf(molblock('b').replace('  1  0', '  a  0'))).to.equal('PARSE_FAILED');
    expect(codeOf(molblock('b').replace('  1  0', '  0  0'))).to.equal('NO_STRUCTURE');
    expect(codeOf(molblock('b').replace('C  ', 'C\0 '))).to.equal('PARSE_FAILED');
  });

  it('finds bonds that the counts line leaves out', () => {
    const more = molblock('b').replace('M  END', '  1  1  1  0\nM  END');
    expect(codeOf(more)).to.equal('PARSE_FAILED');
  });

  it('leaves the counts of V3000 to the toolkit', () => {
    const lines = ['v3', '', '', '  0  0  0     0  0            999 V3000', 'M  V30 BEGIN CTAB', 'M  END', ''];
    expect(codeOf(lines.join('\n'))).to.equal('none');
  });

  it('decodes a record that is not UTF-8 as Windows-1252, and says so', () => {
    const bytes = Buffer.from(`${molblock('caf\xe9')}> <NOTE>\n\x80 5\n\n`, 'latin1');
    const parsed = read(bytes);
    expect(parsed.name).to.equal('caf\u00e9');
    expect(parsed.tagsJson).to.equal('{"NOTE":"\u20ac 5"}');
    expect(parsed.warnings.map(({ code }) => code)).to.deep.equal(['ENCODING_GUESSED']);
    expect(read(bytes, layoutOf({ encoding: 'iso-8859-5' })).name).to.equal('caf\u0449');
    expect(read(bytes, layoutOf({ encoding: 'iso-8859-5' })).warnings).to.deep.equal([]);
  });

  it('decodes UTF-8 without a warning', () => {
    const parsed = read(`${molblock('caf\u00e9')}> <\u03b1>\n\u03b2\n\n`);
    expect([parsed.name, parsed.tagsJson, parsed.warnings]).to.deep.equal(['caf\u00e9', '{"\u03b1":"\u03b2"}', []]);
  });

  it('replaces NUL in text, and says so', () => {
    const parsed = read(`${molblock('m')}> <NOTE>\na\0b\n\n`);
    expect(parsed.tagsJson).to.equal('{"NOTE":"a\ufffdb"}');
    expect(parsed.warnings.map(({ code }) => code)).to.deep.equal(['NUL_REPLACED']);
  });
});

describe('readRecord of SMILES', () => {
  const layout = layoutOf({ format: 'smiles', columns: ['column1', 'column2'], smilesColumn: 'column1' });

  it('gives the first word, and the rest as the name', () => {
    expect(read('CCO', layout)).to.include({ form: 'smiles', structure: 'CCO', name: null, tagsJson: '{}' });
    expect(read('CCO ethyl alcohol', layout)).to.include({ structure: 'CCO', name: 'ethyl alcohol', tagsJson: '{}' });
    expect(read(' CCO\tethanol \t', layout)).to.include({ structure: 'CCO', name: 'ethanol' });
  });

  it('keeps a CXSMILES extension from the toolkit and from the name', () => {
    expect(read('*CO |$R1;;$,c:0| some name', layout)).to.include({ structure: '*CO', name: 'some name' });
    expect(read('CCO |x|', layout)).to.include({ structure: 'CCO', name: null });
  });

  it('gives named columns as tags', () => {
    const named = layoutOf({
      format: 'smiles',
      columns: ['SMILES', 'ID', 'NOTE'],
      smilesColumn: 'SMILES',
      nameTag: 'NOTE',
    });
    expect(read('CCO\t5\tsome words', named)).to.include({
      name: 'some words',
      tagsJson: '{"ID":"5","NOTE":"some words"}',
    });
    expect(read('CCO 5 some words', named)).to.include({ tagsJson: '{"ID":"5","NOTE":"some words"}' });
    expect(read('CCO', named)).to.include({ name: null, tagsJson: '{}' });
  });

  it('rejects what is no SMILES before the toolkit can read a part of it', () => {
    expect(codeOf('CC\u00d6', layout)).to.equal('SMILES_SYNTAX');
    expect(codeOf('CC\0O', layout)).to.equal('SMILES_SYNTAX');
  });
});

describe('readRecord of csv', () => {
  const layout = csvLayout(['smiles', 'name', '7', 'note']);

  it('gives the SMILES, and the other columns as tags', () => {
    const parsed = read('CC ,b,1,', layout, ['CC ', 'b', '1', '']);
    expect(parsed).to.include({ structure: 'CC', tagsJson: '{"name":"b","7":"1","note":""}', name: null });
    expect(readTags(parsed.tagsJson).map(([name]) => name)).to.deep.equal(['name', '7', 'note']);
    expect(read('', { ...layout, nameTag: 'name' }, ['CC', 'b', '1', '']).name).to.equal('b');
  });

  it('rejects an empty SMILES', () => {
    expect(codeOf(',b,1,', layout, ['', 'b', '1', ''])).to.equal('NO_STRUCTURE');
    expect(codeOf(',b,1,', layout, [' ', 'b', '1', ''])).to.equal('NO_STRUCTURE');
  });

  it('gives values with LF, whatever line ends stand within quotes', () => {
    const noted = csvLayout(['smiles', 'note']);
    for (const end of ['\n', '\r\n', '\r']) {
      const parsed = read(`C,"one${end}two"`, noted, ['C', `one${end}two`]);
      expect(parsed.tagsJson).to.equal('{"note":"one\\ntwo"}');
    }
  });
});
