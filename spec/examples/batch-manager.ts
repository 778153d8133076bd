import { BatchManager, memoryAllowed, ResourceMonitor, systemClock, usageReader } from 'molstream';

const monitor = new ResourceMonitor({ limitBytes: memoryAllowed(), usage: usageReader(), clock: systemClock });
const manager = new BatchManager({ concurrency: 2, monitor });
const measure = (smiles: readonly string[]): number[] => smiles.map((text) => text.length);

function* chains(): Generator<string> {
  for (let length = 1; length <= 1_000; length += 1) yield 'C'.repeat(length);
}

// All outcomes at once, or one after the other; sizes are learned for each operation and source.
const few = await manager.process(['CCO', 'c1ccccc1'], { operation: 'measure', dataSource: 'drugs', process: measure });
let longest = 0;
for await (const outcome of manager.process(chains(), {
  operation: 'measure',
  dataSource: 'chains',
  process: measure,
  initialBatchSize: 10,
})) {
  if (outcome.status === 'fulfilled') longest = Math.max(longest, outcome.value);
}

const { overall, dataSources } = manager.stats();
console.log(`${few.length} and ${dataSources.chains?.items} of ${overall.items} items, the longest of ${longest}`);
await manager.close();
