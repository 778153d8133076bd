import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { limitByMemory } from '../../../../lib/batching/monitor/limit.js';
import { type MonitorOptions, ResourceMonitor, type Resources } from '../../../../lib/batching/monitor/monitor.js';
import { createSizer } from '../../../../lib/batching/sizer.js';
import type { BatchSizer, ClosedBy } from '../../../../lib/types.js';
import { FakeClock } from '../../../support/fake-clock.js';

function monitorOf(options: Partial<MonitorOptions> = {}) {
  const clock = new FakeClock();
  const used = { rssBytes: 0, heapBytes: 0, cpuMs: 0, loopUtilization: 0.5 };
  const monitor = new ResourceMonitor({ limitBytes: 1_000, usage: () => ({ ...used }), clock, ...options });
  const use = (rssBytes: number): void => {
    used.rssBytes = rssBytes;
    clock.advance(100);
  };
  return { monitor, clock, used, use };
}

describe('ResourceMonitor', () => {
  for (const [options, message] of [
    [{ limitBytes: 0 }, 'limitBytes: must be a whole number from 1, not 0'],
    [{ everyMs: 0 }, 'everyMs: must be a whole number from 1, not 0'],
    [{ pauseMs: 0.5 }, 'pauseMs: must be a whole number from 1, not 0.5'],
    [{ softShare: 1 }, 'softShare: must be between 0 and 1, not 1'],
    [{ softShare: 0.9, hardShare: 0.9 }, 'hardShare: must be above softShare, up to 1, not 0.9'],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => monitorOf(options)).to.throw(message);
    });
  }

  it('shrinks sizes between the soft and the hard limit', () => {
    const { monitor, use } = monitorOf();
    const factors = [500, 800, 860, 900, 950, 2_000].map((bytes) => {
      use(bytes);
      return monitor.factor;
    });
    expect(factors[0]).to.equal(1);
    expect(factors[1]).to.equal(1);
    expect(factors).to.deep.equal(factors.toSorted((one, other) => other - one));
    expect(factors.at(-1)).to.equal(0.1);
  });

  it('reads usage at most every 100 ms', () => {
    let readings = 0;
    const clock = new FakeClock();
    const usage = () => {
      readings += 1;
      return { rssBytes: 1, heapBytes: 1, cpuMs: 1, loopUtilization: 0 };
    };
    const monitor = new ResourceMonitor({ limitBytes: 10, usage, clock });
    for (let index = 0; index < 1_000; index += 1) monitor.factor;
    expect(readings).to.equal(1);
    clock.advance(100);
    for (let index = 0; index < 1_000; index += 1) monitor.isReady;
    expect(readings).to.equal(2);
  });

  it('pauses above the hard limit until memory falls below half-way to the soft one', async () => {
    const { monitor, use } = monitorOf({ pauseMs: 1_000_000 });
    use(960);
    expect(monitor.read()).to.include({ breaker: 'open', pauses: 1 });
    let ready = false;
    const waiting = monitor.ready().then(() => {
      ready = true;
    });
    await turn();
    use(900);
    await turn();
    expect(ready).to.equal(false);
    expect(monitor.read().breaker).to.equal('open');
    use(860);
    await waiting;
    expect(monitor.read()).to.include({ breaker: 'closed', pauses: 1, peakRssBytes: 960 });
  });

  it('gives back what it can as each pause begins', () => {
    let relieved = 0;
    const relieve = () => {
      relieved += 1;
    };
    const { monitor, use } = monitorOf({ pauseMs: 1_000_000, relieve });
    for (const [bytes, times] of [
      [940, 0],
      [960, 1],
      [980, 1],
      [500, 1],
      [960, 2],
    ] as const) {
      use(bytes);
      monitor.read();
      expect(relieved).to.equal(times);
    }
  });

  it('goes on, with small chunks, once a pause has passed in vain, and says so once', async () => {
    const said: Resources[] = [];
    const { monitor, clock, use } = monitorOf({ pauseMs: 500, onFutile: (resources) => said.push(resources) });
    use(990);
    let through = 0;
    for (let index = 0; index < 3; index += 1) {
      void monitor.ready().then(() => {
        through += 1;
      });
    }
    await turn();
    expect(through).to.equal(0);
    for (let index = 0; index < 5; index += 1) {
      clock.advance(100);
      await turn();
    }
    expect(through).to.equal(3);
    expect(monitor.isReady).to.equal(true);
    expect(monitor.read()).to.include({ breaker: 'half-open', factor: 0.1, pauses: 1 });
    expect(said.map(({ rssBytes, limitBytes }) => [rssBytes, limitBytes])).to.deep.equal([[990, 1_000]]);

    // What was futile once is not tried again before more is used.
    use(1_030);
    expect(monitor.isReady).to.equal(true);
    use(1_050);
    expect(monitor.isReady).to.equal(false);
    use(1_050);
    clock.advance(500);
    expect(monitor.read()).to.include({ breaker: 'half-open', pauses: 2 });
    expect(said).to.have.length(1);

    // Once memory has fallen, the limit is the limit again.
    use(860);
    expect(monitor.read().breaker).to.equal('closed');
    use(960);
    expect(monitor.read()).to.include({ breaker: 'open', pauses: 3 });
  });

  it('never lets reading stop for good, however much is used', async () => {
    const { monitor, clock, use } = monitorOf({ pauseMs: 500 });
    for (let bytes = 1_000; bytes < 10_000; bytes += 1_000) {
      use(bytes);
      const waiting = monitor.ready();
      for (let index = 0; index < 6; index += 1) {
        clock.advance(100);
        await turn();
      }
      await waiting;
    }
    expect(monitor.read()).to.include({ pauses: 9, breaker: 'half-open' });
  });

  it('stops waiting when it is told to', async () => {
    const { monitor, clock, use } = monitorOf();
    use(990);
    const abort = new AbortController();
    const waiting = monitor.ready(abort.signal).then(
      () => null,
      (error: unknown) => error,
    );
    await turn();
    abort.abort(new Error('enough'));
    expect(await waiting)
      .to.be.an('error')
      .with.property('message', 'enough');
    expect(clock.pending).to.equal(0);
  });

  it('says how many cores are in use', () => {
    const { monitor, used, use } = monitorOf();
    used.cpuMs = 150;
    use(10);
    expect(monitor.read()).to.include({ cores: 1.5, loopUtilization: 0.5, rssBytes: 10, limitBytes: 1_000 });
  });
});

describe('limitByMemory', () => {
  it('reduces what the sizer says while memory is short, and only then', () => {
    const memory = { factor: 1 };
    const sizer = limitByMemory(createSizer('fixed', { initialRows: 2_000, maxBytes: 8_000_000 }), memory);
    expect(sizer.next()).to.deep.equal({ rows: 2_000, bytes: 8_000_000 });
    memory.factor = 0.25;
    expect(sizer.next()).to.deep.equal({ rows: 500, bytes: 2_000_000 });
    expect(sizer.state).to.include({ bound: 'memory', rows: 500, memoryFactor: 0.25 });
  });

  it('leaves sizes that hold next to nothing as they are', () => {
    const memory = { factor: 0.01 };
    const large = limitByMemory(createSizer('fixed', { initialRows: 2_000, maxBytes: 8_000_000 }), memory);
    expect(large.next()).to.deep.equal({ rows: 250, bytes: 1_000_000 });
    const small = limitByMemory(createSizer('fixed', { initialRows: 20, maxBytes: 1_000 }), memory);
    expect(small.next()).to.deep.equal({ rows: 20, bytes: 1_000 });
  });

  it('calls chunks aged that it reduced, and lets sizes back by steps', () => {
    const told: string[] = [];
    const own: BatchSizer = {
      next: () => ({ rows: 2_000, bytes: 8_000_000 }),
      report: ({ closedBy }) => told.push(closedBy),
      state: { bound: 'knee' },
    };
    const memory = { factor: 1 };
    const sizer = limitByMemory(own, memory);
    const commit = (rows: number, bytes: number, closedBy: ClosedBy) => {
      sizer.next();
      sizer.report({ rows, bytes, ms: 1, closedBy });
    };
    commit(1_999, 1_000, 'rows');
    expect(told.splice(0)).to.deep.equal(['rows']);
    memory.factor = 0.25;
    commit(500, 1_000, 'rows');
    commit(9, 2_000_000, 'bytes');
    commit(9, 1_000, 'end');
    // As large as what was asked for: that is how it was closed.
    commit(1, 8_000_000, 'bytes');
    commit(2_000, 1_000, 'rows');
    expect(told).to.deep.equal(['age', 'age', 'end', 'bytes', 'rows']);
    memory.factor = 1;
    const rows = [1, 2, 3, 4].map(() => {
      const next = sizer.next().rows;
      sizer.report({ rows: next, bytes: 1_000, ms: 1, closedBy: 'rows' });
      return next;
    });
    expect(rows).to.deep.equal([750, 1_125, 1_687, 2_000]);
    expect(told.slice(5)).to.deep.equal(['age', 'age', 'age', 'rows']);
    expect(sizer.state).to.deep.equal({ bound: 'knee', memoryFactor: 1 });
  });
});
