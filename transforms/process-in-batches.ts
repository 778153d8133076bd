/**
 * Any operation, in batches.
 *
 * Owns: the worker threads of a module; they end when the stream closes, whether it ended, failed or was destroyed.
 */
import type { Duplex } from 'node:stream';
import { addAbortSignal } from 'node:stream';
import { openOperation } from '../lib/batching/operation.js';
import type { BatchFunction, Outcome } from '../lib/batching/outcome.js';
import { type ProcessOptions, resolveProcessOptions } from '../lib/batching/process-options.js';
import { Processor } from '../lib/batching/processor.js';
import { checkValue, functionOrUrl } from '../lib/checks.js';
import { BlockTransform } from './blocks.js';

/**
 * A stage that gives an `Outcome` for each item: `{ status: 'fulfilled', item, value }`, or `{ status: 'rejected', item,
 * reason }`. `work` is a function of a batch that gives one result for each item, in their order, or the URL of a module
 * whose default export is one, run in worker threads. A batch that throws is tried again where the error is transient,
 * then halved until the failing items stand alone.
 *
 * Throws `UsageError` BAD_OPTION. The stream fails with a `RangeError` when `work` does not give one result an item, and
 * with a `MolstreamError` INTERNAL when the module cannot be loaded.
 */
export function processInBatches<In, Out>(
  work: BatchFunction<In, Out> | URL,
  options: ProcessOptions<In> = {},
): Duplex {
  checkValue('work', work, functionOrUrl);
  const resolved = resolveProcessOptions(options);
  const { sizer, monitor, concurrency, ordered, maxAgeMs, sizeOf, workers } = resolved;
  const operation = openOperation(work, workers);
  const processor = new Processor<In, Out>({
    ...resolved,
    operation: resolved.operation ?? (work instanceof URL ? nameOf(work) : work.name || 'process'),
    work: operation.run,
  });
  const stream = new BlockTransform<In, Outcome<In, Out>>({
    concurrency,
    ordered,
    maxAgeMs,
    sizeOf,
    size: () => sizer.next(),
    async run(items, signal, closedBy) {
      await monitor?.ready(signal);
      return processor.run(items, closedBy, signal);
    },
  });
  stream.once('close', () => {
    operation.close().catch((error: unknown) => stream.emit('error', error));
  });
  return resolved.signal === undefined ? stream : addAbortSignal(resolved.signal, stream);
}

const nameOf = (url: URL): string => url.pathname.split('/').at(-1) ?? 'process';
