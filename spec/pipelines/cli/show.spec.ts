import { expect } from 'chai';
import { accountText, countsText, showBytes, showDuration, thousands } from '../../../pipelines/cli/show.js';

describe('numbers as people read them', () => {
  it('have their thousands set apart', () => {
    expect([0, 999.5, 1_234_567].map(thousands)).to.deep.equal(['0', '1,000', '1,234,567']);
  });

  it('are bytes in the largest unit that they fill', () => {
    const shown = [0, 999, 1_000, 6_345_134, 1e9, 2.25e12].map(showBytes);
    expect(shown).to.deep.equal(['0 B', '999 B', '1.0 kB', '6.3 MB', '1.0 GB', '2250.0 GB']);
  });

  it('are times in one or two units', () => {
    const shown = [812.4, 999, 1_000, 59_400, 59_600, 95_000, 3_599_000, 3_600_000, 9_059_000].map(showDuration);
    expect(shown).to.deep.equal([
      '812 ms',
      '999 ms',
      '1.0 s',
      '59.4 s',
      '1 min 0 s',
      '1 min 35 s',
      '59 min 59 s',
      '1 h 0 min',
      '2 h 30 min',
    ]);
  });

  it('are counts by code, the most frequent first', () => {
    expect(countsText({ PARSE_FAILED: 3, TRUNCATED: 1_200, NO_STRUCTURE: 7 })).to.equal(
      'TRUNCATED 1,200, NO_STRUCTURE 7, PARSE_FAILED 3',
    );
  });

  it('are an account that adds up, without the states that nothing is in', () => {
    const none = { read: 0, inserted: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0 };
    expect(accountText(none)).to.equal('0 records = 0 inserted + 0 rejected');
    expect(accountText({ ...none, read: 1_003, updated: 1, unchanged: 1_000, skipped: 2 })).to.equal(
      '1,003 records = 0 inserted + 1 updated + 1,000 unchanged + 2 skipped + 0 rejected',
    );
  });
});
