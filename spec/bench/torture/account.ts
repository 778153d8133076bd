/** The account of a database after a kill: whatever is committed must add up, and agree with the input. */

import { locateInputs } from '../../../lib/sources/inputs.js';
import { readStatus } from '../../../lib/store/status.js';
import { differencesOf, verifyFile } from '../../support/verify-file.js';
import { withStore } from './targets.js';

/** What is wrong, in words. An input of which nothing was begun is in order. */
export async function checkAccount(target: string, path: string): Promise<string[]> {
  const [input] = await locateInputs([path], { source: 'torture', id: 'id', name: 'name' });
  return withStore(target, async (store) => {
    const wrong: string[] = [];
    const { runs } = await readStatus(store);
    for (const { runId, counters, inputs } of runs) {
      const { read, inserted, updated, unchanged, skipped, rejected } = counters;
      if (read !== inserted + updated + unchanged + skipped + rejected) {
        wrong.push(`run ${runId}: ${JSON.stringify(counters)} do not add up`);
      }
      for (const { uri, nextOrdinal, counters: counted } of inputs) {
        if (nextOrdinal !== counted.read) wrong.push(`${uri}: ${nextOrdinal} records passed, ${counted.read} counted`);
      }
    }
    if (input === undefined || !runs.some((run) => run.inputs.some(({ uri }) => uri === input.uri))) return wrong;
    return [...wrong, ...differencesOf(await verifyFile(store, input))];
  });
}

/** Whether the run of the input has ended. */
export async function isCompleted(target: string, path: string): Promise<boolean> {
  const { runs } = await withStore(target, (store) => readStatus(store));
  return runs.some((run) => run.status === 'completed' && run.inputs.some(({ uri }) => uri === path));
}
