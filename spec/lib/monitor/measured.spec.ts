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

  it('counts records, not the ends of inputs, and failures by their code', () => {
    const book = new StatisticsBook(() => 1_000);
    const sizer = measured(createSizer('fixed'), book, { operation: 'commit', dataSource: 'some' });
    const cost = { bytes: 100, ms: 5, closedBy: 'end' } as const;
    sizer.report({ ...cost, rows: 3, records: 2 });
    sizer.report({ ...cost, rows: 1, records: 0 });
    sizer.report({ ...cost, rows: 4, records: 4, error: 'no space left at page 7', code: 'DATABASE_FULL' });
    const { overall } = book.snapshot();
    expect(overall).to.deep.include({ items: 6, batches: 2, successes: 2, errors: { DATABASE_FULL: 4 } });
    expect(overall.batchItems).to.include({ smallest: 2, largest: 4 });
  });

  it('counts what failed by itself in a batch that did well', () => {
    const book = new StatisticsBook(() => 1_000);
    const sizer = measured(createSizer('fixed'), book, { operation: 'describe', dataSource: 'some' });
    sizer.report({ bytes: 100, ms: 5, closedBy: 'rows', rows: 64, rejected: { INVALID_VALENCE: 2, SMILES_SYNTAX: 1 } });
    const { overall } = book.snapshot();
    expect(overall).to.deep.include({ items: 64, successes: 61, errors: { INVALID_VALENCE: 2, SMILES_SYNTAX: 1 } });
  });
});
