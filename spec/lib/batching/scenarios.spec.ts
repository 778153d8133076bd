import { expect } from 'chai';
import { compare } from '../../bench/batching/compare.js';
import { keepsBounds } from '../../bench/batching/measure.js';
import { scenarios, varied } from '../../bench/batching/scenario.js';

describe('sizers in the scenarios of the benchmark', function () {
  this.timeout(60_000);

  for (const [index, { name }] of scenarios().entries()) {
    for (const [table, seed, vary] of [
      ['as published', 1, undefined],
      ['with other constants', 2, () => varied(2, 2)],
    ] as const) {
      it(`${name}, ${table}: close to the best fixed size, and beaten by no alternative`, () => {
        const { algorithms } = compare(scenarios(vary?.())[index]!, seed);
        for (const kind of ['adaptive', 'chemical']) {
          const own = algorithms.find((algorithm) => algorithm.name === kind)!;
          expect(own.regret, 'regret').to.be.at.most(0.1);
          expect(own.regret_settled, 'regret after warm-up').to.be.at.most(0.05);
          expect(own.batches_to_95, 'batches to 95 %').to.be.at.most(12);
          expect(own.memory_violations, 'memory').to.be.at.most(1);
          for (const { at, batches, violations } of own.recoveries) {
            expect(batches, `recovery from ${at}`).to.be.at.most(10);
            expect(violations, `violations after ${at}`).to.be.at.most(2);
          }
          for (const other of algorithms.filter((algorithm) => algorithm.alternative && keepsBounds(algorithm))) {
            expect(other.rows_per_second / own.rows_per_second, other.name).to.be.at.most(1.02);
          }
        }
      });
    }
  }
});
