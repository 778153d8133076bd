import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { ATTEMPT, CURRENT, type Progress, STEP, THREAD } from '../../../lib/chemistry/blocks.js';
import { Watchdog } from '../../../lib/chemistry/watchdog.js';

const THREAD_ID = 7;
const TIMEOUT_MS = 200;

/** A worker on a block that takes a while for each step of the records of `rows`, one step after the other. */
async function work(rows: readonly number[], stepMs: number, beforeStep: (progress: Progress, i: number) => void) {
  const ended: number[] = [];
  const watchdog = new Watchdog(TIMEOUT_MS, (threadId) => ended.push(threadId));
  const progress: Progress = new Int32Array(new SharedArrayBuffer(16));
  Atomics.store(progress, THREAD, THREAD_ID);
  const watched = watchdog.watch(progress);
  try {
    for (const [i, row] of rows.entries()) {
      beforeStep(progress, i);
      Atomics.store(progress, CURRENT, row + 1);
      Atomics.add(progress, STEP, 1);
      await sleep(stepMs);
    }
  } finally {
    watchdog.release(watched);
  }
  return { ended, watched };
}

const nothing = (): void => {};

describe('the watchdog of the pool', () => {
  it('ends the worker of a step that takes too long, once', async () => {
    const { ended, watched } = await work([3], 2 * TIMEOUT_MS, nothing);
    expect(ended).to.deep.equal([THREAD_ID]);
    expect(watched).to.include({ timedOut: true, current: 4 });
  });

  it('adds up the steps of a record, also when those of others come between them', async () => {
    const { ended, watched } = await work([3, 5, 3, 4, 3, 6, 3], TIMEOUT_MS / 2, nothing);
    expect(ended).to.deep.equal([THREAD_ID]);
    expect(watched).to.include({ timedOut: true, current: 4 });
  });

  it('leaves records alone that share a time none of them may take', async () => {
    const { ended } = await work([1, 2, 3, 4, 5, 6, 7, 8], TIMEOUT_MS / 2, nothing);
    expect(ended).to.deep.equal([]);
  });

  it('begins to count anew when records are described once more', async () => {
    const again = (progress: Progress, i: number): void => {
      if (i > 0) Atomics.add(progress, ATTEMPT, 1);
    };
    const { ended } = await work([3, 3, 3, 3, 3, 3], TIMEOUT_MS / 2, again);
    expect(ended).to.deep.equal([]);
  });
});
