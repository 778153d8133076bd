import { expect } from 'chai';
import { CostModel } from '../../../lib/batching/cost-model.js';
import { seededRandom } from '../../../lib/batching/random.js';

const SIZES = [50, 100, 200, 400, 300, 200, 400, 350];

function teach(model: CostModel, cost: (units: number) => number, times: number): void {
  for (let index = 0; index < times; index += 1) {
    const units = SIZES[index % SIZES.length]!;
    model.observe(units, cost(units));
  }
}

describe('CostModel', () => {
  it('tells the fixed cost from the cost of a unit', () => {
    const model = new CostModel();
    teach(model, (units) => 20 + units / 4, 40);
    expect(model.fixedMs).to.be.closeTo(20, 0.5);
    expect(model.unitMs).to.be.closeTo(0.25, 0.005);
    expect(model.predict(1_000)).to.be.closeTo(270, 5);
  });

  it('estimates the noise', () => {
    const random = seededRandom(7);
    const noisy = new CostModel();
    teach(noisy, (units) => (20 + units / 4) * (0.8 + 0.4 * random()), 400);
    expect(noisy.noise).to.be.within(0.06, 0.2);
    expect(noisy.fixedMs).to.be.closeTo(20, 4);
    const exact = new CostModel();
    teach(exact, (units) => 20 + units / 4, 100);
    expect(exact.noise).to.be.below(0.02);
  });

  it('leaves out a time that stands alone', () => {
    const model = new CostModel();
    teach(model, (units) => 20 + units / 4, 40);
    expect(model.observe(400, 900)).to.equal('outlier');
    expect(model.predict(400)).to.be.closeTo(120, 2);
    expect(model.observe(400, 120)).to.equal('fitted');
  });

  it('is mended by outliers where it is sure and wrong, though smaller chunks fit', () => {
    const model = new CostModel();
    for (let index = 0; index < 60; index += 1) model.observe(100 + (index % 5), 45 + (index % 5) / 4);
    for (let index = 0; index < 4; index += 1) {
      model.observe(800, 420);
      model.observe(100, 45);
    }
    expect(model.predict(800)).to.be.closeTo(420, 30);
  });

  it('starts afresh when costs have changed, and knows the new ones soon', () => {
    const model = new CostModel();
    teach(model, (units) => 20 + units / 4, 40);
    expect(model.observe(400, 220)).to.equal('outlier');
    expect(model.observe(400, 220)).to.equal('afresh');
    for (const units of [200, 400, 300, 200, 400]) model.observe(units, 120 + units / 4);
    expect(model.fixedMs).to.be.closeTo(120, 10);
    expect(model.unitMs).to.be.closeTo(0.25, 0.04);
  });

  it('never makes a commit cheaper than nothing', () => {
    const model = new CostModel();
    teach(model, (units) => units ** 2 / 100, 40);
    expect(model.fixedMs).to.be.at.least(0);
    expect(model.predict(1)).to.be.above(0);
  });

  it('takes what is known beforehand, and is soon taught better', () => {
    const model = new CostModel({ fixedMs: 100, unitMs: 1, units: 200 });
    expect(model.predict(200)).to.equal(300);
    teach(model, (units) => 20 + units / 4, 12);
    expect(model.predict(400)).to.be.closeTo(120, 6);
  });
});
