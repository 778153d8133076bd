import { expect } from 'chai';
import { seededRandom } from '../../../lib/batching/random.js';
import { RateCap } from '../../../lib/batching/rate-cap.js';

describe('RateCap', () => {
  it('knows no cap while more rows cost less each', () => {
    const cap = new RateCap();
    for (const rows of [100, 200, 400, 800, 400, 800, 800]) cap.observe(rows, 20 + rows / 5);
    expect(cap.limit).to.equal(Number.POSITIVE_INFINITY);
  });

  it('caps at the best size when a larger one loses rate', () => {
    const cap = new RateCap();
    for (const rows of [500, 1_000, 2_000]) cap.observe(rows, 20 + rows / 5);
    expect(cap.observe(4_000, 2_000)).to.equal(false);
    expect(cap.observe(4_000, 2_000)).to.equal(true);
    expect(cap.limit).to.equal(2_000);
  });

  it('caps at once when the larger one is late', () => {
    const cap = new RateCap();
    for (const rows of [500, 1_000, 2_000]) cap.observe(rows, 20 + rows / 5);
    expect(cap.observe(4_000, 2_000, true)).to.equal(true);
    expect(cap.limit).to.equal(2_000);
  });

  it('takes a larger size that pays for the smaller ones before it for no dearer', () => {
    const cap = new RateCap();
    for (let chunk = 0; chunk < 40; chunk += 1) cap.observe(200, chunk % 3 === 2 ? 20 : 5);
    for (let chunk = 0; chunk < 5; chunk += 1) expect(cap.observe(600, 29)).to.equal(false);
  });

  it('takes a difference within the noise for none', () => {
    const cap = new RateCap();
    for (const share of [0.7, 1.4, 0.8, 1.3, 0.9, 1.2, 0.7, 1.4, 1]) cap.observe(1_000, 220 * share);
    for (const ms of [500, 480]) expect(cap.observe(2_000, ms)).to.equal(false);
  });

  it('tries larger sizes again, the later the more often they failed', () => {
    const cap = new RateCap();
    const cost = (rows: number): number => (rows > 1_000 ? rows : rows / 5);
    const waits: number[] = [];
    cap.observe(1_000, cost(1_000));
    for (let round = 0; round < 4; round += 1) {
      cap.observe(2_000, cost(2_000));
      let wait = 0;
      for (; cap.limit <= 1_001; wait += 1) cap.observe(1_000, cost(1_000));
      waits.push(wait);
    }
    expect(waits).to.deep.equal(waits.toSorted((one, other) => one - other));
    expect(waits.at(-1)).to.be.above(2 * waits[0]!);
  });

  it('is soon rid of a cap that came from one stray time', () => {
    const cap = new RateCap();
    for (const rows of [100, 200]) cap.observe(rows, 20 + rows / 5);
    expect(cap.observe(400, 900, true)).to.equal(true);
    for (let index = 0; index < 3; index += 1) cap.observe(200, 60);
    expect(cap.limit).to.be.above(200);
    for (let index = 0; index < 20; index += 1) cap.observe(400, 100);
    expect(cap.limit).to.be.above(1_000);
  });

  it('notices by itself that a size costs other than it did', () => {
    const cap = new RateCap();
    for (const rows of [500, 1_000, 2_000, 1_000, 2_000]) cap.observe(rows, 20 + rows / 5);
    for (const rows of [2_000, 1_000, 500, 1_000, 2_000]) cap.observe(rows, 120 + rows / 5);
    expect(cap.limit).to.equal(Number.POSITIVE_INFINITY);
  });

  it('finds a small loss from many times', () => {
    const random = seededRandom(5);
    const cap = new RateCap();
    const noisy = (rows: number, cost: number): boolean => cap.observe(rows, rows * cost * (0.9 + 0.2 * random()));
    let found = false;
    for (let index = 0; index < 40 && !found; index += 1) {
      noisy(1_000, 1);
      found = noisy(1_500, 1.1);
    }
    expect(found).to.equal(true);
    expect(cap.limit).to.be.closeTo(1_000, 1);
  });

  it('forgets all when costs have changed', () => {
    const cap = new RateCap();
    cap.observe(1_000, 200);
    cap.observe(2_000, 4_000);
    cap.clear();
    expect(cap.limit).to.equal(Number.POSITIVE_INFINITY);
  });
});
