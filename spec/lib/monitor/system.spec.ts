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

  it('knows a limit of memory', () => {
    expect(memoryAllowed()).to.be.within(1, totalmem());
  });

  for (const [what, files, cores] of [
    ['a quota of version 2', { '/sys/fs/cgroup/cpu.max': '50000 100000\n' }, 1],
    ['none of version 2', { '/sys/fs/cgroup/cpu.max': 'max 100000\n' }, null],
    [
      'a quota of version 1',
      { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '100000', '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000' },
      1,
    ],
    ['none of version 1', { '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1' }, null],
    ['no control groups', {}, null],
  ] as const) {
    it(`counts cores under ${what}`, () => {
      const read = (path: string): string | null => (files as Record<string, string>)[path] ?? null;
      expect(coresAllowed(read)).to.equal(cores ?? coresAllowed(() => null));
    });
  }

  it('has at least one worker, and no more than memory holds', () => {
    expect(workersAllowed(1)).to.equal(1);
    expect(workersAllowed(10 ** 12)).to.equal(coresAllowed());
    expect(workersAllowed()).to.be.at.least(1);
  });
});
