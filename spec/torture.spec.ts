import { expect } from 'chai';
import { torture } from './bench/torture/torture.js';
import { KINDS } from './support/stores.js';

describe('an import that is killed again and again', function () {
  this.timeout(1_200_000);
  for (const to of KINDS) {
    it(`loses nothing of several inputs in ${to}`, async () => {
      const flags = ['--workers', '1', '--batch-size', '47'];
      const report = await torture({ to, kills: 10, records: 200, seed: 11, together: true, flags });
      expect(report.examples).to.deep.equal([]);
      expect(report).to.include({ lost: 0, twice: 0, differences: 0 });
    });

    it(`loses nothing and stores nothing twice in ${to}`, async () => {
      const report = await torture({ to, kills: 20, records: 400, seed: 7, flags: ['--workers', '1'] });
      expect(report.examples).to.deep.equal([]);
      expect(report).to.include({ lost: 0, twice: 0, differences: 0 });
      expect(report.kills).to.be.at.least(20);
    });
  }
});
