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
});
