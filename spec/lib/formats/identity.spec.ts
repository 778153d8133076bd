import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { identify } from '../../../lib/formats/identity.js';
import { csvLayout, layoutOf, molblock } from '../../support/records.js';

const layout = layoutOf();

function hashOf(content: string): string {
  return identify(layout, Buffer.from(content), null).contentHash;
}

function idOf(items: string, idTag = 'ID', encoding: string | null = null): string | null {
  const raw = Buffer.from(`${molblock('m')}${items}`, 'latin1');
  return identify(layoutOf({ idTag, encoding }), raw, null).externalId;
}

describe('identify', () => {
  it('hashes the bytes without what changes nothing', () => {
    const content = `${molblock('m')}> <ID>\n1\n\n`;
    const hash = hashOf(content);
    const [first, , ...others] = content.trimEnd().split('\n');
    expect(hash).to.equal(
      createHash('sha256')
        .update([first, ...others].join('\n'))
        .digest('hex'),
    );
    for (const same of [
      content.replaceAll('\n', '\r\n'),
      content.replaceAll('\n', '\r'),
      content.trimEnd(),
      `${content}\n \n`,
      content.replace('  molstream 2D', '  other program 2026'),
    ]) {
      expect(hashOf(same)).to.equal(hash);
    }
    for (const other of [
      content.replace('m\n', 'n\n'),
      content.replace(' C ', ' N '),
      content.replace('1\n\n', '2\n\n'),
    ]) {
      expect(hashOf(other)).to.not.equal(hash);
    }
  });

  it('hashes long records as it hashes short ones, wherever line ends fall', function () {
    this.timeout(20_000);
    for (const bytes of [262_000, 262_144, 600_000]) {
      const content = `${molblock('m')}> <LOG>\n${'a\nbc\n\n'.repeat(bytes / 6)}end`;
      const [first, , ...others] = content.split('\n');
      const hash = createHash('sha256')
        .update([first, ...others].join('\n'))
        .digest('hex');
      for (const lineEnd of ['\n', '\r\n', '\r']) expect(hashOf(content.replaceAll('\n', lineEnd))).to.equal(hash);
      const plain = identify(csvLayout(['SMILES']), Buffer.from(content.replaceAll('\n', '\r\n')), ['C']).contentHash;
      expect(plain).to.equal(createHash('sha256').update(content).digest('hex'));
    }
  });

  it('keys a record by its id, else by its hash', () => {
    const { contentHash, externalId, recordKey } = identify(layout, Buffer.from(`${molblock('m')}> <ID>\n007\n`), null);
    expect([externalId, recordKey]).to.deep.equal(['007', '007']);
    const none = identify(layout, Buffer.from(molblock('m')), null);
    expect([none.externalId, none.recordKey]).to.deep.equal([null, none.contentHash]);
    expect(contentHash).to.match(/^[0-9a-f]{64}$/);
  });

  it('finds the id of SDF among other items', () => {
    expect(idOf('> <A>\n<ID>\n\n> <ID>\n 50-00-0 \n\n')).to.equal('50-00-0');
    expect(idOf('>  <ID>  (123)\r\n9\r\n')).to.equal('9');
    expect(idOf('> <ID>\n\n> <ID>\n5\n')).to.equal(null);
    expect(idOf('> <ID>\n> <A>\nx\n')).to.equal(null);
    expect(idOf('> <IDS>\n5\n')).to.equal(null);
    expect(idOf('> DT12\nx\n', 'DT12')).to.equal('x');
    expect(idOf('> <ID>\ncaf\xe9\n')).to.equal('caf\u00e9');
    expect(idOf('> <ID>\ncaf\xe9\n', 'ID', 'iso-8859-5')).to.equal('caf\u0449');
  });

  it('finds the id of SMILES lines and rows', () => {
    const smiles = layoutOf({ format: 'smiles', columns: ['SMILES', 'ID'], smilesColumn: 'SMILES', idTag: 'ID' });
    expect(identify(smiles, Buffer.from('CCO |x| 12'), null).externalId).to.equal('12');
    expect(identify(smiles, Buffer.from('CCO'), null).externalId).to.equal(null);
    const csv = csvLayout(['smiles', 'id'], { idTag: 'id' });
    expect(identify(csv, Buffer.from('CCO,"1,2"'), ['CCO', '1,2']).externalId).to.equal('1,2');
  });
});
