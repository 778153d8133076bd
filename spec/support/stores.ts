/** The two databases, for specs that hold for both. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '../../lib/store/ledger.js';
import type { CommitReport, Ledger, LedgerOptions } from '../../lib/store/ledger-contract.js';
import { openStore, type Store, type StoreOptions } from '../../lib/store/open-store.js';
import type { Chunk, Input } from '../../lib/types.js';
import { freshPostgres } from './postgres.js';

export type Kind = 'sqlite' | 'postgres';
export const KINDS: readonly Kind[] = ['sqlite', 'postgres'];

const opened: Store[] = [];
const folders: string[] = [];

/** A target of which nothing exists yet. */
export async function freshTarget(kind: Kind): Promise<string> {
  if (kind === 'postgres') return freshPostgres();
  const folder = await mkdtemp(join(tmpdir(), 'molstream-store-'));
  folders.push(folder);
  return join(folder, 'molecules.sqlite');
}

export async function openFresh(kind: Kind, options?: StoreOptions): Promise<Store> {
  return openTracked(await freshTarget(kind), options);
}

export async function openTracked(target: string, options?: StoreOptions): Promise<Store> {
  const store = await openStore(target, options);
  opened.push(store);
  return store;
}

/** For `afterEach`: closes what the spec opened and removes its files. */
export async function closeAll(): Promise<void> {
  for (const store of opened.splice(0)) await store.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

export const DESCRIBED = 'descriptors=all fingerprint=morgan standardize=none';

export function ledgerOptions(inputs: readonly Input[], more: Partial<LedgerOptions> = {}): LedgerOptions {
  return {
    inputs,
    describedWith: DESCRIBED,
    onConflict: 'update',
    keepRaw: true,
    redescribe: false,
    restart: false,
    dryRun: false,
    options: {},
    toolkitVersion: '2026.09.1',
    standardizer: 'none',
    ...more,
  };
}

export const prefixHash = (_input: Input, offset: number) => `hash of ${offset}`;

/** Commits the chunks and finishes as completed. */
export async function importChunks(
  store: Store,
  options: LedgerOptions,
  chunks: readonly Chunk[],
): Promise<{ ledger: Ledger; reports: CommitReport[] }> {
  const ledger = await openLedger(store, options);
  const reports: CommitReport[] = [];
  for (const chunk of chunks) reports.push(await ledger.commit(chunk, prefixHash));
  await ledger.finish('completed');
  return { ledger, reports };
}

/** Rows of a table, as plain objects with numbers for counts. */
export async function rowsOf(
  store: Store,
  table: 'records' | 'molecules' | 'rejections' | 'runs' | 'checkpoints' | 'confirmations' | 'compounds',
  order: string,
) {
  const rows: Record<string, unknown>[] = await store.knex(store.tables[table]).select().orderBy(order);
  return rows;
}
