/**
 * Threads that describe records and do nothing else, without pool or stream: what the machine has to give. Owns the
 * threads, and ends them before it resolves or rejects.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { RawRecord } from '../../../lib/types.js';
import type { LoneWork } from './lone-thread.js';

const THREAD = fileURLToPath(new URL('./lone-thread.js', import.meta.url));

/** Records a second of so many threads together, each describing all of the records at the same time as the others. */
export async function loneThreads(count: number, records: readonly RawRecord[], warmUp: number): Promise<number> {
  const workerData: LoneWork = { records, warmUp };
  const threads = Array.from({ length: count }, () => new Worker(THREAD, { workerData }));
  try {
    await Promise.all(threads.map((thread) => once(thread, 'message')));
    const rates = await Promise.all(
      threads.map(async (thread) => {
        const answer = once(thread, 'message') as Promise<[number]>;
        thread.postMessage('go');
        const [ms] = await answer;
        return (1000 * records.length) / ms;
      }),
    );
    return rates.reduce((sum, rate) => sum + rate, 0);
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}
