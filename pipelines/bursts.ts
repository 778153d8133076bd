/** Items from stage to stage, several at a time: a promise for each would cost more than most of what is done with it. */
import { Readable } from 'node:stream';

/** Of a burst; all of them still go on when the reading is stopped. */
const MOST_ITEMS = 64;

/** The items of a stream in object mode, as many at once as it has at hand. */
export async function* burstsOf<T extends object>(stream: Readable): AsyncGenerator<T[]> {
  // The stream's own iterator waits for the first of each, and tells of the end and of errors.
  for await (const first of stream as AsyncIterable<T>) {
    const burst: T[] = [first];
    while (burst.length < MOST_ITEMS) {
      const item = stream.read() as T | null;
      if (item === null) break;
      burst.push(item);
    }
    yield burst;
  }
}

/**
 * A stream of the items of all bursts. The next burst is asked for when the last was read; destroying, which also follows
 * the end, ends the bursts. `leave` is called before: it has to end what a burst may be waiting for.
 */
export function oneByOne<T extends object>(
  bursts: AsyncGenerator<readonly T[]>,
  leave: () => void = () => {},
): Readable {
  let burst: readonly T[] = [];
  let next = 0;
  let isAsking = false;
  const give = (stream: Readable): void => {
    while (next < burst.length) if (!stream.push(burst[next++])) return;
    if (isAsking) return;
    isAsking = true;
    // Those that were given out are not to stay in memory while it waits.
    burst = [];
    next = 0;
    bursts
      .next()
      .then(({ done, value }) => {
        isAsking = false;
        if (stream.destroyed) return;
        if (done) {
          stream.push(null);
          return;
        }
        burst = value;
        give(stream);
      })
      .catch((error: Error) => stream.destroy(error));
  };
  return new Readable({
    objectMode: true,
    highWaterMark: 1,
    read() {
      give(this);
    },
    destroy(error, callback) {
      leave();
      bursts.return(undefined).then(
        () => callback(error),
        (second: Error) => callback(error ?? second),
      );
    },
  });
}
