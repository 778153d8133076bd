import { expect } from 'chai';
import { showsRecord } from '../../../lib/formats/shows-record.js';
import { entry, molblock } from '../../support/records.js';

describe('showsRecord', () => {
  const shows = (content: string): boolean => showsRecord(Buffer.from(content));

  it('sees a record, or the header of a table, that has ended', () => {
    for (const content of ['CCO\n', '# made today\r\nCCO\r', 'smiles,name\n', `${entry('A')}$$$$\n`]) {
      expect(shows(content), content).to.equal(true);
    }
  });

  it('sees none in blank lines, comments, and what goes on', () => {
    for (const content of ['', '\n \n', '# made today\n\n#\nCCO', 'CCO', molblock('m'), entry('A')]) {
      expect(shows(content), content).to.equal(false);
    }
  });
});
