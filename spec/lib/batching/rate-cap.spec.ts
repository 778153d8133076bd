import { expect } from 'chai';
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

  it('forgets all when costs have changed', () => {
    const cap = new RateCap();
    cap.observe(1_000, 200, NOISE);
    cap.observe(2_000, 4_000, NOISE);
    cap.clear();
    expect(cap.limit).to.equal(Number.POSITIVE_INFINITY);
  });
});
