import { pipeline } from 'node:stream/promises';
import { describe, descriptorOf, type Item, locateInputs, openInput, splitRecords } from 'molstream';

const [input] = await locateInputs(['molecules.sdf']);
let heaviest = { name: '', weight: 0 };

await pipeline(
  openInput(input!),
  splitRecords({ input: input! }),
  describe({ fingerprint: 'none' }),
  async (items: AsyncIterable<Item>) => {
    for await (const item of items) {
      if (item.kind !== 'molecule') continue;
      const weight = descriptorOf(item, 'mol_weight') ?? 0;
      if (weight > heaviest.weight) heaviest = { name: item.name ?? '', weight };
    }
  },
);

console.log(heaviest.name, heaviest.weight.toFixed(1));
