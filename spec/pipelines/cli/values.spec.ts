import { expect } from 'chai';
import { parseCount, parseDuration, parsePort, parseSize } from '../../../pipelines/cli/values.js';

describe('values of flags', () => {
  it('are sizes with decimal units, or powers of two', () => {
    const sizes = ['7', '16MB', '1.5kb', '2 GiB', ' 3b ', '1.0006kB', '2tb', '1KiB', '1MiB'].map(parseSize);
    expect(sizes).to.deep.equal([7, 16_000_000, 1_500, 2 * 2 ** 30, 3, 1_001, 2e12, 1_024, 1_048_576]);
  });

  it('are times, in seconds where there is no unit', () => {
    const times = ['30', '500ms', '1.5 s', '10min', '3m', '2h'].map(parseDuration);
    expect(times).to.deep.equal([30_000, 500, 1_500, 600_000, 180_000, 7_200_000]);
  });

  for (const text of ['', '-1s', '5 days', '5constructor', 'ten']) {
    it(`are not ${JSON.stringify(text)}`, () => {
      expect(() => parseSize(text)).to.throw('It must be a size such as');
      expect(() => parseDuration(text)).to.throw('It must be a time such as');
    });
  }

  it('are whole numbers from 1 on', () => {
    expect(['1', '20', '9007199254740991'].map(parseCount)).to.deep.equal([1, 20, Number.MAX_SAFE_INTEGER]);
    for (const text of ['0', '-1', '1.5', '1e3', '', 'ten', '9007199254740993']) {
      expect(() => parseCount(text), text).to.throw('It must be a whole number, 1 or more.');
    }
  });

  it('are ports, 0 for any that is free', () => {
    expect(['0', '9464', '65535'].map(parsePort)).to.deep.equal([0, 9_464, 65_535]);
    for (const text of ['65536', '-1', '80.5', '', 'http']) {
      expect(() => parsePort(text), text).to.throw('It must be a port, 0 to 65535.');
    }
  });
});
