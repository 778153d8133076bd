import { expect } from 'chai';
import { MolstreamError } from '../../../lib/errors.js';
import { type Sniffed, type SniffOptions, sniff } from '../../../lib/formats/sniff.js';
import type { Layout } from '../../../lib/types.js';
import { entry, molblock } from '../../support/records.js';

const NOTHING: SniffOptions = { format: null, encoding: null, id: null, name: null, smiles: null };

function sniffed(content: string, path = '/data/unnamed', options: Partial<SniffOptions> = {}): Sniffed {
  return sniff(Buffer.from(content), path, { ...NOTHING, ...options });
}

function layoutOf(content: string, path?: string, options?: Partial<SniffOptions>): Layout {
  return sniffed(content, path, options).layout;
}

function failure(content: string, path?: string, options?: Partial<SniffOptions>): [string, string] {
  try {
    sniffed(content, path, options);
  } catch (error) {
    if (error instanceof MolstreamError) return [error.code, error.message];
    throw error;
  }
  throw new Error('It was recognised');
}

describe('sniff', () => {
  it('knows SDF by its content', () => {
    for (const content of [`${entry('A')}$$$$\n`, molblock('m'), molblock('m').replaceAll('\n', '\r\n')]) {
      expect(layoutOf(content).format).to.equal('sdf');
      expect(layoutOf(content, '/data/a.smi').format).to.equal('sdf');
    }
    expect(layoutOf('rubbish', '/data/a.sdf.gz').format).to.equal('sdf');
  });

  it('knows sources by their tags', () => {
    const { layout, profile } = sniffed(`${molblock('m')}> <PUBCHEM_COMPOUND_CID>\n2244\n\n$$$$\n`);
    expect([profile?.name, layout.idTag]).to.deep.equal(['pubchem', 'PUBCHEM_COMPOUND_CID']);
    const none = layoutOf(`${molblock('m')}> <PUBCHEM_COMPOUND_CID>\n2244\n\n$$$$\n`, undefined, { id: 'none' });
    expect(none.idTag).to.equal(null);
    const csv = sniffed('ChEMBL ID;Name;Smiles\nCHEMBL25;ASPIRIN;CC(=O)Oc1ccccc1C(=O)O\n', '/data/a.csv');
    expect([csv.profile?.name, csv.layout.idTag, csv.layout.nameTag]).to.deep.equal(['chembl', 'ChEMBL ID', 'Name']);
  });

  it('knows lists of SMILES, with a header and without', () => {
    expect(layoutOf('CCO ethanol\nc1ccccc1 benzene\n')).to.deep.include({
      format: 'smiles',
      columns: ['column1', 'column2'],
      smilesColumn: 'column1',
      headerBytes: 0,
    });
    expect(layoutOf('# comment\n\nSMILES Name\r\nCCO ethanol\r\n', '/data/a.smi')).to.deep.include({
      columns: ['SMILES', 'Name'],
      headerBytes: 24,
    });
    expect(layoutOf('*CO |$R1;;,c:0$| a\nCCO |x| b\n')).to.deep.include({ format: 'smiles' });
  });

  it('finds delimiter, header and the column of SMILES', () => {
    for (const [delimiter, format] of [
      [',', 'csv'],
      [';', 'csv'],
      ['\t', 'tsv'],
      ['|', 'csv'],
    ] as const) {
      const rows = [
        ['id', 'Canonical SMILES', 'n'],
        ['1', 'CCO', '5'],
        ['2', 'c1ccccc1', '6'],
        ['', '', ''],
      ];
      const content = rows.map((row) => row.join(delimiter)).join('\n');
      for (const path of ['/data/a.csv', '/data/a.txt', undefined]) {
        expect(layoutOf(content, path)).to.deep.include({
          format,
          delimiter,
          columns: rows[0],
          smilesColumn: 'Canonical SMILES',
          headerBytes: 22,
        });
      }
    }
  });

  it('finds the column of SMILES by its content', () => {
    expect(layoutOf('1,CCO,x\n2,c1ccccc1,y\n3,CC(=O)O,z\n', '/data/a.csv')).to.deep.include({
      columns: ['column1', 'column2', 'column3'],
      smilesColumn: 'column2',
      headerBytes: 0,
    });
    expect(layoutOf('nr,what\n1,CCO\n2,c1ccccc1\n', '/data/a.csv')).to.deep.include({
      columns: ['nr', 'what'],
      smilesColumn: 'what',
      headerBytes: 8,
    });
    expect(layoutOf('id smiles\n1 CCO\n2 c1ccccc1\n')).to.deep.include({
      format: 'csv',
      delimiter: ' ',
      smilesColumn: 'smiles',
    });
  });

  it('takes a header row of several lines whole', () => {
    const header = '"a\nb",smiles\n';
    expect(layoutOf(`${header}1,CCO\n`, '/data/a.csv')).to.deep.include({
      columns: ['a\nb', 'smiles'],
      headerBytes: header.length,
    });
  });

  it('takes the one column that is called a name, and what follows a SMILES', () => {
    const nameOf = (content: string, path: string): string | null => layoutOf(content, path).nameTag;
    expect(nameOf('id,smiles,Compound Name\n1,CCO,ethanol\n', '/data/a.csv')).to.equal('Compound Name');
    expect(nameOf('id,smiles,name,pref_name\n1,CCO,a,b\n', '/data/a.csv')).to.equal(null);
    expect(nameOf('id,smiles,filename\n1,CCO,a\n', '/data/a.csv')).to.equal(null);
    expect(nameOf('smiles\tval\tname\nCCO\t3\tethanol\n', '/data/a.smi')).to.equal('name');
    expect(nameOf('smiles\tmolregno\tval\nCCO\t3\t4\n', '/data/a.smi')).to.equal('molregno');
    expect(nameOf('smiles id\nCCO 3 of them\n', '/data/a.smi')).to.equal(null);
    expect(nameOf('CCO\t3\t4\n', '/data/a.smi')).to.equal(null);
  });

  it('takes columns by the names that are asked for', () => {
    const content = 'a,b,c\nCCO,CCC,1\nCC,C,2\n';
    const layout = layoutOf(content, '/data/a.csv', { smiles: 'b', id: 'c', name: 'a' });
    expect(layout).to.deep.include({ smilesColumn: 'b', idTag: 'c', nameTag: 'a', headerBytes: 6 });
    for (const option of ['smiles', 'id', 'name']) {
      const [code, message] = failure(content, '/data/a.csv', { [option]: 'd' });
      expect(code).to.equal('BAD_OPTION');
      expect(message).to.include(option).and.include('"a", "b", "c"');
    }
  });

  it('takes a table of any name whose column is asked for', () => {
    const layout = layoutOf('nr,what\n1,??\n2,!!\n', '/data/a.txt', { smiles: 'what' });
    expect(layout).to.deep.include({ format: 'csv', smilesColumn: 'what', headerBytes: 8 });
  });

  it('lists the columns where none holds SMILES', () => {
    const [code, message] = failure('nr,what\n1,x y\n2,z\n', '/data/a.csv');
    expect(code).to.equal('BAD_OPTION');
    expect(message)
      .to.include('/data/a.csv')
      .and.include('smiles: no column of /data/a.csv')
      .and.include('"nr", "what"');
  });

  it('says so where nothing is known', () => {
    for (const content of ['Some words about nothing.\nMore of them.\n', '\0\x01\x02\x03']) {
      expect(failure(content)[0]).to.equal('UNKNOWN_FORMAT');
    }
    expect(layoutOf('CCO,1\n', '/data/a.smi', { format: 'csv', smiles: 'column1' }).format).to.equal('csv');
  });

  it('says so of what is no text, whatever it is called', () => {
    const png = `\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\0`;
    for (const content of ['\0'.repeat(1_000), png, `\x7fELF\x02\x01\x01${'\0'.repeat(50)}`]) {
      for (const name of ['a.sdf', 'a.smi', 'a.csv', 'a']) {
        expect(failure(content, `/data/${name}`)[0], name).to.equal('UNKNOWN_FORMAT');
      }
    }
    expect(failure('\0'.repeat(1_000), '/data/a.sdf', { format: 'sdf' })[0]).to.equal('UNKNOWN_FORMAT');
    expect(layoutOf(png, '/data/a.png', { format: 'smiles' }).format).to.equal('smiles');
  });

  it('takes no parts of reactions or of R-groups for molecules, unless it is told to', () => {
    for (const first of ['$RXN', '$RXN V3000', '$RDFILE 1', '$MDL  REV  1 0101201000']) {
      const content = `${first}\n\n$MOL\n${molblock('part')}`;
      for (const path of ['/data/a.rxn', '/data/a.mol', '/data/a.sdf']) {
        expect(failure(content, path)[0]).to.equal('UNKNOWN_FORMAT');
      }
      expect(layoutOf(content, '/data/a.mol', { format: 'sdf' }).format).to.equal('sdf');
    }
  });

  it('takes nothing but comments for an input without records, not for a table', () => {
    const comments = '# a comment line that is no record\n'.repeat(1000);
    expect(layoutOf(comments)).to.include({ format: 'smiles', headerBytes: 0 });
    expect(layoutOf(comments, '/data/a.smi').format).to.equal('smiles');
    expect(layoutOf('#smiles,name\n', '/data/a.csv').columns).to.deep.equal(['#smiles', 'name']);
    expect(layoutOf('#smiles,name\nCCO,a').format).to.equal('csv');
  });

  it('asks no empty input for columns', () => {
    for (const path of ['/data/a.csv', '/data/a.smi']) expect(layoutOf('', path, { id: 'ID' }).idTag).to.equal('ID');
  });

  it('takes an empty input for one without records', () => {
    expect(layoutOf('', '/data/a.sdf').format).to.equal('sdf');
    expect(layoutOf('', '/data/a.csv').format).to.equal('csv');
    expect(layoutOf('\n').format).to.equal('smiles');
  });
});
