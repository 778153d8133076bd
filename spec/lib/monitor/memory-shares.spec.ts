import { expect } from 'chai';
import { memoryShares } from '../../../lib/monitor/memory-shares.js';

describe('the shares of memory', () => {
  it('grow with the memory, up to what is of use', () => {
    expect(memoryShares(10 ** 12)).to.deep.equal({
      chunkBytes: 16_000_000,
      cacheBytes: 64_000_000,
      passingBytes: 64_000_000,
    });
    expect(memoryShares(640_000_000)).to.deep.equal({
      chunkBytes: 10_000_000,
      cacheBytes: 20_000_000,
      passingBytes: 20_000_000,
    });
  });

  it('leave most of the memory to the process itself, its workers, and what becomes of the records', () => {
    for (const limit of [250_000_000, 300_000_000, 1_000_000_000, 4_000_000_000]) {
      const { chunkBytes, cacheBytes, passingBytes } = memoryShares(limit);
      expect(chunkBytes + cacheBytes + passingBytes).to.be.below(limit / 12);
    }
  });
});
