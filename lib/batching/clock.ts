/** Time as batching sees it: handed in, so that a spec or a simulator can turn it. */
export interface Clock {
  /** Milliseconds from any fixed point, never going back. */
  now(): number;
  /** Calls `run` once after `ms`; the result cancels that. */
  after(ms: number, run: () => void): () => void;
}
