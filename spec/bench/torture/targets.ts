/** Databases to torture, and the constraint by which they refuse some rows. */
import { openExistingStore, openStore, type Store } from '../../../lib/store/open-store.js';
import { REFUSED } from './releases.js';

export async function withStore<T>(target: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(target, { create: false });
  return work(store).finally(() => store.close());
}

/** Creates the tables as any command does. */
export async function createTables(target: string): Promise<void> {
  await (await openStore(target)).close();
}

/** False where the tables are not there yet. */
export async function hasTables(target: string): Promise<boolean> {
  const store = await openExistingStore(target);
  await store?.close();
  return store !== null;
}

/** From now on the database refuses records of the name `REFUSED`. */
export async function refuseSome(target: string): Promise<void> {
  await withStore(target, async ({ kind, knex, tables: { quoted: q } }) => {
    if (kind === 'postgres') {
      await knex.raw(`ALTER TABLE ${q.records} ADD CONSTRAINT torture CHECK (name <> '${REFUSED}')`);
      return;
    }
    for (const change of ['INSERT', 'UPDATE']) {
      await knex.raw(
        `CREATE TRIGGER torture_${change} BEFORE ${change} ON ${q.records} WHEN NEW.name = '${REFUSED}'
         BEGIN SELECT RAISE(ABORT, 'this name is not wanted'); END`,
      );
    }
  });
}
