/** Finds or creates the run of an import, and takes its checkpoints from nobody who is alive. */
import { InputError } from '../errors.js';
import type { Input } from '../types.js';
import { forgetConfirmed } from './confirmations.js';
import { elementsOf } from './json-list.js';
import type { Store } from './open-store.js';
import { describeOwner, isDead, type Owner, parseOwner } from './owner.js';
import type { Position } from './progress.js';
import { compare, type RunSettings, resumeKey } from './run-settings.js';
import { storedTally } from './stored-tally.js';
import type { Tally } from './tally.js';
import { inFuture } from './time.js';
import { inTransaction, type Row, type Session, withSession } from './transaction.js';

/** A checkpoint in the hands of this process. */
export interface Claim extends Position {
  readonly input: Input;
  readonly inputId: number;
  readonly sourceId: number;
  readonly epoch: number;
  readonly prefixHash: string | null;
  readonly tally: Tally;
}

export interface ClaimedRun {
  readonly runId: number;
  readonly resumed: boolean;
  readonly claims: readonly Claim[];
}

const UNFINISHED = ['running', 'failed', 'interrupted'];

/** Throws `InputError` INPUT_IN_USE, which names the holder. */
export async function claimRun(store: Store, settings: RunSettings, owner: Owner): Promise<ClaimedRun> {
  await endLapsedSessions(store, settings.inputs);
  const { value } = await inTransaction(store.knex, async (session) => {
    const places = await placesOf(session, store, settings.inputs);
    await refuseHeld(session, store, places, owner);
    await fenceLapsed(session, store, places);
    const key = resumeKey(settings);
    const resumable = settings.restart ? null : await findRun(session, store, places, key);
    const runId = resumable ?? (await createRun(session, store, settings, places, key));
    if (resumable !== null) {
      await session.execute(
        `UPDATE ${store.tables.quoted.runs} SET status = 'running', finished_at = NULL WHERE run_id = ?`,
        [runId],
      );
    }
    const claims: Claim[] = [];
    for (const place of places) claims.push(await claim(session, store, runId, place, owner));
    return { runId, resumed: resumable !== null, claims };
  });
  return value;
}

interface InputPlace {
  readonly input: Input;
  readonly inputId: number;
  readonly sourceId: number;
}

/** Rows of `sources` and `inputs`, made or found; the latter stay locked, so that claims come one after the other. */
async function placesOf(session: Session, store: Store, inputs: readonly Input[]): Promise<InputPlace[]> {
  const { quoted: q } = store.tables;
  const places: InputPlace[] = [];
  const ordered = [...inputs].sort((a, b) => compare(a.source, b.source) || compare(a.uri, b.uri));
  for (const input of ordered) {
    const sources = await session.execute(
      `INSERT INTO ${q.sources} (name, profile) VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET profile = coalesce(excluded.profile, ${q.sources}.profile) RETURNING source_id`,
      [input.source, input.profile],
    );
    const sourceId = Number(sources.rows[0]?.source_id);
    const stored = await session.execute(
      `INSERT INTO ${q.inputs} (source_id, uri, size_bytes) VALUES (?, ?, ?)
       ON CONFLICT (source_id, uri) DO UPDATE SET size_bytes = excluded.size_bytes RETURNING input_id`,
      [sourceId, input.uri, input.sizeBytes],
    );
    places.push({ input, inputId: Number(stored.rows[0]?.input_id), sourceId });
  }
  return places;
}

async function refuseHeld(
  session: Session,
  store: Store,
  places: readonly InputPlace[],
  claimant: Owner,
): Promise<void> {
  const ids = places.map((place) => place.inputId);
  for (const { owner, uri, hasLease } of await ownersOf(session, store, 'input_id', ids)) {
    // The claimant holds it already if the answer to its first claim was lost.
    if (!hasLease || owner.token === claimant.token || isDead(owner)) continue;
    throw new InputError(
      'INPUT_IN_USE',
      `${uri} is being imported by ${describeOwner(owner)}: wait for it, or end it`,
      {
        input: uri,
      },
    );
  }
}

/** Whoever stood still while others import the same inputs is fenced, even where its run is not the one that goes on. */
async function fenceLapsed(session: Session, store: Store, places: readonly InputPlace[]): Promise<void> {
  const ids = places.map((place) => place.inputId);
  await session.execute(
    `UPDATE ${store.tables.quoted.checkpoints} SET epoch = epoch + 1, owner = NULL, lease_until = NULL
     WHERE owner IS NOT NULL AND input_id IN ${elementsOf(session.knex, 'bigint')}`,
    [JSON.stringify(ids)],
  );
}

async function ownersOf(session: Session, store: Store, column: 'input_id' | 'uri', values: readonly unknown[]) {
  const { quoted: q } = store.tables;
  const { rows } = await session.execute(
    `SELECT c.owner, i.uri, c.lease_until > ${inFuture(store.kind)} AS has_lease FROM ${q.checkpoints} c
     JOIN ${q.inputs} i ON i.input_id = c.input_id
     WHERE c.owner IS NOT NULL AND i.${column} IN ${elementsOf(session.knex, column === 'uri' ? 'text' : 'bigint')}`,
    [0, JSON.stringify(values)],
  );
  return rows.map((row) => ({
    owner: parseOwner(String(row.owner)),
    uri: String(row.uri),
    hasLease: Boolean(row.has_lease),
  }));
}

/**
 * An owner whose lease has run out may stand still inside a transaction, which holds its checkpoint's row: its sessions
 * are ended, and it will find itself fenced when it wakes.
 */
async function endLapsedSessions(store: Store, inputs: readonly Input[]): Promise<void> {
  if (store.kind === 'sqlite') return;
  const uris = inputs.map((input) => input.uri);
  await withSession(store.knex, async (session) => {
    for (const { owner, hasLease } of await ownersOf(session, store, 'uri', uris)) {
      if ((hasLease && !isDead(owner)) || owner.session === store.sessionName) continue;
      await session.execute(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = ? AND datname = current_database() AND usename = current_user`,
        [owner.session],
      );
    }
  });
}

/**
 * The run to go on with: the latest of all the inputs, if it is unfinished and was given what this one is given. One that
 * another run has read over since is not gone on with: what it stored may be of the other's making by now.
 */
async function findRun(
  session: Session,
  store: Store,
  places: readonly InputPlace[],
  key: string,
): Promise<number | null> {
  const { quoted: q } = store.tables;
  let latest: number | null = null;
  for (const { inputId } of places) {
    const { rows } = await session.execute(`SELECT max(run_id) AS run_id FROM ${q.checkpoints} WHERE input_id = ?`, [
      inputId,
    ]);
    if (rows[0]?.run_id == null) return null;
    latest = Math.max(latest ?? 0, Number(rows[0].run_id));
  }
  const { rows } = await session.execute(
    `SELECT status, CAST(options AS text) AS options FROM ${q.runs} WHERE run_id = ?`,
    [latest],
  );
  const run = rows[0];
  if (run === undefined || !UNFINISHED.includes(String(run.status))) return null;
  return (JSON.parse(String(run.options)) as Row).resume_key === key ? latest : null;
}

async function createRun(
  session: Session,
  store: Store,
  settings: RunSettings,
  places: readonly InputPlace[],
  key: string,
): Promise<number> {
  const { quoted: q } = store.tables;
  const options = JSON.stringify({ ...settings.options, described_with: settings.describedWith, resume_key: key });
  const { rows } = await session.execute(
    `INSERT INTO ${q.runs} (status, options) VALUES ('running', ?) RETURNING run_id`,
    [options],
  );
  const runId = Number(rows[0]?.run_id);
  const inputIds = places.map((place) => place.inputId);
  for (const inputId of inputIds) {
    await session.execute(`INSERT INTO ${q.checkpoints} (run_id, input_id) VALUES (?, ?)`, [runId, inputId]);
  }
  await forgetConfirmed(session, store.tables, inputIds);
  return runId;
}

async function claim(session: Session, store: Store, runId: number, place: InputPlace, owner: Owner): Promise<Claim> {
  const { rows } = await session.execute(
    `UPDATE ${store.tables.quoted.checkpoints} SET epoch = epoch + 1, owner = ?, lease_until = ${inFuture(store.kind)}
     WHERE run_id = ? AND input_id = ? AND part = 0 RETURNING *`,
    [JSON.stringify(owner), store.leaseMs, runId, place.inputId],
  );
  const row = rows[0] ?? {};
  return {
    ...place,
    epoch: Number(row.epoch),
    nextOffset: Number(row.next_offset),
    nextOrdinal: Number(row.next_ordinal),
    completed: Boolean(row.completed),
    prefixHash: row.prefix_hash === null ? null : String(row.prefix_hash),
    tally: storedTally(row),
  };
}
