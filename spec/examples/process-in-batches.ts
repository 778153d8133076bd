import { pipeline } from 'node:stream/promises';
import { describe, type Item, locateInputs, type Outcome, openInput, processInBatches, splitRecords } from 'molstream';

/** Gives one result for each item; where it throws, the batch is halved until the items that fail stand alone. */
async function atomsOf(items: readonly Item[]): Promise<number[]> {
  return items.map((item) => {
    if (item.kind === 'rejection') throw new Error(item.message);
    return item.kind === 'molecule' ? item.heavyAtoms : 0;
  });
}

const [input] = await locateInputs(['molecules.sdf']);
const count = { fulfilled: 0, rejected: 0 };

await pipeline(
  openInput(input!),
  splitRecords({ input: input! }),
  describe({ descriptors: 'none', fingerprint: 'none' }),
  processInBatches(atomsOf, { concurrency: 4, retries: 2 }),
  async (outcomes: AsyncIterable<Outcome<Item, number>>) => {
    for await (const { item, status } of outcomes) if (item.kind !== 'end') count[status] += 1;
  },
);

console.log(`${count.fulfilled} done, ${count.rejected} failed`);
