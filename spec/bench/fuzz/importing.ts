/** A spoilt file through the whole import: in two executions, each of its records in one state. */
import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MolstreamError, messageOf } from '../../../lib/errors.js';
import { locateInputs } from '../../../lib/sources/inputs.js';
import { openStore } from '../../../lib/store/open-store.js';
import { importMolecules } from '../../../pipelines/import-molecules.js';
import { differencesOf, verifyFile } from '../../support/verify-file.js';
import type { Case } from './case.js';
import type { Dice } from './mutations.js';

/** `folder` is emptied again. */
export async function checkImport({ seed, bytes }: Case, folder: string, dice: Dice): Promise<string[]> {
  const name = basename(seed.input.uri).replace(/\.gz$/, '');
  const file = join(folder, name);
  const to = join(folder, 'fuzz.sqlite');
  await writeFile(file, bytes);
  try {
    const options = {
      inputs: [file],
      to,
      descriptors: 'none',
      fingerprint: 'none',
      workers: 1,
      batchSize: 1 + dice(6),
      maxRecordBytes: seed.maxRecordBytes,
    } as const;
    await importMolecules({ ...options, limit: 1 + dice(4) });
    const { read, inserted, updated, unchanged, skipped, rejected } = await importMolecules(options);
    const wrong: string[] = [];
    if (read !== inserted + updated + unchanged + skipped + rejected) wrong.push('the counters do not add up');
    const [input] = await locateInputs([file]);
    const store = await openStore(to, { create: false });
    try {
      const report = await verifyFile(store, input!, seed.maxRecordBytes);
      wrong.push(...differencesOf(report));
      if (report.inputs[0]?.read !== read)
        wrong.push(`${read} records were counted, ${report.inputs[0]?.read} are there`);
    } finally {
      await store.close();
    }
    return wrong;
  } catch (error) {
    const isRefusal = error instanceof MolstreamError && ['UNKNOWN_FORMAT', 'BAD_OPTION'].includes(error.code);
    return isRefusal ? [] : [`the import failed: ${messageOf(error)}`];
  } finally {
    await Promise.all([file, to, `${to}-wal`, `${to}-shm`].map((path) => rm(path, { force: true })));
  }
}
