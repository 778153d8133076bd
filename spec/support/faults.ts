/** Makes a database refuse work, for real. */
import type { Store } from '../../lib/store/open-store.js';

/** Rows of `records` whose name is `bad` violate a constraint from now on. */
export async function refuseBadRecords(store: Store): Promise<void> {
  const { records } = store.tables.quoted;
  if (store.kind === 'postgres') {
    await store.knex.raw(`ALTER TABLE ${records} ADD CONSTRAINT good CHECK (name <> 'bad')`);
  } else {
    await store.knex.raw(
      `CREATE TRIGGER good BEFORE INSERT ON ${records} WHEN NEW.name = 'bad' BEGIN SELECT RAISE(ABORT, 'bad name'); END`,
    );
  }
}

/** Any row of `rejections` violates a constraint from now on. */
export async function refuseRejections(store: Store): Promise<void> {
  const { rejections } = store.tables.quoted;
  if (store.kind === 'postgres') {
    await store.knex.raw(`ALTER TABLE ${rejections} ADD CONSTRAINT "no rejections" CHECK (false)`);
  } else {
    await store.knex.raw(
      `CREATE TRIGGER none BEFORE INSERT ON ${rejections} BEGIN SELECT RAISE(ABORT, 'no rejections'); END`,
    );
  }
}

/** The next `times` inserts into `molecules` fail in PostgreSQL with this SQLSTATE, counted over rollbacks. */
export async function failMolecules(store: Store, sqlstate: string, times: number): Promise<void> {
  const { molecules } = store.tables.quoted;
  const act =
    sqlstate === '57014'
      ? 'PERFORM pg_cancel_backend(pg_backend_pid()); PERFORM pg_sleep(10);'
      : `RAISE EXCEPTION 'failed with ${sqlstate}' USING ERRCODE = '${sqlstate}';`;
  await store.knex.raw(`CREATE SEQUENCE failures`);
  await store.knex.raw(
    `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF nextval('failures') <= ${times} THEN ${act} END IF; RETURN NULL; END $$`,
  );
  await store.knex.raw(`CREATE TRIGGER fail BEFORE INSERT ON ${molecules} FOR EACH STATEMENT EXECUTE FUNCTION fail()`);
}
