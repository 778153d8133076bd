/** The account of a database after a kill: whatever is committed must add up, and agree with the input. */

import { locateInputs } from '../../../lib/sources/inputs.js';
import { readStatus } from '../../../lib/store/status.js';
import { differencesOf, verifyFiles } from '../../support/verify-file.js';
import { withStore } from './targets.js';

/** What is wrong, in words. Inputs of which nothing was begun are in order. */
export async function checkAccount(target: string, paths: readonly string[]): Promise<string[]> {
  const inputs = await locateInputs(paths, { source: 'torture', id: 'id', name: 'name' });
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
    const begun = new Set(runs.flatMap((run) => run.inputs.map(({ uri }) => uri)));
    const known = inputs.filter(({ uri }) => begun.has(uri));
    return [...wrong, ...differencesOf(await verifyFiles(store, known))];
  });
}

/** Whether the run of the inputs has ended. */
export async function isCompleted(target: string, paths: readonly string[]): Promise<boolean> {
  const { runs } = await withStore(target, (store) => readStatus(store));
  return runs.some((run) => run.status === 'completed' && run.inputs.some(({ uri }) => uri === paths[0]));
}
