/** Rows of a chunk into SQLite, through statements that are prepared once for each connection. */
import { setImmediate as turn } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Molecule, Rejection } from '../types.js';
import { plainText } from './plain-text.js';
import type { StoredRecord } from './resolve.js';
import { MOLECULE_COLUMNS, RECORD_COLUMNS, REJECTION_COLUMNS, type Tables } from './tables.js';
import type { Session } from './transaction.js';
import {
  type ChunkWriter,
  layoutOf,
  MERGED,
  type RecordRow,
  type RowConstants,
  type StoredStructure,
} from './writer.js';

type Statement = Database.Statement<unknown[], unknown>;
/** A few milliseconds' worth. */
const ROWS_A_TURN = 100;

const prepared = new WeakMap<Database.Database, Map<string, Statement>>();

export function sqliteWriter(session: Session, { quoted: q }: Tables, constants: RowConstants): ChunkWriter {
  /** The statement, announced once for the rows that it is about to be run for. */
  const statement = (sql: string): Statement => {
    session.announce(sql);
    return prepare(session.sqlite, sql);
  };
  const structures = async (keys: readonly string[]): Promise<Map<string, StoredStructure>> => {
    const found = new Map<string, StoredStructure>();
    if (keys.length === 0) return found;
    const select = statement(
      `SELECT canonical_smiles, exact_mass IS NOT NULL, morgan_fp IS NOT NULL FROM ${q.molecules} WHERE structure_key = ?`,
    ).raw();
    for (const key of keys) {
      const row = select.get(key) as [string, number, number] | undefined;
      if (row === undefined) continue;
      const [canonicalSmiles, descriptors, fingerprint] = row;
      found.set(key, {
        canonicalSmiles,
        hasDescriptors: descriptors === 1,
        hasFingerprint: fingerprint === 1,
      });
    }
    return found;
  };

  return {
    async records(sourceId, keys) {
      const found = new Map<string, StoredRecord>();
      if (keys.length === 0) return found;
      const select = statement(
        `SELECT record_id, content_hash, described_with, run_id, warnings FROM ${q.records} WHERE source_id = ? AND record_key = ?`,
      ).raw();
      // Outside of a transaction each row would lock the file and let it go again, which takes as long as finding it.
      session.sqlite.transaction(() => {
        for (const key of keys) {
          const row = select.get(sourceId, key) as [number, string, string, number, string | null] | undefined;
          if (row === undefined) continue;
          const [recordId, contentHash, describedWith, runId, warnings] = row;
          found.set(key, { recordId, contentHash, describedWith, runId, warnings });
        }
      })();
      return found;
    },

    structures,
    // BEGIN IMMEDIATE has locked the whole database.
    holdStructures: structures,

    async insertMolecules(molecules) {
      const inserted = new Set<string>();
      if (molecules.length === 0) return inserted;
      const insert = statement(
        `INSERT INTO ${q.molecules} (${MOLECULE_COLUMNS.join(', ')}) VALUES (${marks(MOLECULE_COLUMNS)}) ON CONFLICT DO NOTHING`,
      );
      await each(molecules, (molecule) => {
        if (insert.run(...moleculeValues(molecule, constants)).changes === 1) inserted.add(molecule.structureKey);
      });
      return inserted;
    },

    async keepSmiles(keys) {
      if (keys.length === 0) return;
      const update = statement(
        `UPDATE ${q.records} SET
         canonical_smiles = (SELECT canonical_smiles FROM ${q.molecules} m WHERE m.structure_key = ${q.records}.structure_key),
         warnings = json_insert(coalesce(warnings, '[]'), '$[#]', json(?))
         WHERE structure_key = ? AND canonical_smiles IS NULL`,
      );
      for (const key of keys) update.run(JSON.stringify(MERGED), key);
    },

    async refreshMolecules(molecules) {
      if (molecules.length === 0) return;
      const columns = MOLECULE_COLUMNS.slice(1);
      const update = statement(
        `UPDATE ${q.molecules} SET ${columns.map((name) => `${name} = ?`).join(', ')} WHERE structure_key = ?`,
      );
      await each(molecules, (molecule) => {
        update.run(...moleculeValues(molecule, constants).slice(1), molecule.structureKey);
      });
    },

    async lockRecords() {
      // BEGIN IMMEDIATE has locked the whole database.
    },

    async insertRecords(rows) {
      if (rows.length === 0) return;
      const insert = statement(
        `INSERT INTO ${q.records} (${RECORD_COLUMNS.join(', ')}) VALUES (${marks(RECORD_COLUMNS)})`,
      );
      await each(rows, (row) => {
        insert.run(...recordValues(row, constants));
      });
    },

    async replaceRecords(rows) {
      if (rows.length === 0) return;
      const update = statement(
        `UPDATE ${q.records} SET ${RECORD_COLUMNS.map((name) => `${name} = ?`).join(', ')} WHERE record_id = ?`,
      );
      await each(rows, (row) => {
        update.run(...recordValues(row, constants), row.replaces?.recordId);
      });
    },

    async insertRejections(rows) {
      if (rows.length === 0) return;
      const insert = statement(
        `INSERT INTO ${q.rejections} (${REJECTION_COLUMNS.join(', ')}) VALUES (${marks(REJECTION_COLUMNS)})`,
      );
      for (const { rejection, inputId } of rows) insert.run(...rejectionValues(rejection, inputId, constants));
    },
  };
}

/** SQLite works on the thread that also keeps the workers busy: in between, those get what they wait for. */
async function each<T>(rows: readonly T[], write: (row: T) => void): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_A_TURN) {
    if (start > 0) await turn();
    for (const row of rows.slice(start, start + ROWS_A_TURN)) write(row);
  }
}

function prepare(connection: Database.Database, sql: string): Statement {
  let statements = prepared.get(connection);
  if (statements === undefined) {
    statements = new Map();
    prepared.set(connection, statements);
  }
  let statement = statements.get(sql);
  if (statement === undefined) {
    statement = connection.prepare(sql);
    statements.set(sql, statement);
  }
  return statement;
}

function marks(columns: readonly string[]): string {
  return columns.map(() => '?').join(', ');
}

const NO_DESCRIPTORS: readonly null[] = MOLECULE_COLUMNS.slice(6, -3).map(() => null);

function moleculeValues(molecule: Molecule, { standardizer, toolkitVersion }: RowConstants): unknown[] {
  return [
    molecule.structureKey,
    molecule.inchi,
    molecule.inchikey,
    molecule.canonicalSmiles,
    molecule.formula,
    molecule.formalCharge,
    ...(molecule.descriptors ?? NO_DESCRIPTORS),
    molecule.morganFp,
    standardizer,
    toolkitVersion,
  ];
}

function recordValues(row: RecordRow, { runId, describedWith, keepRaw }: RowConstants): unknown[] {
  const { item } = row;
  return [
    row.sourceId,
    row.recordKey,
    item.externalId === null ? null : plainText(item.externalId),
    item.name === null ? null : plainText(item.name),
    item.structureKey,
    row.canonicalSmiles,
    row.inputId,
    item.ordinal,
    item.byteOffset,
    item.contentHash,
    describedWith,
    plainText(item.tagsJson),
    row.warnings,
    keepRaw ? item.raw : null,
    runId,
  ];
}

function rejectionValues(rejection: Rejection, inputId: number, { runId, describedWith }: RowConstants): unknown[] {
  return [
    inputId,
    rejection.ordinal,
    rejection.byteOffset,
    rejection.contentHash,
    describedWith,
    rejection.stage,
    rejection.code,
    plainText(rejection.message),
    rejection.raw,
    runId,
    layoutOf(rejection),
  ];
}
