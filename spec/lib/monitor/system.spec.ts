import { totalmem } from 'node:os';
import { expect } from 'chai';
import { coresAllowed, memoryAllowed, usageReader, workersAllowed } from '../../../lib/monitor/system.js';

describe('what the system allows', () => {
  it('reads usage', () => {
    const read = usageReader();
    const until = performance.now() + 20;
    while (performance.now() < until);
    const usage = read();
    expect(usage.rssBytes).to.be.above(usage.heapBytes);
    expect(usage.cpuMs).to.be.above(0);
    expect(usage.loopUtilization).to.be.within(0, 1);
  });

  it('knows how much memory there is', () => {
    expect(memoryAllowed()).to.be.within(1, totalmem());
    expect(memoryAllowed(() => null)).to.equal(totalmem());
  });

  it('has at least one worker, and no more than memory holds', () => {
    expect(workersAllowed(1)).to.equal(1);
    expect(workersAllowed(10 ** 12)).to.equal(coresAllowed());
    expect(workersAllowed()).to.be.at.least(1);
  });
});
