import { asMolstreamError } from './errors.js';

/** Works, then closes, whatever came of the work. A fault of the work is told before one of the closing. */
export async function closing<T>(work: Promise<T>, close: () => Promise<void> | undefined): Promise<T> {
  let result: T;
  try {
    result = await work;
  } catch (first) {
    try {
      await close();
    } catch (second) {
      throw asMolstreamError(first).and(second);
    }
    throw first;
  }
  await close();
  return result;
}
