import { expect } from 'chai';
import { ByteWindow } from '../../../lib/formats/byte-window.js';

const TEXT = Buffer.from('..ab$$$$cd..$$$$$$e$$$$');
const NEEDLES = ['$$$$', '$'].map((needle) => Buffer.from(needle));

/** The window of the text in pieces of so many bytes, cut at an offset as soon as it is there. */
function windowOf(pieceBytes: number, cutAt = 0): ByteWindow {
  const window = new ByteWindow(100);
  for (let from = 0; from < TEXT.length; from += pieceBytes) {
    window.append(TEXT.subarray(from, from + pieceBytes));
    if (window.end - 100 >= cutAt) window.cut(Math.max(window.start, 100 + cutAt));
  }
  return window;
}

describe('the window of bytes', () => {
  for (let pieceBytes = 1; pieceBytes <= TEXT.length; pieceBytes += 1) {
    it(`is one to whoever reads it, in pieces of ${pieceBytes} bytes`, () => {
      for (let cutAt = 0; cutAt <= TEXT.length; cutAt += 1) {
        const window = windowOf(pieceBytes, cutAt);
        expect([window.start, window.end]).to.deep.equal([100 + cutAt, 100 + TEXT.length]);
        for (let from = cutAt; from <= TEXT.length; from += 1) {
          expect(window.at(100 + from)).to.equal(TEXT[from] ?? -1);
          for (let to = from; to <= TEXT.length; to += 1) {
            expect(window.slice(100 + from, 100 + to).toString()).to.equal(TEXT.toString('latin1', from, to));
            for (const needle of NEEDLES) {
              const index = TEXT.subarray(0, to).indexOf(needle, from);
              expect(window.find(needle, 100 + from, 100 + to)).to.equal(index < 0 ? -1 : 100 + index);
            }
          }
        }
        expect([window.at(99 + cutAt), window.at(100 + TEXT.length)]).to.deep.equal([-1, -1]);
      }
    });
  }

  it('leaves the bytes as they are that were taken from it', () => {
    const window = new ByteWindow(0);
    const taken: { bytes: Buffer; text: string }[] = [];
    let next = 0;
    const numbers = Array.from({ length: 300_000 }, (_, index) => `${index}\n`).join('');
    for (let from = 0; from < numbers.length; from += 700_001) {
      window.append(Buffer.from(numbers.slice(from, from + 700_001)));
      // Every other piece stays whole until the next one has come.
      const to = taken.length % 2 === 0 ? window.end - 10 : next + 5;
      taken.push({ bytes: window.slice(next, to), text: numbers.slice(next, to) });
      next = to;
      window.cut(next);
    }
    for (const { bytes, text } of taken) expect(bytes.equals(Buffer.from(text))).to.equal(true);
  });
});
