import { expect } from 'chai';
import { ProgressLine, progressText } from '../../../pipelines/cli/progress.js';

describe('the line of progress', () => {
  const state = { read: 12_400, rejected: 31, recordsPerSecond: 1_850.4, chunkRows: 480 };

  it('tells how far it is, and what holds chunks down', () => {
    expect(progressText({ ...state, share: 0.439, remainingMs: 130_000, chunkBound: 'memory' })).to.equal(
      '12,400 records, 1,850/s, 43 %, 2 min 10 s left, 31 rejected, chunks of 480 (memory)',
    );
  });

  it('leaves out what is not known', () => {
    expect(progressText({ ...state, share: null, remainingMs: null, chunkBound: null })).to.equal(
      '12,400 records, 1,850/s, 31 rejected, chunks of 480',
    );
  });

  it('is shown again in its time although the clock of the machine was put back', () => {
    const lines: string[] = [];
    const out = { isTTY: false, write: (text: string) => lines.push(text) };
    const { now } = performance;
    const { now: date } = Date;
    try {
      const line = new ProgressLine(out as unknown as NodeJS.WriteStream);
      performance.now = () => now.call(performance) + 11_000;
      Date.now = () => date() - 3_600_000;
      line.show({ ...state, share: null, remainingMs: null, chunkBound: null });
    } finally {
      performance.now = now;
      Date.now = date;
    }
    expect(lines).to.have.length(1);
  });

  it('makes way for what else is to be said', () => {
    let shown = '';
    const write = (text: string): boolean => {
      shown += text;
      return true;
    };
    const { now } = performance;
    const line = new ProgressLine({ isTTY: true, columns: 80, write } as unknown as NodeJS.WriteStream);
    try {
      performance.now = () => now.call(performance) + 11_000;
      line.show({ ...state, share: null, remainingMs: null, chunkBound: null });
    } finally {
      performance.now = now;
    }
    line.say('molstream: stopping\n');
    expect(shown).to.match(/chunks of 480\r\u001b\[2Kmolstream: stopping\n$/);
  });

  /** What is written when progress is made at these milliseconds. */
  const writtenAt = (out: object, times: readonly number[]): string[] => {
    const written: string[] = [];
    const { now } = performance;
    let time = 0;
    performance.now = () => time;
    try {
      const line = new ProgressLine({
        ...out,
        write: (text: string) => written.push(text),
      } as unknown as NodeJS.WriteStream);
      for (time of times) line.show({ ...state, read: time, share: null, remainingMs: null, chunkBound: null });
      line.clear();
      line.clear();
    } finally {
      performance.now = now;
    }
    return written;
  };

  it('is a line every 10 s where there is no terminal', () => {
    const written = writtenAt({ isTTY: false }, [9_999, 10_000, 10_001, 19_999, 20_000]);
    expect(written).to.deep.equal(
      ['10,000', '20,000'].map((read) => `${read} records, 1,850/s, 31 rejected, chunks of 480\n`),
    );
  });

  it('is written over itself five times a second on a terminal, and never wraps', () => {
    const clear = '\r\u001b[2K';
    const written = writtenAt({ isTTY: true, columns: 21 }, [199, 200, 399, 400]);
    expect(written).to.deep.equal([`${clear}200 records, 1,850/s`, `${clear}400 records, 1,850/s`, clear]);
    // A terminal that does not tell its width.
    const [shown] = writtenAt({ isTTY: true, columns: 0 }, [12_400]);
    expect(shown).to.equal(`${clear}12,400 records, 1,850/s, 31 rejected, chunks of 480`);
  });
});
