/**
 * Imports files one by one and accounts for their records.
 *
 * Owns: a database for each file, which is removed before the next.
 */
import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MolstreamError, messageOf, type RunCode } from '../../../lib/errors.js';
import { locateInputs } from '../../../lib/sources/inputs.js';
import { openStore } from '../../../lib/store/open-store.js';
import { ImportFailed } from '../../../pipelines/import-failed.js';
import { importMolecules } from '../../../pipelines/import-molecules.js';
import type { ImportSummary } from '../../../pipelines/summary.js';
import { differencesOf, verifyFile } from '../../support/verify-file.js';

export interface Account {
  readonly file: string;
  /** `damaged`: the file cannot be read to its end. `refused`: it was not begun. */
  readonly status: 'completed' | 'damaged' | 'refused' | 'failed';
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly rejected: number;
  /** By code. */
  readonly rejections: Readonly<Record<string, number>>;
  /** Why it was not read, or not to its end. */
  readonly reason: string;
  /** What does not add up. */
  readonly wrong: readonly string[];
}

const NOTHING = { read: 0, inserted: 0, updated: 0, unchanged: 0, skipped: 0, rejected: 0, rejections: {} } as const;
/** Reasons that lie in a file: it is not what molstream reads. */
const BY_DESIGN: ReadonlySet<RunCode> = new Set<RunCode>(['UNKNOWN_FORMAT', 'UNSUPPORTED_COMPRESSION', 'BAD_OPTION']);
/** Gzip data that end early: what comes before is imported. */
const DAMAGED: ReadonlySet<RunCode> = new Set<RunCode>(['INPUT_TRUNCATED']);

/** All files under the folders, in the order of their names. */
export function filesIn(places: readonly string[]): string[] {
  return places.flatMap((place) => {
    if (!statSync(place).isDirectory()) return [place];
    const names = readdirSync(place).sort();
    return filesIn(names.map((name) => join(place, name)));
  });
}

/** `limit`: most records of each file; 0: all. */
export async function* accountFor(
  files: readonly string[],
  { limit = 0 }: { limit?: number } = {},
): AsyncGenerator<Account> {
  const folder = await mkdtemp(join(tmpdir(), 'molstream-account-'));
  try {
    for (const [index, file] of files.entries()) {
      const to = join(folder, `${index}.sqlite`);
      yield await accountForFile(file, to, limit);
      await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(`${to}${suffix}`, { force: true })));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function accountForFile(file: string, to: string, limit: number): Promise<Account> {
  try {
    const summary = await importMolecules({ inputs: [file], to, limit });
    return { ...(await check(file, to, summary)), status: 'completed', reason: '' };
  } catch (error) {
    const reason = `${error instanceof MolstreamError ? `${error.code}: ` : ''}${messageOf(error)}`;
    const code = error instanceof MolstreamError ? error.code : 'INTERNAL';
    if (error instanceof ImportFailed && DAMAGED.has(code)) {
      return { ...(await check(file, to, error.summary)), status: 'damaged', reason };
    }
    if (!(error instanceof ImportFailed) && BY_DESIGN.has(code)) {
      return { file, status: 'refused', ...NOTHING, reason, wrong: [] };
    }
    return { file, status: 'failed', ...NOTHING, reason, wrong: [reason] };
  }
}

type Checked = Omit<Account, 'status' | 'reason'>;

async function check(file: string, to: string, summary: ImportSummary): Promise<Checked> {
  const { read, inserted, updated, unchanged, skipped, rejected, rejections } = summary;
  const wrong: string[] = [];
  if (read !== inserted + updated + unchanged + skipped + rejected) wrong.push('the counters do not add up');
  const coded = Object.values(rejections).reduce((sum, n) => sum + n, 0);
  if (coded !== rejected) wrong.push(`${rejected} records are rejected, ${coded} with a code`);
  const [input] = await locateInputs([file]);
  const store = await openStore(to, { create: false });
  try {
    // A damaged file cannot be read again to its end.
    if (summary.error === undefined && input !== undefined)
      wrong.push(...differencesOf(await verifyFile(store, input)));
  } finally {
    await store.close();
  }
  return { file, read, inserted, updated, unchanged, skipped, rejected, rejections, wrong };
}
