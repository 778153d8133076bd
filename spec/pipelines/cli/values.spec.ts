import { expect } from 'chai';
import { parseDuration, parseSize } from '../../../pipelines/cli/values.js';

describe('values of flags', () => {
  it('are sizes with decimal units, or powers of two', () => {
    const sizes = ['7', '16MB', '1.5kb', '2 GiB'].map(parseSize);
    expect(sizes).to.deep.equal([7, 16_000_000, 1_500, 2 * 2 ** 30]);
  });

  it('are times, in seconds where there is no unit', () => {
    const times = ['30', '500ms', '1.5 s', '10min', '2h'].map(parseDuration);
    expect(times).to.deep.equal([30_000, 500, 1_500, 600_000, 7_200_000]);
  });

  for (const text of ['', '-1s', '5 days', '5constructor', 'ten']) {
    it(`are not ${JSON.stringify(text)}`, () => {
      expect(() => parseSize(text)).to.throw('It must be a size such as');
      expect(() => parseDuration(text)).to.throw('It must be a time such as');
    });
  }
});
