import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { gunzip } from '../../../lib/sources/gunzip.js';

async function* cut(bytes: Buffer, positions: readonly number[]): AsyncGenerator<Buffer> {
  const ends = [...positions, bytes.length];
  for (const [index, end] of ends.entries()) {
    const piece = bytes.subarray(ends[index - 1] ?? 0, end);
    if (piece.length > 0) yield piece;
  }
}

/** What is unpacked, and what the damage is called. */
async function unpacked(bytes: Buffer, positions: readonly number[], isPipe: boolean): Promise<string> {
  let text = '';
  try {
    const again = isPipe ? null : () => cut(bytes, positions);
    for await (const piece of gunzip(cut(bytes, positions), again)) text += piece.toString('latin1');
  } catch (error) {
    text += ` ${(error as Error).message}`;
  }
  return text;
}

describe('gunzip', () => {
  // Of a short text the last three bytes of a member are zeros, as padding is.
  const member = gzipSync('a text of 37 letters, no more of them');
  const empty = gzipSync('');
  const zeros = Buffer.alloc(5);
  const other = Buffer.from('no gzip');

  it('gives the same of members, padding and damage, for every cut of the bytes', async () => {
    for (const parts of [
      [member, empty, member],
      [member, zeros],
      [member, zeros, member],
      [member, zeros, other],
      [empty, zeros],
      [member, other],
      [member, member.subarray(0, 15)],
      [member, member.subarray(0, 1)],
    ]) {
      const bytes = Buffer.concat(parts);
      const whole = await unpacked(bytes, [], false);
      const positions = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1);
      for (const cuts of [...positions.map((position) => [position]), positions]) {
        expect(await unpacked(bytes, cuts, false), `${cuts}`).to.equal(whole);
        if (parts[1] === zeros) expect(await unpacked(bytes, cuts, true), `${cuts}, a pipe`).to.equal(whole);
      }
    }
  });

  it('says what follows padding, which zlib passes over', async () => {
    const whole = await unpacked(Buffer.concat([member, zeros, member]), [], false);
    expect(whole).to.equal('a text of 37 letters, no more of them other data follow the padding of its end');
  });
});
