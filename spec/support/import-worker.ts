/**
 * A process that imports made-up records, for specs that stop or kill it: `import-worker.js TARGET URI RECORDS LEASE_MS
 * ORDER WAITS`. It says on stdout `claimed` once it holds its input, the next ordinal after each chunk, and at its end
 * `done` or the code of its error. ORDER `down` gives the structures from the last to the first. After an error it imports
 * again for each line on stdin, and with WAITS `waits` it does nothing before the first; it ends with stdin.
 */
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { MolstreamError, messageOf } from '../../lib/errors.js';
import { openLedger } from '../../lib/store/ledger.js';
import { openStore, type Store } from '../../lib/store/open-store.js';
import type { Item } from '../../lib/types.js';
import { chunkOf, madeEnd, madeInput, madeMolecule } from './items.js';
import { ledgerOptions, prefixHash } from './stores.js';

const [target = '', uri = '', count = '0', lease = '30000', order = 'up', waits = ''] = process.argv.slice(2);
const records = Number(count);
const CHUNK = 5;

async function importAll(store: Store): Promise<void> {
  const input = madeInput(uri, uri);
  const ledger = await openLedger(store, ledgerOptions([input]));
  console.log('claimed');
  for (let { nextOrdinal } = ledger.checkpoint(input); nextOrdinal < records; nextOrdinal += CHUNK) {
    const items: Item[] = [];
    for (let ordinal = nextOrdinal; ordinal < Math.min(nextOrdinal + CHUNK, records); ordinal += 1) {
      const structure = `S${order === 'down' ? records - 1 - ordinal : ordinal}`;
      items.push(madeMolecule({ input, ordinal, structure }));
    }
    if (nextOrdinal + CHUNK >= records) items.push(madeEnd(input, records));
    await ledger.commit(chunkOf(...items), prefixHash);
    console.log(nextOrdinal + CHUNK);
    await setTimeout(1);
  }
  await ledger.finish('completed');
}

async function attempt(): Promise<boolean> {
  const store = await openStore(target, { leaseMs: Number(lease), databaseTimeoutMs: 30_000 });
  try {
    await importAll(store);
    console.log('done');
    return true;
  } catch (error) {
    console.log(error instanceof MolstreamError ? error.code : messageOf(error));
    return false;
  } finally {
    await store.close();
  }
}

let asked = waits === 'waits' ? 0 : 1;
let wake = () => {};
createInterface({ input: process.stdin })
  .on('line', () => {
    asked += 1;
    wake();
  })
  // Whoever started it is gone.
  .on('close', () => process.exit(1));

for (let isDone = false; !isDone; ) {
  if (asked === 0) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  asked -= 1;
  isDone = await attempt();
}
process.exit();
