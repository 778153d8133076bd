import { copyFile, rename, rm } from 'node:fs/promises';
import { expect } from 'chai';
import { openLedger } from '../../../lib/store/ledger.js';
import type { Item } from '../../../lib/types.js';
import { chunkOf, madeEnd, madeInput, madeMolecule } from '../../support/items.js';
import { closeAll, freshTarget, ledgerOptions, openTracked, prefixHash } from '../../support/stores.js';

const A = madeInput('/data/a.sdf');

describe('a SQLite file in use', () => {
  afterEach(closeAll);

  const fates: [string, (path: string) => Promise<void>][] = [
    ['deleted', (path) => rm(path)],
    ['moved', (path) => rename(path, `${path}.moved`)],
    [
      'replaced',
      async (path) => {
        await copyFile(path, `${path}.copy`);
        await rename(`${path}.copy`, path);
      },
    ],
  ];
  for (const [fate, suffer] of fates) {
    it(`is not written to in silence when it is ${fate}`, async () => {
      const target = await freshTarget('sqlite');
      const ledger = await openLedger(await openTracked(target), ledgerOptions([A]));
      await ledger.commit(chunkOf<Item>(madeMolecule({ input: A, ordinal: 0 })), prefixHash);
      await suffer(target);
      const chunk = chunkOf<Item>(madeMolecule({ input: A, ordinal: 1 }), madeEnd(A, 2));
      const error = await ledger.commit(chunk, prefixHash).catch((reason: unknown) => reason);
      expect(error).to.include({ code: 'DATABASE_UNAVAILABLE', retryable: false });
      expect((error as Error).message).to.contain(`${target} was deleted, moved or replaced`);
      const unfinished = await ledger.finish('completed').catch((reason: unknown) => reason);
      expect(unfinished).to.include({ code: 'DATABASE_UNAVAILABLE' });
    });
  }
});
