import { expect } from 'chai';
import { createSizer } from '../../../lib/batching/sizer.js';
import { StatisticsBook } from '../../../lib/monitor/book.js';
import { measured } from '../../../lib/monitor/measured.js';

describe('a measured sizer', () => {
  it('counts what a batch took to be done, and its rows as errors where it was not', () => {
    const book = new StatisticsBook(() => 1_000);
    const sizer = measured(createSizer('fixed'), book, { operation: 'commit', dataSource: 'some' });
    const cost = { rows: 10, bytes: 100, ms: 5, closedBy: 'rows' } as const;
    sizer.report(cost);
    sizer.report({ ...cost, attempts: 4, setback: 'deadlock detected (40P01)' });
    expect(book.snapshot().overall).to.deep.include({ items: 20, successes: 20, errors: {}, retries: 3 });
    sizer.report({ ...cost, error: 'gone' });
    expect(book.snapshot().overall).to.deep.include({ items: 30, successes: 20, errors: { gone: 10 }, retries: 3 });
  });
});
