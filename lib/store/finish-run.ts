/** Writes how an execution ended, and lets go of its checkpoints. */
import type { RunStatistics } from './history.js';
import type { Store } from './open-store.js';
import type { Owner } from './owner.js';
import type { StoredStatus } from './run-status.js';
import { COUNTER_COLUMNS } from './schema.js';
import { nowSql } from './time.js';
import { inTransaction } from './transaction.js';

export type FinalStatus = Exclude<StoredStatus, 'running'>;

/** Leaves everything as it is where another process has taken over. Without `statistics` those of before stay. */
export async function finishRun(
  store: Store,
  runId: number,
  owner: Owner,
  status: FinalStatus,
  statistics: RunStatistics | null,
): Promise<void> {
  const { quoted: q } = store.tables;
  await inTransaction(store.knex, async (session) => {
    const { changes } = await session.execute(
      `UPDATE ${q.checkpoints} SET owner = NULL, lease_until = NULL WHERE run_id = ? AND owner = ?`,
      [runId, JSON.stringify(owner)],
    );
    if (changes === 0) return;
    const sums = COUNTER_COLUMNS.map(
      (name) => `${name} = (SELECT sum(c.${name}) FROM ${q.checkpoints} c WHERE c.run_id = ${q.runs}.run_id)`,
    );
    await session.execute(
      `UPDATE ${q.runs} SET status = ?, finished_at = ${nowSql(store.kind)}, statistics = coalesce(?, statistics),
       ${sums.join(', ')} WHERE run_id = ?`,
      [status, statistics === null ? null : JSON.stringify(statistics), runId],
    );
  });
}
