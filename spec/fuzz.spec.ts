import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { filesIn } from './bench/account/account.js';
import { fuzz } from './bench/fuzz/fuzz.js';

const FIXTURES = fileURLToPath(new URL('../../spec/fixtures/', import.meta.url));

describe('records that are spoilt', function () {
  this.timeout(300_000);
  it('are accounted for, and leave their neighbours as they are', async () => {
    const report = await fuzz({ files: filesIn([FIXTURES]), seconds: 120, cases: 200, seed: 5, importEvery: 25 });
    expect(report.findings).to.deep.equal([]);
    expect(report.cases).to.be.at.least(100);
    expect(report.imports).to.be.at.least(4);
  });
});
