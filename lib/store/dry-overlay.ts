/**
 * What a dry run would have written, in a temporary SQLite database that SQLite deletes when it is closed: keys that come
 * twice are counted as an import would count them, whatever their number.
 */
import Database from 'better-sqlite3';
import { plainText } from './plain-text.js';
import type { RecordWrite, StoredRecord } from './resolve.js';

/** No run has this id. */
export const DRY_RUN = 0;

export type Overlay = ReturnType<typeof createOverlay>;

export function createOverlay() {
  // An empty name is a temporary file that only this connection sees.
  const database = new Database('');
  database.exec(`
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE TABLE records (source_id, record_key, content_hash, described_with, warnings,
      PRIMARY KEY (source_id, record_key)) WITHOUT ROWID;
    CREATE TABLE structures (structure_key PRIMARY KEY, smiles) WITHOUT ROWID;`);
  const put = database.prepare('INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?)');
  const get = database.prepare('SELECT * FROM records WHERE source_id = ? AND record_key = ?');
  const putStructure = database.prepare('INSERT OR IGNORE INTO structures VALUES (?, ?)');
  const getStructure = database.prepare('SELECT smiles FROM structures WHERE structure_key = ?').pluck();
  return {
    record(sourceId: number, recordKey: string): StoredRecord | undefined {
      const row = get.get(sourceId, recordKey) as
        | { content_hash: string; described_with: string; warnings: string | null }
        | undefined;
      if (row === undefined) return undefined;
      const { content_hash: contentHash, described_with: describedWith, warnings } = row;
      return { recordId: 0, runId: DRY_RUN, contentHash, describedWith, warnings };
    },
    addRecord({ sourceId, recordKey, item }: RecordWrite, describedWith: string, warnings: string | null): void {
      put.run(sourceId, recordKey, item.contentHash, describedWith, warnings);
    },
    touch(sourceId: number, recordKey: string, stored: StoredRecord): void {
      put.run(sourceId, plainText(recordKey), stored.contentHash, stored.describedWith, stored.warnings);
    },
    smiles(structureKey: string): string | undefined {
      return getStructure.get(structureKey) as string | undefined;
    },
    addStructure(structureKey: string, smiles: string): void {
      putStructure.run(structureKey, smiles);
    },
    close(): void {
      database.close();
    },
  };
}
