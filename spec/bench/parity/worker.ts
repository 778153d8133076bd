/** Compares blocks of structures; a new instance of RDKit takes the place of one that broke. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadRdkit, type WasmModule } from '../../../lib/chemistry/rdkit.js';
import { compare, type Difference, type Verdict } from './compare.js';
import type { Structure } from './structures.js';

export interface Tally extends Record<Verdict, number> {
  /** RDKit broke: its stack or memory ended. */
  broken: number;
  differences: Difference[];
}

const wasm = workerData as WasmModule;
let rdkit = await loadRdkit(wasm);

parentPort!.on('message', async (block: Structure[]) => {
  const tally: Tally = { compared: 0, fallback: 0, capped: 0, unreadable: 0, broken: 0, differences: [] };
  for (const structure of block) {
    try {
      tally[compare(rdkit, structure, tally.differences)] += 1;
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
      tally.broken += 1;
      rdkit = await loadRdkit(wasm);
    }
  }
  parentPort!.postMessage(tally);
});
parentPort!.postMessage(null);
