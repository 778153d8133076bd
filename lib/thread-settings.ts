/** What a worker thread is given when it starts. It begins with this, so nothing large is imported here. */
import { workerData } from 'node:worker_threads';

/** `workerData` of the threads. */
export interface ThreadData {
  /** URL. */
  readonly module: string;
  readonly settings: unknown;
}

/** The settings of the thread that asks. */
export function threadSettings<T>(): T {
  return (workerData as ThreadData).settings as T;
}
