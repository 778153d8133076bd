import type { RejectionCode, Stage } from '../errors.js';
import { fieldsOf } from '../formats/csv-fields.js';
import { identify } from '../formats/identity.js';
import type { Input, Layout, Rejection } from '../types.js';
import type { Store } from './open-store.js';
import { storedJson } from './stored-json.js';
import { withSession } from './transaction.js';

/** Rows asked for at once; each has its raw bytes. */
const PAGE = 200;

/** What a run has rejected so far, input by input, in the order of the records. */
export async function* storedRejections(
  store: Store,
  runId: number,
  inputs: readonly Input[],
): AsyncGenerator<Rejection> {
  const { rejections, inputs: stored, sources } = store.tables.quoted;
  for (const input of inputs) {
    for (let after = -1; ; ) {
      const { rows } = await withSession(store.knex, (session) =>
        session.execute(
          `SELECT r.* FROM ${rejections} r JOIN ${stored} i ON i.input_id = r.input_id
           JOIN ${sources} s ON s.source_id = i.source_id
           WHERE i.uri = ? AND s.name = ? AND r.run_id = ? AND r.ordinal > ? ORDER BY r.ordinal LIMIT ${PAGE}`,
          [input.uri, input.source, runId, after],
        ),
      );
      for (const row of rows) {
        after = Number(row.ordinal);
        const contentHash = String(row.content_hash);
        const layout = storedJson<Layout>(row.layout) ?? input.layout;
        const raw = row.raw as Buffer;
        // A row that was not read has no fields.
        const { externalId } = identify(layout, raw, row.stage === 'read' ? null : fieldsOf(layout, raw));
        yield {
          kind: 'rejection',
          input,
          ordinal: after,
          byteOffset: Number(row.byte_offset),
          endOffset: Number(row.byte_offset),
          raw,
          layout,
          contentHash,
          externalId,
          recordKey: externalId ?? contentHash,
          stage: row.stage as Stage,
          code: row.code as RejectionCode,
          message: String(row.message),
          warnings: [],
        };
      }
      if (rows.length < PAGE) break;
    }
  }
}
