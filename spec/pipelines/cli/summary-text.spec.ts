import { expect } from 'chai';
import { MolstreamError, type RunCode } from '../../../lib/errors.js';
import { summaryText } from '../../../pipelines/cli/summary-text.js';
import { nothingBegun } from '../../../pipelines/summary.js';

describe('the summary of a run that ended early', () => {
  const headline = (code: RunCode): string | undefined =>
    summaryText({ ...nothingBegun(new MolstreamError(code, 'why')), run_id: 3 }, 'm.sqlite').split('\n')[0];

  it('says that the same command goes on, where it does', () => {
    expect(headline('DATABASE_UNAVAILABLE')).to.equal('run 3 failed; the same command goes on from here');
    expect(headline('INTERRUPTED')).to.equal('run 3 interrupted; the same command goes on from here');
    for (const code of ['INPUT_CHANGED', 'TOO_MANY_REJECTS'] as const) expect(headline(code)).to.equal('run 3 failed');
  });
});
