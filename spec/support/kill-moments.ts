/** The moments of an import at which a harness kills it, told by the statements that it sends. */

export const MOMENTS = [
  /** Before the n-th statement, in start-up, migration and claim; at the latest before the first chunk's first. */
  'start-up',
  /** Before the n-th statement of chunks' transactions. */
  'statement',
  /** In the n-th COPY, some of its rows being sent (PostgreSQL); before the n-th row is inserted (SQLite). */
  'copy',
  /** When all of the n-th chunk is written, before COMMIT is sent. */
  'before-commit',
  /** Right after the n-th COMMIT was sent; nobody has read an answer. */
  'after-commit',
  /** When the answer to the n-th COMMIT has come, before anything else happens. */
  'answered',
  /** Before the n-th ROLLBACK of a chunk: the database has refused a row. */
  'rollback',
  /** Right after the n-th COMMIT that follows such a ROLLBACK was sent: in the middle of the halving. */
  'halved',
  /** Before it is written how the run ended. */
  'finish',
] as const;
export type Moment = (typeof MOMENTS)[number];

export interface KillPlan {
  readonly moment: Moment;
  /** The how-manieth such moment, from 1. */
  readonly count: number;
}

export function formatPlan({ moment, count }: KillPlan): string {
  return `${moment}:${count}`;
}

export function parsePlan(text: string): KillPlan {
  const [moment, count] = text.split(':');
  const found = MOMENTS.find((name) => name === moment);
  if (found === undefined || !(Number(count) >= 1)) throw new RangeError(`not a plan to kill: ${text}`);
  return { moment: found, count: Number(count) };
}

const GUARD = /^UPDATE \S*checkpoints"? SET next_offset/;
const FINISH = /^UPDATE \S*runs"? SET status = (\?|\$1)/;

/** Counts the moments of all connections of a process, and calls `kill` at the one that is planned, then every n-th. */
export class MomentCounter {
  readonly #plan: KillPlan;
  readonly #kill: () => void;
  #seen = 0;

  constructor(plan: KillPlan, kill: () => void) {
    this.#plan = plan;
    this.#kill = kill;
  }

  hit(moment: Moment, isLatest = false): void {
    if (moment !== this.#plan.moment) return;
    this.#seen += 1;
    if (this.#seen % this.#plan.count === 0 || isLatest) this.#kill();
  }
}

/** Follows the statements of one connection. */
export class ConnectionWatch {
  readonly #counter: MomentCounter;
  #isInChunk = false;
  #isHalving = false;

  constructor(counter: MomentCounter) {
    this.#counter = counter;
  }

  sending(sql: string): void {
    const isGuard = GUARD.test(sql);
    this.#isInChunk ||= isGuard;
    this.#counter.hit('start-up', isGuard);
    if (this.#isInChunk) this.#counter.hit('statement');
    if (this.#isInChunk && sql === 'COMMIT') this.#counter.hit('before-commit');
    if (this.#isInChunk && sql === 'ROLLBACK') this.#counter.hit('rollback');
    if (FINISH.test(sql)) this.#counter.hit('finish');
  }

  /** Rows are on their way. */
  copying(): void {
    if (this.#isInChunk) this.#counter.hit('copy');
  }

  /** The answer to a COMMIT may come later: `answered` is to be called then, if `sent` says so. */
  sent(sql: string): boolean {
    if (!this.#isInChunk) return false;
    if (sql === 'ROLLBACK') this.#isHalving = true;
    if (sql === 'COMMIT') {
      this.#counter.hit('after-commit');
      if (this.#isHalving) this.#counter.hit('halved');
      this.#isHalving = false;
    }
    if (sql === 'COMMIT' || sql === 'ROLLBACK') this.#isInChunk = false;
    return sql === 'COMMIT';
  }

  answered(): void {
    this.#counter.hit('answered');
  }
}
