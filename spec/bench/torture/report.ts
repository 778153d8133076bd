import type { Moment } from '../../support/kill-moments.js';
import type { Kind } from '../../support/stores.js';
import { checkAccount } from './account.js';
import type { Comparison } from './tables.js';

export interface TortureReport {
  to: Kind;
  /** What was killed. */
  victim: 'command' | 'server';
  records: number;
  kills: number;
  /** From empty tables to the end of both inputs, the uninterrupted one left out. */
  rounds: number;
  /** Kills by what they were aimed at. */
  aimed: Partial<Record<Moment | 'random', number>>;
  /** Times that the account was verified. */
  verified: number;
  /** Rows that the uninterrupted import has and a tortured one has not. */
  lost: number;
  twice: number;
  /** Rows with other values, accounts that do not add up, executions that failed. */
  differences: number;
  examples: string[];
  seconds: number;
}

/** Writes a report while the torture goes on. */
export class Scribe {
  readonly report: TortureReport;
  readonly #onKill: (kills: number, what: string) => void;

  constructor(about: Pick<TortureReport, 'to' | 'victim' | 'records'>, onKill: (kills: number, what: string) => void) {
    const counts = { kills: 0, rounds: 0, verified: 0, lost: 0, twice: 0, differences: 0, seconds: 0 };
    this.report = { ...about, ...counts, aimed: {}, examples: [] };
    this.#onKill = onKill;
  }

  killed(at: Moment | 'random'): void {
    this.report.kills += 1;
    this.report.aimed[at] = (this.report.aimed[at] ?? 0) + 1;
    this.#onKill(this.report.kills, at);
  }

  wrong(text: string): void {
    this.report.differences += 1;
    this.report.examples.push(text);
  }

  compared({ lost, twice, differences, examples }: Comparison): void {
    this.report.lost += lost;
    this.report.twice += twice;
    this.report.differences += differences;
    this.report.examples.push(...examples);
  }

  /** Adds up what is stored of the inputs, and compares it with them. */
  async verify(target: string, inputs: readonly string[]): Promise<void> {
    this.report.verified += 1;
    for (const text of await checkAccount(target, inputs)) this.wrong(text);
  }
}
