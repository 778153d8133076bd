/** What became of one item: a result or an error, never both, never neither. As `Promise.allSettled` names them. */
export type Outcome<In, Out> =
  | { readonly status: 'fulfilled'; readonly item: In; readonly value: Out }
  | { readonly status: 'rejected'; readonly item: In; readonly reason: unknown };

/**
 * Works on a batch: one result for each item, in their order. `signal` aborts once nobody wants them; the function should
 * end then, since whoever aborts, or leaves, waits until it has. Worker threads are ended.
 */
export type BatchFunction<In, Out> = (
  items: readonly In[],
  signal: AbortSignal,
) => readonly Out[] | Promise<readonly Out[]>;

/** The code of an error, for counting: its `code`, else its `name`. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'UNKNOWN';
  if ('code' in error && (typeof error.code === 'string' || typeof error.code === 'number')) return String(error.code);
  return 'name' in error && typeof error.name === 'string' ? error.name : 'UNKNOWN';
}

const TRANSIENT = new Set(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'EBUSY', '40001', '40P01']);

/** Whether the same work, done again in a moment, may succeed. */
export function isTransient(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('retryable' in error && typeof error.retryable === 'boolean') return error.retryable;
  return TRANSIENT.has(codeOf(error));
}
