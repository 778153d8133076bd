import { EventEmitter } from 'node:events';
import { checkValue, func } from '../checks.js';
import { type BatchRecord, Statistics, type StatisticsSnapshot } from './statistics.js';

/** The three levels at one moment. Plain data: stored with a run, it can be compared with that of another. */
export interface BookSnapshot {
  readonly overall: StatisticsSnapshot;
  readonly operations: Readonly<Record<string, StatisticsSnapshot>>;
  readonly dataSources: Readonly<Record<string, StatisticsSnapshot>>;
}

export interface StatisticsEvents {
  /** A batch ended. */
  batch: [BatchRecord];
  /** Some of its items failed. */
  errors: [BatchRecord];
  /** A batch of an operation and source not seen before began the book's page of it. */
  scope: [{ readonly operation: string; readonly dataSource: string }];
}

/** Statistics of everything, of each operation and of each data source. */
export class StatisticsBook extends EventEmitter<StatisticsEvents> {
  readonly #now: () => number;
  readonly #overall = new Statistics();
  readonly #operations = new Map<string, Statistics>();
  readonly #dataSources = new Map<string, Statistics>();
  readonly #scopes = new Set<string>();

  /** `now`: the clock, in milliseconds, that batches are timed with. */
  constructor(now: () => number) {
    super();
    checkValue('now', now, func);
    this.#now = now;
  }

  now(): number {
    return this.#now();
  }

  record(batch: BatchRecord): void {
    const scope = JSON.stringify([batch.operation, batch.dataSource]);
    if (!this.#scopes.has(scope)) {
      this.#scopes.add(scope);
      this.emit('scope', { operation: batch.operation, dataSource: batch.dataSource });
    }
    this.#overall.record(batch);
    pageOf(this.#operations, batch.operation).record(batch);
    pageOf(this.#dataSources, batch.dataSource).record(batch);
    this.emit('batch', batch);
    if (Object.keys(batch.errors).length > 0) this.emit('errors', batch);
  }

  snapshot(): BookSnapshot {
    const now = this.#now();
    const all = (pages: Map<string, Statistics>): Readonly<Record<string, StatisticsSnapshot>> =>
      Object.freeze(Object.fromEntries([...pages].map(([name, page]) => [name, page.snapshot(now)])));
    return Object.freeze({
      overall: this.#overall.snapshot(now),
      operations: all(this.#operations),
      dataSources: all(this.#dataSources),
    });
  }
}

function pageOf(pages: Map<string, Statistics>, name: string): Statistics {
  const page = pages.get(name) ?? new Statistics();
  pages.set(name, page);
  return page;
}
