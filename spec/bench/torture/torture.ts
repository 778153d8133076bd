/**
 * Kills imports, or their server, until they complete all the same, and compares what is stored with an uninterrupted
 * import.
 *
 * Owns: a folder for inputs and databases, and the PostgreSQL server; both are gone when the promise settles.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../../lib/batching/random.js';
import { type Server, startServer } from '../../support/postgres.js';
import type { Kind } from '../../support/stores.js';
import { execute, importCommand } from './execution.js';
import { killCommands } from './kill-commands.js';
import { killServers } from './kill-servers.js';
import { writeReleases } from './releases.js';
import { Scribe, type TortureReport } from './report.js';
import { type Contents, compareContents, readContents } from './tables.js';
import { createTables, refuseSome, withStore } from './targets.js';

export interface TortureOptions {
  readonly to: Kind;
  /** Kills in all. */
  readonly kills: number;
  /** Records of each of the two inputs. */
  readonly records: number;
  readonly seed: number;
  /** `server`: the PostgreSQL server is killed, and started again while the command waits. Default `command`. */
  readonly victim?: 'command' | 'server';
  /** Both inputs are given to one import. Default false: one after the other. */
  readonly together?: boolean;
  /** More flags of `import`. */
  readonly flags?: readonly string[];
  /** Most kills before an import may complete. Default 100 of the command, 10 of the server. */
  readonly killsARound?: number;
  readonly onKill?: (kills: number, what: string) => void;
  /** Called after the uninterrupted import, and after each round. */
  readonly onRound?: (report: Readonly<TortureReport>, seconds: number) => void;
}

/** What a round of kills works with. */
export interface Chamber {
  readonly kind: Kind;
  readonly server: Server | null;
  /** The inputs of each import. */
  readonly imports: readonly (readonly string[])[];
  readonly random: () => number;
  readonly scribe: Scribe;
  /** How long an uninterrupted import takes. */
  readonly ms: number;
  /** Kills after which the round is to end. */
  readonly most: number;
  command(to: string, inputs: readonly string[]): string[];
}

const BASIC_FLAGS = ['--descriptors', 'none', '--fingerprint', 'none'];

export async function torture(options: TortureOptions): Promise<TortureReport> {
  const {
    to,
    kills,
    records,
    seed,
    victim = 'command',
    together = false,
    flags = [],
    onKill = () => {},
    onRound = () => {},
  } = options;
  const killsARound = Math.min(kills, options.killsARound ?? (victim === 'server' ? 10 : 100));
  const begun = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'molstream-torture-'));
  const scribe = new Scribe({ to, victim, records }, onKill);
  const { report } = scribe;
  let server: Server | null = null;
  let databases = 0;
  const fresh = async (): Promise<string> => {
    databases += 1;
    return server === null ? join(folder, `${databases}.sqlite`) : server.freshDatabase();
  };
  /** In every other round chunks are of a size at which the kills of a round spread over both inputs. */
  const batchFlags = (): string[] =>
    report.rounds % 2 === 1
      ? []
      : ['--batch-size', String(Math.max(5, Math.round(records / Math.max(20, killsARound))))];
  const command = (target: string, inputs: readonly string[]): string[] =>
    importCommand({ to: target, inputs, flags: [...BASIC_FLAGS, ...batchFlags(), ...flags] });
  try {
    if (to === 'postgres') server = await startServer({ durable: victim === 'server' });
    const releases = await writeReleases(folder, records, seed);
    const imports = together ? [releases] : releases.map((release) => [release]);
    const { contents, ms } = await uninterrupted(await fresh(), imports, command, scribe);
    const secondsSoFar = (): number => Math.round((performance.now() - begun) / 100) / 10;
    onRound(report, secondsSoFar());
    const random = seededRandom(seed);
    const kill = victim === 'server' ? killServers : killCommands;
    while (report.kills < kills && report.differences === 0) {
      const target = await fresh();
      const most = Math.min(kills, report.kills + killsARound);
      await kill(target, { kind: to, server, imports, random, scribe, ms, most, command });
      await scribe.verify(target, releases);
      report.rounds += 1;
      scribe.compared(compareContents(contents, await withStore(target, readContents)));
      onRound(report, secondsSoFar());
    }
    return { ...report, seconds: secondsSoFar() };
  } finally {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function uninterrupted(
  target: string,
  imports: readonly (readonly string[])[],
  command: (target: string, inputs: readonly string[]) => string[],
  scribe: Scribe,
): Promise<{ contents: Contents; ms: number }> {
  await createTables(target);
  await refuseSome(target);
  const begun = performance.now();
  for (const inputs of imports) {
    const { outcome, said } = await execute(command(target, inputs), null);
    if (outcome !== 'completed') throw new Error(`the uninterrupted import failed: ${said}`);
  }
  const ms = (performance.now() - begun) / imports.length;
  await scribe.verify(target, imports.flat());
  return { contents: await withStore(target, readContents), ms };
}
