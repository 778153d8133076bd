/**
 * Kills imports and resumes them until they complete, and compares what is stored with uninterrupted imports.
 *
 * Owns: a folder for inputs and databases, and the PostgreSQL server; both are gone when the promise settles.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../../lib/batching/random.js';
import type { Moment } from '../../support/kill-moments.js';
import { type Server, startServer } from '../../support/postgres.js';
import type { Kind } from '../../support/stores.js';
import { checkAccount, isCompleted } from './account.js';
import { chooseBlow, nameOf } from './blows.js';
import { type Blow, type Ending, execute, importCommand } from './execution.js';
import { writeReleases } from './releases.js';
import { type Contents, compareContents, readContents } from './tables.js';
import { createTables, hasTables, refuseSome, type Targets, targetsOf, withStore } from './targets.js';

export interface TortureOptions {
  readonly to: Kind;
  /** Kills in all. */
  readonly kills: number;
  /** Records of each of the two inputs. */
  readonly records: number;
  readonly seed: number;
  /** More flags of `import`. */
  readonly flags?: readonly string[];
  /** Most kills before an import may complete. Default 60. */
  readonly killsARound?: number;
  readonly onKill?: (kills: number, what: string) => void;
}

export interface TortureReport {
  to: Kind;
  records: number;
  kills: number;
  /** Imports from empty tables to the end of both inputs, the uninterrupted one left out. */
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

/** Rough number of statements until the first chunk. */
const STATEMENTS = 40;
/** More statements than come before it: `start-up` ends there at the latest. */
const BEFORE_FIRST_CHUNK = { moment: 'start-up', count: 1_000 } as const;
const BASIC_FLAGS = ['--descriptors', 'none', '--fingerprint', 'none'];

export async function torture(options: TortureOptions): Promise<TortureReport> {
  const begun = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'molstream-torture-'));
  let server: Server | null = null;
  try {
    if (options.to === 'postgres') server = await startServer();
    const releases = await writeReleases(folder, options.records, options.seed);
    const victim = new Victim(options, targetsOf(options.to, folder, server), releases);
    await victim.suffer();
    return { ...victim.report, seconds: Math.round((performance.now() - begun) / 100) / 10 };
  } finally {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

class Victim {
  readonly report: TortureReport;
  readonly #options: TortureOptions;
  readonly #targets: Targets;
  readonly #releases: readonly string[];
  readonly #random: () => number;
  readonly #killsARound: number;

  constructor(options: TortureOptions, targets: Targets, releases: readonly string[]) {
    this.#options = options;
    this.#targets = targets;
    this.#releases = releases;
    this.#random = seededRandom(options.seed);
    this.#killsARound = Math.min(options.kills, options.killsARound ?? 60);
    this.report = {
      to: options.to,
      records: options.records,
      kills: 0,
      rounds: 0,
      aimed: {},
      verified: 0,
      lost: 0,
      twice: 0,
      differences: 0,
      examples: [],
      seconds: 0,
    };
  }

  async suffer(): Promise<void> {
    const expected = await this.#uninterrupted();
    while (this.report.kills < this.#options.kills && this.report.differences === 0) {
      const target = await this.#targets.fresh();
      await this.#round(target, expected.ms);
      this.report.rounds += 1;
      const { lost, twice, differences, examples } = compareContents(
        expected.contents,
        await withStore(target, readContents),
      );
      this.report.lost += lost;
      this.report.twice += twice;
      this.report.differences += differences;
      this.report.examples.push(...examples);
    }
  }

  async #uninterrupted(): Promise<{ contents: Contents; ms: number }> {
    const target = await this.#targets.fresh();
    await createTables(target);
    await refuseSome(target);
    const begun = performance.now();
    for (const input of this.#releases) {
      const { outcome, said } = await execute(this.#command(target, input), null);
      if (outcome !== 'completed') throw new Error(`the uninterrupted import failed: ${said}`);
    }
    const ms = performance.now() - begun;
    for (const input of this.#releases) await this.#verify(target, input);
    return { contents: await withStore(target, readContents), ms: ms / this.#releases.length };
  }

  async #round(target: string, ms: number): Promise<void> {
    const most = Math.min(this.#options.kills, this.report.kills + this.#killsARound);
    const [first] = this.#releases;
    await this.#strike(target, first!, {
      at: { moment: 'start-up', count: 1 + Math.floor(this.#random() * STATEMENTS) },
    });
    if (!(await hasTables(target))) await this.#strike(target, first!, { at: BEFORE_FIRST_CHUNK });
    await refuseSome(target);
    for (const input of this.#releases) {
      for (let isDone = false; !isDone; ) {
        const spent = this.report.kills >= most || this.report.differences > 0;
        const blow = spent ? null : chooseBlow(this.#targets.kind, ms, this.#random);
        const outcome = await this.#strike(target, input, blow);
        // A kill may come after the last that an import has to do.
        isDone = outcome !== 'killed' || (await isCompleted(target, input));
      }
    }
    for (const input of this.#releases) await this.#verify(target, input);
  }

  async #strike(target: string, input: string, blow: Blow): Promise<Ending['outcome']> {
    const { outcome, said } = await execute(this.#command(target, input), blow);
    if (outcome === 'failed') this.#wrong(`the command failed: ${said}`);
    if (outcome === 'killed') {
      const name = nameOf(blow);
      this.report.kills += 1;
      this.report.aimed[name] = (this.report.aimed[name] ?? 0) + 1;
      this.#options.onKill?.(this.report.kills, name);
      if (await hasTables(target)) await this.#verify(target, input);
    }
    return outcome;
  }

  async #verify(target: string, input: string): Promise<void> {
    this.report.verified += 1;
    for (const text of await checkAccount(target, input)) this.#wrong(text);
  }

  #command(to: string, input: string): string[] {
    return importCommand({ to, input, flags: [...BASIC_FLAGS, ...this.#batchFlags(), ...(this.#options.flags ?? [])] });
  }

  /** In every other round chunks are of a size at which the kills of a round spread over both inputs. */
  #batchFlags(): string[] {
    if (this.report.rounds % 2 === 1) return [];
    return ['--batch-size', String(Math.max(5, Math.round(this.#options.records / this.#killsARound)))];
  }

  #wrong(text: string): void {
    this.report.differences += 1;
    this.report.examples.push(text);
  }
}
