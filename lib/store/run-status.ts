/** What is said of a run. */
import { isDead, parseOwner } from './owner.js';

type Row = Readonly<Record<string, unknown>>;

export type StoredStatus = 'running' | 'completed' | 'failed' | 'interrupted';

/** `checkpoints`: the run's own. A run whose process was killed is stored as `running` still: it is `interrupted`. */
export function statusOf(run: Row, checkpoints: readonly Row[]): StoredStatus {
  const stored = run.status as StoredStatus;
  if (stored !== 'running') return stored;
  const isHeld = checkpoints.some(({ owner }) => owner !== null && !isDead(parseOwner(String(owner))));
  return isHeld ? 'running' : 'interrupted';
}
