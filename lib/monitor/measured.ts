import type { BatchSizer } from '../types.js';
import type { StatisticsBook } from './book.js';

export interface Scope {
  readonly operation: string;
  readonly dataSource: string;
}

/** The same sizer, what is reported to it also written into the book: a failed batch counts its rows under its error. */
export function measured(sizer: BatchSizer, book: StatisticsBook, scope: Scope): BatchSizer {
  return {
    next: () => sizer.next(),
    report(cost) {
      const endedAt = book.now();
      book.record({
        ...scope,
        startedAt: endedAt - cost.ms,
        endedAt,
        items: cost.rows,
        bytes: cost.bytes,
        errors: cost.error === undefined ? {} : { [cost.error]: cost.rows },
        retries: (cost.attempts ?? 1) - 1,
      });
      sizer.report(cost);
    },
    get state() {
      return sizer.state;
    },
  };
}
