import { expect } from 'chai';
import { coresOfGroups, memoryOfGroups } from '../../../lib/monitor/control-groups.js';

const V1 = '/sys/fs/cgroup/memory';
const V2 = '/sys/fs/cgroup';
const NONE_V1 = '9223372036854771712\n';

function reading(files: Record<string, string>) {
  return (path: string): string | null => files[path] ?? null;
}

describe('control groups', () => {
  for (const [what, files, bytes] of [
    ['none', {}, null],
    ['version 2', { '/proc/self/cgroup': '0::/\n', [`${V2}/memory.max`]: '400000000\n' }, 400_000_000],
    ['version 2 without a limit', { '/proc/self/cgroup': '0::/\n', [`${V2}/memory.max`]: 'max\n' }, null],
    [
      'version 2, the limit further up',
      {
        '/proc/self/cgroup': '0::/user.slice/run.scope\n',
        [`${V2}/user.slice/run.scope/memory.max`]: 'max\n',
        [`${V2}/user.slice/memory.max`]: '500000000\n',
      },
      500_000_000,
    ],
    [
      'version 1',
      {
        '/proc/self/cgroup': '5:cpu,cpuacct:/\n4:memory:/jobs/one\n0::/\n',
        [`${V1}/jobs/one/memory.limit_in_bytes`]: '300000000\n',
        [`${V1}/jobs/memory.limit_in_bytes`]: '600000000\n',
        [`${V1}/memory.limit_in_bytes`]: NONE_V1,
      },
      300_000_000,
    ],
    [
      'version 1 in a container that sees only its own group',
      { '/proc/self/cgroup': '4:memory:/docker/123\n', [`${V1}/memory.limit_in_bytes`]: '300000000\n' },
      300_000_000,
    ],
  ] as const) {
    it(`say how much memory there is: ${what}`, () => {
      expect(memoryOfGroups(reading(files))).to.equal(bytes);
    });
  }

  for (const [what, files, cores] of [
    ['none', {}, null],
    ['version 2', { '/proc/self/cgroup': '0::/a\n', [`${V2}/a/cpu.max`]: '50000 100000\n' }, 0.5],
    ['version 2 without a quota', { '/proc/self/cgroup': '0::/\n', [`${V2}/cpu.max`]: 'max 100000\n' }, null],
    [
      'version 1',
      {
        '/proc/self/cgroup': '2:cpu,cpuacct:/a\n',
        [`${V2}/cpu/a/cpu.cfs_quota_us`]: '150000\n',
        [`${V2}/cpu/a/cpu.cfs_period_us`]: '100000\n',
      },
      1.5,
    ],
    [
      'version 1 without a quota',
      {
        '/proc/self/cgroup': '2:cpu:/\n',
        [`${V2}/cpu/cpu.cfs_quota_us`]: '-1\n',
        [`${V2}/cpu/cpu.cfs_period_us`]: '100000\n',
      },
      null,
    ],
  ] as const) {
    it(`say how many cores there are: ${what}`, () => {
      expect(coresOfGroups(reading(files))).to.equal(cores);
    });
  }
});
