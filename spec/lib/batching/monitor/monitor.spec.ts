import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { limitByMemory } from '../../../../lib/batching/monitor/limit.js';
import { type MonitorOptions, ResourceMonitor } from '../../../../lib/batching/monitor/monitor.js';
import { createSizer } from '../../../../lib/batching/sizer.js';
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
    expect(monitor.read().breaker).to.equal('half-open');
    use(860);
    await waiting;
    expect(monitor.read()).to.include({ breaker: 'closed', pauses: 1, peakRssBytes: 960 });
  });

  it('lets one through after a pause, since memory may only fall once work goes on', async () => {
    const { monitor, clock, use } = monitorOf({ pauseMs: 500 });
    use(990);
    let through = 0;
    for (let index = 0; index < 3; index += 1) {
      void monitor.ready().then(() => {
        through += 1;
      });
    }
    for (let index = 0; index < 5; index += 1) {
      clock.advance(100);
      await turn();
    }
    expect(through).to.equal(1);
    expect(monitor.isReady).to.equal(false);
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
    const sizer = limitByMemory(createSizer('fixed', { initialRows: 200, maxBytes: 1_000 }), memory);
    expect(sizer.next()).to.deep.equal({ rows: 200, bytes: 1_000 });
    memory.factor = 0.25;
    expect(sizer.next()).to.deep.equal({ rows: 50, bytes: 250 });
    expect(sizer.state).to.include({ bound: 'memory', rows: 50, memoryFactor: 0.25 });
    memory.factor = 0.001;
    expect(sizer.next()).to.deep.equal({ rows: 1, bytes: 1 });
  });
});
