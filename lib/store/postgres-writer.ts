/**
 * Rows of a chunk into PostgreSQL. Molecules, which imports side by side share, and rows that replace others go by COPY
 * into temporary tables and from there in one statement; what is new goes by COPY into its table at once.
 */
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { DESCRIPTOR_COLUMNS, INTEGER_DESCRIPTORS } from '../chemistry/columns.js';
import type { Molecule, Rejection } from '../types.js';
import { type CopyRow, copyRows } from './copy-format.js';
import { databaseCodeOf } from './failures.js';
import type { StoredRecord } from './resolve.js';
import { MOLECULE_COLUMNS, RECORD_COLUMNS, RECORD_IDENTITY, REJECTION_COLUMNS, type Tables } from './tables.js';
import type { Session } from './transaction.js';
import {
  type ChunkWriter,
  layoutOf,
  MERGED,
  Overtaken,
  type RecordRow,
  type RowConstants,
  type StoredStructure,
} from './writer.js';

const STAGED_MOLECULES = 'pg_temp.molstream_staged_molecules';
const STAGED_RECORDS = 'pg_temp.molstream_staged_records';
const UNIQUE_VIOLATION = '23505';

export function postgresWriter(session: Session, { quoted: q }: Tables, constants: RowConstants): ChunkWriter {
  const copy = async <T>(
    table: string,
    columns: readonly string[],
    rows: readonly T[],
    add: (to: CopyRow, row: T) => void,
  ): Promise<void> => {
    const sql = `COPY ${table} (${columns.join(', ')}) FROM STDIN WITH (FORMAT binary)`;
    session.announce(sql);
    await pipeline(copyRows(rows, add), session.postgres.query(copyFrom(sql)));
  };

  /** Emptied by every commit and rollback; made once for each connection. */
  const stage = (name: string, like: string) =>
    session.execute(
      `CREATE TEMPORARY TABLE IF NOT EXISTS ${name.replace('pg_temp.', '')} (LIKE ${like} INCLUDING DEFAULTS) ON COMMIT DELETE ROWS`,
    );

  let moleculesAreStaged = false;
  const stageMolecules = async (molecules: readonly Molecule[]): Promise<void> => {
    await stage(STAGED_MOLECULES, q.molecules);
    if (moleculesAreStaged) await session.execute(`DELETE FROM ${STAGED_MOLECULES}`);
    moleculesAreStaged = true;
    await copy(STAGED_MOLECULES, MOLECULE_COLUMNS, molecules, (to, molecule) => addMolecule(to, molecule, constants));
  };

  const structures = async (keys: readonly string[], lock = ''): Promise<Map<string, StoredStructure>> => {
    const found = new Map<string, StoredStructure>();
    if (keys.length === 0) return found;
    const { rows } = await session.execute(
      `SELECT structure_key, canonical_smiles, exact_mass IS NOT NULL AS descriptors,
       morgan_fp IS NOT NULL AS fingerprint FROM ${q.molecules} WHERE structure_key = ANY (?)${lock}`,
      [keys],
    );
    for (const row of rows) {
      found.set(String(row.structure_key), {
        canonicalSmiles: String(row.canonical_smiles),
        hasDescriptors: row.descriptors === true,
        hasFingerprint: row.fingerprint === true,
      });
    }
    return found;
  };

  return {
    async records(sourceId, keys) {
      const found = new Map<string, StoredRecord>();
      if (keys.length === 0) return found;
      const { rows } = await session.execute(
        `SELECT record_key, record_id, content_hash, described_with, run_id, warnings::text AS warnings
         FROM ${q.records} WHERE source_id = ? AND record_key = ANY (?)`,
        [sourceId, keys],
      );
      for (const row of rows) {
        found.set(String(row.record_key), {
          recordId: Number(row.record_id),
          contentHash: String(row.content_hash),
          describedWith: String(row.described_with),
          runId: Number(row.run_id),
          warnings: row.warnings === null ? null : String(row.warnings),
        });
      }
      return found;
    },

    structures: (keys) => structures(keys),
    holdStructures: (keys) => structures(keys, ' ORDER BY structure_key FOR KEY SHARE'),

    async insertMolecules(molecules) {
      if (molecules.length === 0) return new Set();
      await stageMolecules(molecules);
      const columns = MOLECULE_COLUMNS.join(', ');
      const { rows } = await session.execute(
        `INSERT INTO ${q.molecules} (${columns}) SELECT ${columns} FROM ${STAGED_MOLECULES} ORDER BY structure_key
         ON CONFLICT DO NOTHING RETURNING structure_key`,
      );
      return new Set(rows.map((row) => String(row.structure_key)));
    },

    async keepSmiles(keys) {
      if (keys.length === 0) return;
      // Waits for those who hold these rows: their records are then seen below.
      await session.execute(
        `SELECT 1 FROM ${q.molecules} WHERE structure_key = ANY (?) ORDER BY structure_key FOR UPDATE`,
        [keys],
      );
      await session.execute(
        `UPDATE ${q.records} r SET canonical_smiles = m.canonical_smiles,
         warnings = (coalesce(left(r.warnings::text, -1) || ',', '[') || ? || ']')::json FROM ${q.molecules} m
         WHERE m.structure_key = ANY (?) AND r.structure_key = m.structure_key AND r.canonical_smiles IS NULL`,
        [JSON.stringify(MERGED), keys],
      );
    },

    async refreshMolecules(molecules) {
      if (molecules.length === 0) return;
      await stageMolecules(molecules);
      await session.execute(
        `SELECT 1 FROM ${q.molecules} WHERE structure_key IN (SELECT structure_key FROM ${STAGED_MOLECULES})
         ORDER BY structure_key FOR NO KEY UPDATE`,
      );
      const set = MOLECULE_COLUMNS.slice(1).map((name) => `${name} = s.${name}`);
      await session.execute(
        `UPDATE ${q.molecules} m SET ${set.join(', ')} FROM ${STAGED_MOLECULES} s WHERE m.structure_key = s.structure_key`,
      );
    },

    async insertRecords(rows) {
      if (rows.length === 0) return;
      try {
        await copy(q.records, RECORD_COLUMNS, rows, (to, row) => addRecord(to, row, constants));
      } catch (error) {
        throw isOwnKey(error) ? new Overtaken() : error;
      }
    },

    async replaceRecords(rows) {
      if (rows.length === 0) return;
      await stage(STAGED_RECORDS, q.records);
      const columns = ['record_id', ...RECORD_COLUMNS];
      await copy(STAGED_RECORDS, columns, rows, (to, row) => addRecord(to, row, constants, row.replaces?.recordId));
      const set = RECORD_COLUMNS.map((name) => `${name} = s.${name}`);
      await session.execute(
        `UPDATE ${q.records} r SET ${set.join(', ')} FROM ${STAGED_RECORDS} s WHERE r.record_id = s.record_id`,
      );
    },

    async lockRecords(records) {
      if (records.length === 0) return;
      const { rows } = await session.execute(
        `SELECT record_id, content_hash FROM ${q.records} WHERE record_id = ANY (?)
         ORDER BY source_id, record_key FOR NO KEY UPDATE`,
        [records.map((record) => record.recordId)],
      );
      const now = new Map(rows.map((row) => [Number(row.record_id), String(row.content_hash)]));
      if (records.some((record) => now.get(record.recordId) !== record.contentHash)) throw new Overtaken();
    },

    async insertRejections(rows) {
      if (rows.length === 0) return;
      await copy(q.rejections, REJECTION_COLUMNS, rows, (to, { rejection, inputId }) =>
        addRejection(to, rejection, inputId, constants),
      );
    },
  };
}

/** Another transaction inserted the same key since it was looked for. */
function isOwnKey(error: unknown): boolean {
  if (databaseCodeOf(error) !== UNIQUE_VIOLATION || typeof error !== 'object' || error === null) return false;
  return 'constraint' in error && String(error.constraint).endsWith(RECORD_IDENTITY);
}

const IS_INTEGER = DESCRIPTOR_COLUMNS.map((name) => INTEGER_DESCRIPTORS.has(name));

function addMolecule(to: CopyRow, molecule: Molecule, { standardizer, toolkitVersion }: RowConstants): void {
  to.begin(MOLECULE_COLUMNS.length);
  to.text(molecule.structureKey);
  to.text(molecule.inchi);
  to.text(molecule.inchikey);
  to.text(molecule.canonicalSmiles);
  to.text(molecule.formula);
  to.bigint(molecule.formalCharge);
  for (let i = 0; i < IS_INTEGER.length; i += 1) {
    const value = molecule.descriptors?.[i];
    // Not a number: RDKit has no value either. PostgreSQL would keep NaN, and sort it above all numbers.
    if (value === undefined || Number.isNaN(value)) to.null();
    else if (IS_INTEGER[i]) to.bigint(value);
    else to.double(value);
  }
  to.bytes(molecule.morganFp);
  to.text(standardizer);
  to.text(toolkitVersion);
}

/** `recordId`: of the row to be replaced. */
function addRecord(to: CopyRow, row: RecordRow, constants: RowConstants, recordId?: number): void {
  const { item } = row;
  to.begin(RECORD_COLUMNS.length + (recordId === undefined ? 0 : 1));
  if (recordId !== undefined) to.bigint(recordId);
  to.bigint(row.sourceId);
  to.text(row.recordKey);
  to.text(item.externalId);
  to.text(item.name);
  to.text(item.structureKey);
  to.text(row.canonicalSmiles);
  to.bigint(row.inputId);
  to.bigint(item.ordinal);
  to.bigint(item.byteOffset);
  to.text(item.contentHash);
  to.text(constants.describedWith);
  to.text(item.tagsJson);
  to.text(row.warnings);
  to.bytes(constants.keepRaw ? item.raw : null);
  to.bigint(constants.runId);
}

function addRejection(to: CopyRow, rejection: Rejection, inputId: number, constants: RowConstants): void {
  to.begin(REJECTION_COLUMNS.length);
  to.bigint(inputId);
  to.bigint(rejection.ordinal);
  to.bigint(rejection.byteOffset);
  to.text(rejection.contentHash);
  to.text(constants.describedWith);
  to.text(rejection.stage);
  to.text(rejection.code);
  to.text(rejection.message);
  to.bytes(rejection.raw);
  to.bigint(constants.runId);
  to.text(layoutOf(rejection));
}
