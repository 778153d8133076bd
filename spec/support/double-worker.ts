/** A module that works on batches in a worker thread. */
import { threadId } from 'node:worker_threads';

export default function double(items: readonly number[]): { value: number; threadId: number }[] {
  if (items.includes(13)) throw new Error('13 is refused');
  return items.map((item) => ({ value: item * 2, threadId }));
}
