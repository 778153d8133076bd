import { type Item, importMolecules } from 'molstream';

/** A stage of one's own, between `describe` and `batch`: what it leaves out is counted as skipped. */
async function* smallOnly(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  for await (const item of items) {
    if (item.kind !== 'molecule' || item.heavyAtoms <= 20) yield item;
  }
}

const summary = await importMolecules({ inputs: ['molecules.sdf'], to: 'small.sqlite' }, { stages: () => [smallOnly] });

console.log(`${summary.inserted} inserted, ${summary.skipped} skipped`);
