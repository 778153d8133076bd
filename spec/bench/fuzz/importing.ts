/**
 * A spoilt file through the whole import, each of its records in one state in the end: in two executions, or packed, cut
 * short, and then whole.
 */
import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { MolstreamError, messageOf } from '../../../lib/errors.js';
import { locateInputs } from '../../../lib/sources/inputs.js';
import { openStore } from '../../../lib/store/open-store.js';
import { importMolecules } from '../../../pipelines/import-molecules.js';
import { differencesOf, verifyFile } from '../../support/verify-file.js';
import type { Case } from './case.js';
import type { Dice } from './mutations.js';

/** `folder` is emptied again. */
export async function checkImport({ seed, bytes }: Case, folder: string, dice: Dice): Promise<string[]> {
  const isPacked = dice(3) === 0;
  const name = basename(seed.input.uri).replace(/\.gz$/, '');
  const file = join(folder, isPacked ? `${name}.gz` : name);
  const to = join(folder, 'fuzz.sqlite');
  const whole = isPacked ? gzipSync(bytes) : bytes;
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
    if (isPacked) {
      await writeFile(file, whole.subarray(0, Math.ceil((whole.length * (1 + dice(9))) / 10)));
      await importMolecules(options).catch(expectTruncated);
      await writeFile(file, whole);
    } else {
      await writeFile(file, whole);
      await importMolecules({ ...options, limit: 1 + dice(4) });
    }
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

/** Of what was cut short too early even the format may not be known. */
function expectTruncated(error: unknown): void {
  const known = ['INPUT_TRUNCATED', 'UNKNOWN_FORMAT', 'BAD_OPTION'];
  if (!(error instanceof MolstreamError) || !known.includes(error.code)) throw error;
}
