import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { Trail } from '../../../lib/sources/trail.js';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, line) => `line ${line}\n`).join(''));

function hashOf(offset: number): string {
  const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  const tail = CONTENT.subarray(Math.max(0, offset - 65_536), offset);
  return `${sha(CONTENT.subarray(0, Math.min(1_048_576, offset)))}:${sha(tail)}`;
}

function fill(trail: Trail, size: number): void {
  for (let offset = 0; offset < CONTENT.length; offset += size)
    trail.add(offset, CONTENT.subarray(offset, offset + size));
}

describe('Trail', () => {
  it('hashes the prefix and the tail before an offset, however the bytes come', () => {
    for (const size of [1000, 65_536, 700_001, CONTENT.length]) {
      const trail = new Trail();
      fill(trail, size);
      expect(trail.end).to.equal(CONTENT.length);
      for (const offset of [0, 1, 65_536, 65_537, 1_048_575, 1_048_576, 1_048_577, CONTENT.length]) {
        expect(trail.hashAt(offset), `${offset}`).to.equal(hashOf(offset));
      }
    }
  });

  it('still hashes what comes after a released offset, and nothing before', () => {
    const trail = new Trail();
    fill(trail, 1000);
    for (const released of [500_000, 1_048_576, 2_000_000]) {
      trail.release(released);
      expect(trail.hashAt(released)).to.equal(hashOf(released));
      expect(trail.hashAt(CONTENT.length)).to.equal(hashOf(CONTENT.length));
    }
    expect(() => trail.hashAt(1_500_000)).to.throw(RangeError, '1500000');
    expect(() => trail.hashAt(500_000)).to.throw(RangeError);
  });

  it('still hashes at both ends of what was left out, and nowhere between', () => {
    const trail = new Trail();
    fill(trail, 1000);
    trail.leaveOut(1_200_000, 2_000_000);
    for (const offset of [1_048_577, 1_200_000, 2_000_000, CONTENT.length]) {
      expect(trail.hashAt(offset)).to.equal(hashOf(offset));
    }
    expect(() => trail.hashAt(1_600_000)).to.throw(RangeError, '1600000');
  });

  it('does not know what was not read yet', () => {
    const trail = new Trail();
    trail.add(0, CONTENT.subarray(0, 100));
    expect(() => trail.hashAt(101)).to.throw(RangeError, '101');
  });
});
