import _ from 'highland';
import { describe, type Item, locateInputs, openInput, splitRecords } from 'molstream';

const [input] = await locateInputs(['molecules.sdf']);

_(openInput(input!))
  .through(splitRecords({ input: input! }))
  .through(describe({ descriptors: 'none', fingerprint: 'none' }))
  .filter((item: Item) => item.kind === 'rejection')
  .map((item: Item) => (item.kind === 'rejection' ? item.code : ''))
  .uniq()
  .toArray((codes) => console.log(codes.sort().join(', ')));
