import { expect } from 'chai';
import { seededRandom } from '../../../lib/batching/random.js';
import { RateCap } from '../../../lib/batching/rate-cap.js';

const NOISE = 0.02;

describe('RateCap', () => {
  it('knows no cap while more rows cost less each', () => {
    const cap = new RateCap();
    for (const rows of [100, 200, 400, 800, 400, 800, 800]) cap.observe(rows, 20 + rows / 5, NOISE);
    expect(cap.limit).to.equal(Number.POSITIVE_INFINITY);
  });

  it('caps at the best size when a larger one loses rate', () => {
    const cap = new RateCap();
    for (const rows of [500, 1_000, 2_000]) cap.observe(rows, 20 + rows / 5, NOISE);
    expect(cap.observe(4_000, 2_000, NOISE)).to.equal(true);
    expect(cap.limit).to.equal(2_000);
  });

  it('takes a difference within the noise for none', () => {
    const cap = new RateCap();
    cap.observe(1_000, 220, 0.3);
    expect(cap.observe(2_000, 480, 0.3)).to.equal(false);
  });

  it('tries larger sizes again, the later the more often they failed', () => {
    const cap = new RateCap();
    const cost = (rows: number): number => (rows > 1_000 ? rows : rows / 5);
    const waits: number[] = [];
    cap.observe(1_000, cost(1_000), NOISE);
    for (let round = 0; round < 4; round += 1) {
      cap.observe(2_000, cost(2_000), NOISE);
      let wait = 0;
      for (; cap.limit <= 1_001; wait += 1) cap.observe(1_000, cost(1_000), NOISE);
      waits.push(wait);
    }
    expect(waits).to.deep.equal(waits.toSorted((one, other) => one - other));
    expect(waits.at(-1)).to.be.above(2 * waits[0]!);
  });

  it('is soon rid of a cap that came from one stray time', () => {
    const cap = new RateCap();
    for (const rows of [100, 200]) cap.observe(rows, 20 + rows / 5, NOISE);
    expect(cap.observe(400, 900, NOISE)).to.equal(true);
    for (let index = 0; index < 3; index += 1) cap.observe(200, 60, NOISE);
    expect(cap.limit).to.be.above(200);
    for (let index = 0; index < 20; index += 1) cap.observe(400, 100, NOISE);
    expect(cap.limit).to.be.above(1_000);
  });

  it('notices by itself that a size costs other than it did', () => {
    const cap = new RateCap();
    for (const rows of [500, 1_000, 2_000, 1_000, 2_000]) cap.observe(rows, 20 + rows / 5, NOISE);
    for (const rows of [2_000, 1_000, 500, 1_000, 2_000]) cap.observe(rows, 120 + rows / 5, NOISE);
    expect(cap.limit).to.equal(Number.POSITIVE_INFINITY);
  });

  it('finds a small loss from many times', () => {
    const random = seededRandom(5);
    const cap = new RateCap();
    const noisy = (rows: number, cost: number): boolean =>
      cap.observe(rows, rows * cost * (0.9 + 0.2 * random()), 0.06);
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
    cap.observe(1_000, 200, NOISE);
    cap.observe(2_000, 4_000, NOISE);
    cap.clear();
    expect(cap.limit).to.equal(Number.POSITIVE_INFINITY);
  });
});
