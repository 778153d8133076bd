/** A round of kills of the command, which is given again until it completes. */
import { isCompleted } from './account.js';
import { BEFORE_FIRST_CHUNK, chooseBlow, chooseStart, nameOf } from './blows.js';
import { type Blow, type Ending, execute } from './execution.js';
import { hasTables, refuseSome } from './targets.js';
import type { Chamber } from './torture.js';

export async function killCommands(target: string, chamber: Chamber): Promise<void> {
  const { kind, imports, random, scribe, ms, most } = chamber;
  const { report } = scribe;
  const first = imports[0]!;
  await strike(target, first, { at: chooseStart(random) }, chamber);
  if (!(await hasTables(target))) await strike(target, first, { at: BEFORE_FIRST_CHUNK }, chamber);
  await refuseSome(target);
  for (const inputs of imports) {
    for (let isDone = false; !isDone; ) {
      const isSpared = report.kills >= most || report.differences > 0;
      const outcome = await strike(target, inputs, isSpared ? null : chooseBlow(kind, ms, random), chamber);
      // A kill may come after the last that an import has to do.
      isDone = outcome !== 'killed' || (await isCompleted(target, inputs));
    }
  }
}

async function strike(
  target: string,
  inputs: readonly string[],
  blow: Blow,
  { command, scribe }: Chamber,
): Promise<Ending['outcome']> {
  const { outcome, said } = await execute(command(target, inputs), blow);
  if (outcome === 'failed') scribe.wrong(`the command failed: ${said}`);
  if (outcome === 'killed') {
    scribe.killed(nameOf(blow));
    if (await hasTables(target)) await scribe.verify(target, inputs);
  }
  return outcome;
}
