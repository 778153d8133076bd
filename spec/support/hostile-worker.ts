/** A worker of the pool that describes with RDKit, but does what the name of a record says first. */
import { type Describer, type DescriberSettings, RdkitDescriber } from '../../lib/chemistry/describer.js';
import { serveBlocks } from '../../lib/chemistry/serve-blocks.js';
import { threadSettings } from '../../lib/thread-settings.js';

/** The stack that the build gives itself: long chains trap. */
const STACK_BYTES = 64 * 1024;

function spin(): never {
  for (;;);
}

/** Longer than a turn of the watchdog, by far shorter than the timeouts of the specs. */
function dawdle(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
}

function exhaust(): never {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(4_000_000).fill(kept.length));
}

const ACTS: Readonly<Record<string, () => void>> = {
  spin,
  dawdle,
  exhaust,
  exit: () => process.exit(7),
  fail: () => {
    throw new Error('a fault of the program');
  },
};

export default serveBlocks(async (): Promise<Describer> => {
  const settings = { ...threadSettings<DescriberSettings>(), limits: { stackBytes: STACK_BYTES } };
  const describer = await RdkitDescriber.create(settings);
  return {
    async describe(tasks, columns, tracker) {
      for (const { record, row } of tasks) {
        tracker?.begins(row);
        ACTS[record.name ?? '']?.();
      }
      return describer.describe(tasks, columns, tracker);
    },
  };
});
