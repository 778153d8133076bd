/** A round of kills of the PostgreSQL server under load. The command waits for it to come back. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Moment } from '../../support/kill-moments.js';
import { isRunning, killServer } from '../../support/kill-server.js';
import type { Server } from '../../support/postgres.js';
import { type Blow, execute } from './execution.js';
import { createTables, refuseSome } from './targets.js';
import type { Chamber } from './torture.js';

const MOMENTS: readonly (Moment | 'random')[] = [
  'after-commit',
  'copy',
  'before-commit',
  'statement',
  'random',
  'answered',
  'rollback',
  'halved',
];
/** Every how-manieth such moment: some chunks go through between two kills. */
const EVERY: Partial<Record<Moment, number>> = { copy: 11, statement: 40, rollback: 7, halved: 3 };
const EVERY_CHUNK = 4;
const LOOKS_EVERY_MS = 50;
const MOST_DOWN_MS = 1_500;

export async function killServers(target: string, chamber: Chamber): Promise<void> {
  const { imports, command, server, scribe, random } = chamber;
  if (server === null) throw new Error('there is no server to kill: --victim server is for --to postgres');
  await createTables(target);
  await refuseSome(target);
  for (const inputs of imports) {
    const moment = MOMENTS[Math.floor(random() * MOMENTS.length)]!;
    const count = moment === 'random' ? 0 : (EVERY[moment] ?? EVERY_CHUNK);
    const blow: Blow =
      moment === 'random' || scribe.report.kills >= chamber.most
        ? null
        : { at: { moment, count }, server: server.folder };
    const keeper = keepAlive(server, moment, chamber);
    const { outcome, said } = await execute(command(target, inputs), blow);
    await keeper.end();
    if (outcome !== 'completed') scribe.wrong(`the command failed: ${said}`);
  }
}

/** Starts the server again whenever it is found dead; kills it itself, at random, where that is the plan. */
function keepAlive(server: Server, moment: Moment | 'random', { scribe, random, ms, most }: Chamber) {
  let isEnding = false;
  const watch = async (): Promise<void> => {
    let killAt = performance.now() + random() * ms;
    while (!isEnding) {
      await sleep(LOOKS_EVERY_MS);
      if (moment === 'random' && performance.now() > killAt && scribe.report.kills < most) {
        killServer(server.folder);
        killAt = performance.now() + MOST_DOWN_MS + random() * ms;
      }
      if (isRunning(server.folder)) continue;
      scribe.killed(moment);
      await sleep(random() * MOST_DOWN_MS);
      await server.restart();
    }
  };
  const watching = watch();
  return {
    end: async (): Promise<void> => {
      isEnding = true;
      await watching;
    },
  };
}
