/** Compares blocks of structures; a new RDKit takes the place of one that trapped. */
import { parentPort } from 'node:worker_threads';
import rdkitPackage from '@rdkit/rdkit';
import { compare, type Difference, type Verdict } from './compare.js';
import type { Structure } from './structures.js';

export interface Tally extends Record<Verdict, number> {
  /** RDKit trapped: its stack or memory ended. */
  trapped: number;
  differences: Difference[];
}

let rdkit = await load();

parentPort!.on('message', async (block: Structure[]) => {
  const tally: Tally = { compared: 0, fallback: 0, capped: 0, unreadable: 0, trapped: 0, differences: [] };
  for (const structure of block) {
    try {
      tally[compare(rdkit, structure, tally.differences)] += 1;
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
      tally.trapped += 1;
      rdkit = await load();
    }
  }
  parentPort!.postMessage(tally);
});
parentPort!.postMessage(null);

function load(): ReturnType<typeof rdkitPackage.default> {
  return rdkitPackage.default({ print: () => {}, printErr: () => {} });
}
