/**
 * What the database costs a record, in all and in CPU time of this process, by width of its bytes, for both databases;
 * beside it the same rows by knex's own multi-row inserts, which read nothing and guard nothing.
 */
import { cpus } from 'node:os';
import { DESCRIPTOR_COLUMNS } from '../../lib/chemistry/columns.js';
import { openLedger } from '../../lib/store/ledger.js';
import type { Store } from '../../lib/store/open-store.js';
import type { Input, Item, Molecule } from '../../lib/types.js';
import { madeEnd, madeInput, madeMolecule } from '../support/items.js';
import { stopPostgres } from '../support/postgres.js';
import { closeAll, DESCRIBED, KINDS, ledgerOptions, openFresh, prefixHash } from '../support/stores.js';

const CHUNK = 1_000;
/** Of one plain insert. */
const PLAIN_ROWS = 100;

/** `args`: `--json`, and the number of records (default 10,000). */
export async function run(args: string[]): Promise<void> {
  const records = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 10_000);
  const results: Record<string, unknown>[] = [];
  for (const kind of KINDS) {
    for (const [width, rawBytes] of Object.entries({ narrow: 100, wide: 7_000 })) {
      const plain = await openFresh(kind);
      results.push({ kind, width, pass: 'knex inserts', ...(await insertPlainly(plain, records, rawBytes)) });
      await closeAll();
      const store = await openFresh(kind);
      const input = madeInput(`/made/${width}`);
      for (const pass of ['new', 'unchanged']) {
        const ledger = await openLedger(store, ledgerOptions([input]));
        let wallMs = 0;
        let mainMs = 0;
        for (let start = 0; start < records; start += CHUNK) {
          const items: Item[] = moleculesFrom(input, start, records, rawBytes);
          if (start + CHUNK >= records) items.push(madeEnd(input, records));
          const begun = performance.now();
          const before = process.cpuUsage();
          await ledger.commit({ items, bytes: 0, closedBy: 'rows' }, prefixHash);
          const { user, system } = process.cpuUsage(before);
          wallMs += performance.now() - begun;
          mainMs += (user + system) / 1_000;
        }
        await ledger.finish('completed');
        results.push({ kind, width, pass, ...perRecord(records, wallMs, mainMs) });
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

function perRecord(records: number, wallMs: number, processMs: number) {
  const round = (ms: number) => Math.round((ms * 10_000) / records) / 10;
  return { wallUs: round(wallMs), processUs: round(processMs) };
}

function moleculesFrom(input: Input, start: number, records: number, rawBytes: number): Molecule[] {
  const size = Math.min(CHUNK, records - start);
  return Array.from({ length: size }, (_, i) => {
    const ordinal = start + i;
    return madeMolecule({ input, ordinal, rawBytes, structure: structureOf(ordinal) }, { tagsJson: TAGS });
  });
}

async function insertPlainly({ knex, tables }: Store, records: number, rawBytes: number) {
  const input = madeInput('/made/plain');
  let wallMs = 0;
  let processMs = 0;
  for (let start = 0; start < records; start += CHUNK) {
    const molecules = moleculesFrom(input, start, records, rawBytes);
    const begun = performance.now();
    const before = process.cpuUsage();
    await knex.transaction(async (transaction) => {
      for (let from = 0; from < molecules.length; from += PLAIN_ROWS) {
        const some = molecules.slice(from, from + PLAIN_ROWS);
        await transaction(tables.molecules).insert(some.map(moleculeRow));
        await transaction(tables.records).insert(some.map(recordRow));
      }
    });
    const { user, system } = process.cpuUsage(before);
    wallMs += performance.now() - begun;
    processMs += (user + system) / 1_000;
  }
  return perRecord(records, wallMs, processMs);
}

function moleculeRow(molecule: Molecule): Record<string, unknown> {
  return {
    structure_key: molecule.structureKey,
    inchi: molecule.inchi,
    inchikey: molecule.inchikey,
    canonical_smiles: molecule.canonicalSmiles,
    formula: molecule.formula,
    formal_charge: molecule.formalCharge,
    ...Object.fromEntries(DESCRIPTOR_COLUMNS.map((name, i) => [name, molecule.descriptors?.[i]])),
    morgan_fp: Buffer.from(molecule.morganFp!),
    standardizer: 'none',
    toolkit_version: '2026.09.1',
  };
}

function recordRow(molecule: Molecule): Record<string, unknown> {
  return {
    source_id: 1,
    record_key: molecule.recordKey,
    external_id: molecule.externalId,
    name: molecule.name,
    structure_key: molecule.structureKey,
    input_id: 1,
    ordinal: molecule.ordinal,
    byte_offset: molecule.byteOffset,
    content_hash: molecule.contentHash,
    described_with: DESCRIBED,
    tags: molecule.tagsJson,
    raw: molecule.raw,
    run_id: 1,
  };
}

/** Keys that sort as InChIKeys do: at random. */
function structureOf(ordinal: number): string {
  return ((ordinal * 2_654_435_761) % 4_294_967_296).toString(16).padStart(27, 'A');
}

const TAGS = JSON.stringify(
  Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`TAG_${i}`, `value ${i} of many`])),
);
