import { expect } from 'chai';
import { createSizer, type SizerKind } from '../../../lib/batching/sizer.js';
import type { BatchSizer, ClosedBy } from '../../../lib/types.js';

/** Commits `count` chunks of what the sizer asks for; each takes what `msOf` says. Gives the rows of each. */
function drive(
  sizer: BatchSizer,
  count: number,
  msOf: (rows: number) => number,
  closedBy: ClosedBy = 'rows',
): number[] {
  return Array.from({ length: count }, () => {
    const { rows } = sizer.next();
    sizer.report({ rows, bytes: rows * 1_000, ms: msOf(rows), closedBy });
    return rows;
  });
}

const median = (values: number[]): number => values.toSorted((one, other) => one - other)[values.length >> 1]!;
const LEARNING: readonly SizerKind[] = ['adaptive', 'chemical'];

/** Commits `count` chunks, of which those that `fails` names take `failureMs` and fail. Gives the rows of each. */
function driveFailing(
  sizer: BatchSizer,
  count: number,
  fails: (rows: number, chunk: number) => boolean,
  {
    error = 'canceling statement due to statement timeout',
    failureMs = 900,
    msOf = (rows: number) => 5 + rows / 5,
  } = {},
): number[] {
  return Array.from({ length: count }, (_, chunk) => {
    const { rows } = sizer.next();
    const failed = fails(rows, chunk);
    const ms = failed ? failureMs : msOf(rows);
    sizer.report({ rows, bytes: rows * 1_000, ms, closedBy: 'rows', ...(failed ? { error } : {}) });
    return rows;
  });
}

describe('createSizer', () => {
  for (const [options, message] of [
    [{ maxRows: 0 }, 'maxRows: must be a whole number from 1, not 0'],
    [{ maxBytes: 1.5 }, 'maxBytes: must be a whole number from 1, not 1.5'],
    [{ commitTargetMs: -1 }, 'commitTargetMs: must be a whole number from 1, not -1'],
    [{ initialRows: Number.NaN }, 'initialRows: must be a whole number from 1, not null'],
    [{ seed: -1 }, 'seed: must be a whole number from 0, not -1'],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => createSizer('adaptive', options))
        .to.throw(message)
        .with.property('code', 'BAD_OPTION');
    });
  }

  it('refuses a kind that is none', () => {
    expect(() => createSizer('best' as SizerKind)).to.throw(
      'kind: must be one of fixed, adaptive, chemical, not "best"',
    );
  });

  it('fixed keeps its size, whatever it costs', () => {
    const sizer = createSizer('fixed', { initialRows: 70, maxBytes: 500 });
    expect(drive(sizer, 5, () => 99_999)).to.deep.equal([70, 70, 70, 70, 70]);
    expect(sizer.next()).to.deep.equal({ rows: 70, bytes: 500 });
    expect(createSizer('fixed', { maxRows: 33 }).next().rows).to.equal(33);
    expect(sizer.state).to.include({ kind: 'fixed', rows: 70 });
  });

  for (const kind of LEARNING) {
    describe(kind, () => {
      it('begins with 50 rows, or as many as it is told, within the bounds', () => {
        expect(createSizer(kind).next()).to.deep.equal({ rows: 50, bytes: 16_000_000 });
        expect(createSizer(kind, { initialRows: 7 }).next().rows).to.equal(7);
        expect(createSizer(kind, { maxRows: 20 }).next().rows).to.equal(20);
      });

      it('asking changes nothing', () => {
        const sizer = createSizer(kind);
        drive(sizer, 10, (rows) => 5 + rows);
        const { state } = sizer;
        for (let index = 0; index < 100; index += 1) sizer.next();
        expect(sizer.state).to.deep.equal(state);
      });

      it('gives the same sizes for the same seed, others for another', () => {
        const sizes = (seed: number): number[] => drive(createSizer(kind, { seed }), 60, (rows) => 5 + rows / 2);
        expect(sizes(3)).to.deep.equal(sizes(3));
        expect(sizes(3)).not.to.deep.equal(sizes(4));
      });

      it('finds the knee, where the fixed cost is 1 %', () => {
        const sizes = drive(createSizer(kind), 100, (rows) => 2 + rows / 2).slice(20);
        expect(median(sizes)).to.be.within(330, 590);
      });

      it('grows as fast as a commit at most doubles its time, whatever its rows', () => {
        const cost = (rows: number): number => 60 + rows / 16;
        const sizes = drive(createSizer(kind), 6, cost);
        expect(sizes[2]).to.be.above(400);
        for (const [index, rows] of sizes.slice(1).entries()) {
          expect(rows).to.be.at.most(8 * sizes[index]!);
          expect(cost(rows)).to.be.at.most(2.2 * cost(sizes[index]!));
        }
      });

      it('stays below the size from which on rows cost more', () => {
        const cost = (rows: number): number => 20 + rows / 10 + 0.3 * Math.max(0, rows - 2_000);
        const sizes = drive(createSizer(kind), 200, cost).slice(12);
        expect(median(sizes)).to.be.within(1_400, 2_050);
        expect(sizes.filter((rows) => rows > 2_100).length).to.be.below(12);
      });

      it('asks a smaller chunk after a time far above the fit, and goes on as before when that one fits', () => {
        const cost = (rows: number): number => 5 + rows / 20;
        const sizer = createSizer(kind);
        drive(sizer, 40, cost);
        const [rows] = drive(sizer, 1, (asked) => 1.6 * cost(asked));
        expect(sizer.next().rows).to.be.at.most(rows! / 2 + 1);
        expect(Math.max(...drive(sizer, 6, cost))).to.be.at.least(0.9 * rows!);
      });

      it('does not use up a bound that gains nothing', () => {
        const sizes = drive(createSizer(kind, { commitTargetMs: 60_000 }), 200, (rows) => 1 + rows);
        expect(Math.max(...sizes)).to.be.below(600);
        expect(Math.max(...sizes.slice(100))).to.be.below(200);
      });

      it('keeps below the latency bound', () => {
        const cost = (rows: number): number => 100 + rows;
        const sizes = drive(createSizer(kind), 100, cost);
        expect(Math.max(...sizes.map(cost))).to.be.at.most(1_000);
        expect(cost(median(sizes.slice(20)))).to.be.above(850);
      });

      it('keeps below the bytes, and says so by rows and by bytes', () => {
        const sizer = createSizer(kind, { maxBytes: 100_000 });
        const sizes = drive(sizer, 50, (rows) => 100 + rows / 100);
        expect(Math.max(...sizes)).to.be.at.most(100);
        expect(sizer.next().bytes).to.be.at.most(100_000);
        expect(sizer.state.bound).to.equal('memory');
      });

      it('keeps below the rows', () => {
        expect(Math.max(...drive(createSizer(kind, { maxRows: 300 }), 50, () => 20))).to.equal(300);
      });

      it('comes down at once from a first chunk that is far too slow', () => {
        const sizes = drive(createSizer(kind), 12, (rows) => 10 + rows * 100);
        expect(sizes[0]).to.equal(50);
        expect(Math.max(...sizes.slice(3))).to.be.at.most(10);
      });

      for (const closedBy of ['age', 'end'] as const) {
        it(`learns no growth from chunks closed by ${closedBy}`, () => {
          const sizer = createSizer(kind);
          drive(sizer, 4, (rows) => 10 + rows / 10);
          const before = sizer.next().rows;
          for (let index = 0; index < 100; index += 1) {
            sizer.report({ rows: 20, bytes: 20_000, ms: 12, closedBy });
            expect(sizer.next().rows).to.be.at.most(before);
          }
        });
      }

      it('never grows while failures are fast, and is back soon after', () => {
        const sizer = createSizer(kind);
        drive(sizer, 40, (rows) => 10 + rows / 5);
        const usual = Math.max(...drive(sizer, 8, (rows) => 10 + rows / 5));
        for (let index = 0, last = sizer.next().rows; index < 200; index += 1) {
          const { rows } = sizer.next();
          expect(rows).to.be.at.most(last);
          last = rows;
          sizer.report({ rows, bytes: rows * 1_000, ms: 1, closedBy: 'rows', error: 'ECONNRESET' });
        }
        expect(sizer.next().rows).to.be.below(usual / 2);
        expect(sizer.state.bound).to.equal('errors');
        expect(Math.max(...drive(sizer, 10, (rows) => 10 + rows / 5))).to.be.above(usual * 0.8);
      });

      for (const error of ['40P01', 'deadlock detected', 'canceling statement due to statement timeout', 'ETIMEDOUT']) {
        it(`halves at once on ${error}`, () => {
          const sizer = createSizer(kind);
          drive(sizer, 30, (rows) => 10 + rows / 5);
          const before = sizer.next();
          sizer.report({ ...before, ms: 900, closedBy: 'rows', error });
          expect(sizer.next().rows).to.be.at.most(before.rows / 2 + 1);
        });
      }

      for (const [error, failureMs] of [
        ['canceling statement due to statement timeout', 900],
        ['PAYLOAD_TOO_LARGE', 5],
      ] as const) {
        it(`stays below the size from which on all chunks fail with ${error}, and close to it`, () => {
          const sizes = driveFailing(createSizer(kind), 600, (rows) => rows > 1_000, { error, failureMs });
          expect(sizes.slice(0, 100).filter((rows) => rows > 1_000).length).to.be.at.most(8);
          expect(sizes.slice(-300).filter((rows) => rows > 1_000).length).to.be.at.most(3);
          expect(median(sizes.slice(-300))).to.be.within(750, 1_000);
        });
      }

      it('tries a size that failed the later, the longer a failure takes', () => {
        const failures = (failureMs: number): number =>
          driveFailing(createSizer(kind), 200, (rows) => rows > 1_000, { failureMs }).filter((rows) => rows > 1_000)
            .length;
        expect(failures(10_000)).to.be.below(failures(300));
      });

      it('finds out that a size that failed does well again', () => {
        const sizer = createSizer(kind);
        driveFailing(sizer, 60, (rows) => rows > 1_000);
        expect(sizer.state.bound).to.equal('errors');
        expect(Math.max(...driveFailing(sizer, 120, () => false))).to.be.above(1_800);
        expect(sizer.state.bound).not.to.equal('errors');
      });

      it('forgets which size failed when costs are others', () => {
        const sizer = createSizer(kind);
        driveFailing(sizer, 200, (rows) => rows > 1_000);
        const msOf = (rows: number): number => 100 + rows / 5;
        expect(Math.max(...driveFailing(sizer, 12, () => false, { msOf }))).to.be.above(1_500);
      });

      it('takes one failure for no proof of a size', () => {
        const sizer = createSizer(kind);
        const usual = median(driveFailing(sizer, 40, () => false).slice(20));
        driveFailing(sizer, 1, () => true);
        expect(Math.max(...driveFailing(sizer, 8, () => false))).to.be.at.least(usual * 0.9);
      });

      it('blames no size for failures among chunks as large that do well', () => {
        const sizer = createSizer(kind);
        driveFailing(sizer, 40, () => false);
        const sizes = driveFailing(sizer, 200, (_, chunk) => chunk % 10 === 9, { error: '57P01' });
        expect(Math.max(...sizes.slice(-10))).to.be.at.least(0.9 * Math.max(...sizes));
      });

      it('halves at once when a deadlock was got over', () => {
        const sizer = createSizer(kind);
        drive(sizer, 40, (rows) => 5 + rows / 20);
        const { rows } = sizer.next();
        const setback = 'deadlock detected (40P01)';
        sizer.report({ rows, bytes: rows * 1_000, ms: 5 + rows / 20, closedBy: 'rows', setback, attempts: 2 });
        expect(sizer.next().rows).to.be.at.most(rows / 2 + 1);
        expect(sizer.state).to.include({ bound: 'errors', reason: `a commit failed: ${setback}` });
      });

      it('halves at once on a time five times what was expected, and comes back when it stands alone', () => {
        const cost = (rows: number): number => 5 + rows / 20;
        const sizer = createSizer(kind);
        const usual = median(drive(sizer, 40, cost).slice(20));
        const { rows } = sizer.next();
        sizer.report({ rows, bytes: rows * 1_000, ms: 6 * cost(rows), closedBy: 'rows' });
        expect(sizer.next().rows).to.be.at.most(rows / 2 + 1);
        expect(Math.max(...drive(sizer, 6, cost))).to.be.at.least(usual * 0.9);
      });

      for (const closedBy of ['age', 'end'] as const) {
        for (const [ms, share] of [
          [60, 0.5],
          [5_000, 0.25],
        ] as const) {
          it(`does not come down to 3 rows that took ${ms} ms in a chunk closed by ${closedBy}`, () => {
            const sizer = createSizer(kind);
            drive(sizer, 40, (rows) => 5 + rows / 20);
            const { rows } = sizer.next();
            sizer.report({ rows: 3, bytes: 3_000, ms, closedBy });
            expect(sizer.next().rows).to.be.within(rows * share * 0.9, rows * share * 1.1);
          });
        }
      }

      it('says in words why the size is what it is', () => {
        const sizer = createSizer(kind);
        expect(sizer.state).to.include({ kind, rows: 50, bound: 'start', reason: 'nothing was committed yet' });
        drive(sizer, 60, (rows) => 100 + rows);
        expect(sizer.state.bound).to.equal('latency');
        expect(sizer.state.reason).to.be.a('string').that.contains('latency');
        expect(sizer.state.fixedMs).to.be.closeTo(100, 10);
        expect(sizer.state.rowMs).to.be.closeTo(1, 0.1);
      });

      it('takes reports of nothing, of no time, and of no bytes', () => {
        const sizer = createSizer(kind);
        for (const [rows, bytes, ms] of [
          [0, 0, 5],
          [10, 0, 0],
          [10, 10_000, 0],
          [1, 1, 1e9],
        ] as const) {
          sizer.report({ rows, bytes, ms, closedBy: 'rows' });
          const next = sizer.next();
          expect(next.rows).to.be.within(1, 10_000);
          expect(next.bytes).to.be.within(1, 16_000_000);
        }
      });
    });
  }
});
