/** What the database costs a record on the main thread and in all, by width of its bytes, for both databases. */
import { cpus } from 'node:os';
import { openLedger } from '../../lib/store/ledger.js';
import type { Item } from '../../lib/types.js';
import { madeEnd, madeInput, madeMolecule } from '../support/items.js';
import { stopPostgres } from '../support/postgres.js';
import { closeAll, KINDS, ledgerOptions, openFresh, prefixHash } from '../support/stores.js';

const CHUNK = 1_000;

/** `args`: `--json`, and the number of records (default 10,000). */
export async function run(args: string[]): Promise<void> {
  const records = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 10_000);
  const results: Record<string, unknown>[] = [];
  for (const kind of KINDS) {
    for (const [width, rawBytes] of Object.entries({ narrow: 100, wide: 7_000 })) {
      const store = await openFresh(kind);
      const input = madeInput(`/made/${width}`);
      for (const pass of ['new', 'unchanged']) {
        const ledger = await openLedger(store, ledgerOptions([input]));
        let wallMs = 0;
        let mainMs = 0;
        for (let start = 0; start < records; start += CHUNK) {
          const items: Item[] = [];
          for (let ordinal = start; ordinal < Math.min(start + CHUNK, records); ordinal += 1) {
            items.push(madeMolecule({ input, ordinal, rawBytes, structure: structureOf(ordinal) }, { tagsJson: TAGS }));
          }
          if (start + CHUNK >= records) items.push(madeEnd(input, records));
          const begun = performance.now();
          const before = process.cpuUsage();
          await ledger.commit({ items, bytes: 0, closedBy: 'rows' }, prefixHash);
          const { user, system } = process.cpuUsage(before);
          wallMs += performance.now() - begun;
          mainMs += (user + system) / 1_000;
        }
        await ledger.finish('completed');
        const perRecord = (ms: number) => Math.round((ms * 10_000) / records) / 10;
        results.push({ kind, width, pass, wallUs: perRecord(wallMs), processUs: perRecord(mainMs) });
      }
      await closeAll();
    }
  }
  await stopPostgres();
  const machine = `${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, Node ${process.version}`;
  if (args.includes('--json')) {
    console.log(JSON.stringify({ machine, records, chunk: CHUNK, results }));
    return;
  }
  console.log(`${machine}; ${records} records in chunks of ${CHUNK}; us a record, wall and CPU of this process`);
  console.table(results);
}

/** Keys that sort as InChIKeys do: at random. */
function structureOf(ordinal: number): string {
  return ((ordinal * 2_654_435_761) % 4_294_967_296).toString(16).padStart(27, 'A');
}

const TAGS = JSON.stringify(
  Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`TAG_${i}`, `value ${i} of many`])),
);
