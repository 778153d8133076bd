/** Commits what can be committed of a chunk in which the database refuses some rows, and finds those rows. */
import { kindOf } from './failures.js';

export interface Halving {
  /** Commits the items from `start` up to `end` in one transaction, or throws. */
  attempt(start: number, end: number): Promise<void>;
  /** The item is the one that the database refuses. It is in the next attempt again, as whatever was made of it. */
  refuse(index: number, error: unknown): void | Promise<void>;
}

/**
 * `size` items, k of them bad, take at most 2k(ceil(log2(size / k)) + 1) + 1 attempts. Items are committed in order, so
 * that a process that is killed in between goes on where it was. Throws what is not about single rows.
 */
export async function halve(size: number, { attempt, refuse }: Halving): Promise<void> {
  /** Items before this one are committed. Refused items wait for their neighbours, to go in the same transaction. */
  let done = 0;
  const commitRange = async (start: number, end: number): Promise<void> => {
    try {
      await attemptTwice(() => attempt(done, end), end - start > 1);
      done = end;
    } catch (error) {
      if (!(error instanceof TooSlow) && kindOf(error) !== 'row') throw error;
      if (end - start === 1) {
        await refuse(start, error);
        return;
      }
      const middle = (start + end) >>> 1;
      await commitRange(start, middle);
      await commitRange(middle, end);
    }
  };
  if (size > 0) await commitRange(0, size);
  if (done < size) await attempt(done, size);
}

/** A statement that took too long is tried once more, then its chunk is halved; one row alone cannot be. */
async function attemptTwice(attempt: () => Promise<void>, isDivisible: boolean): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (kindOf(error) !== 'timeout') throw error;
    try {
      await attempt();
    } catch (second) {
      if (kindOf(second) === 'timeout' && isDivisible) throw new TooSlow(second);
      throw second;
    }
  }
}

class TooSlow extends Error {
  constructor(cause: unknown) {
    super('the statement took too long, twice', { cause });
  }
}
