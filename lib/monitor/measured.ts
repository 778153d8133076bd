import type { BatchCost, BatchSizer } from '../types.js';
import type { StatisticsBook } from './book.js';

export interface Scope {
  readonly operation: string;
  readonly dataSource: string;
}

/**
 * The same sizer, what is reported to it also written into the book: a failed batch counts its records under its code. One
 * without any, as at the end of an input, is nobody's measure.
 */
export function measured(sizer: BatchSizer, book: StatisticsBook, scope: Scope): BatchSizer {
  const record = (cost: BatchCost): void => {
    const { rows, records: items = rows, bytes, ms, error, code = error, rejected = {}, attempts = 1 } = cost;
    if (items === 0) return;
    const endedAt = book.now();
    const errors = code === undefined ? rejected : { [code]: items };
    book.record({ ...scope, startedAt: endedAt - ms, endedAt, items, bytes, errors, retries: attempts - 1 });
  };
  return {
    next: () => sizer.next(),
    report(cost) {
      record(cost);
      sizer.report(cost);
    },
    get state() {
      return sizer.state;
    },
  };
}
