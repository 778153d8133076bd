import { seededRandom } from '../../../lib/batching/random.js';

/** What a simulated commit, source or memory does, as a function of virtual time in milliseconds. */
export interface Scenario {
  readonly name: string;
  /** Milliseconds of a commit of `rows` rows and `bytes` bytes on average, without noise. */
  meanMs(rows: number, bytes: number, at: number): number;
  /** Standard deviation of a commit's time, as a share of it (lognormal). */
  readonly noise?: number;
  /** Bytes of a row. Default 1,000. */
  rowBytes?(at: number): number;
  /** Rows a second that the source gives. Default: as many as are wanted. */
  readonly sourceRate?: number;
  /** Milliseconds, before noise, that this commit takes more or less than the mean, after so many rows. */
  deviationMs?(rows: number, rowsBefore: number): number;
  /** Milliseconds that a commit takes beside its mean and noise. */
  extraMs?(random: () => number): number;
  /** Milliseconds that a commit waits for a connection before it begins. */
  waitMs?(random: () => number): number;
  /** Whether a commit fails, after how long. */
  failure?(at: number, meanMs: number, random: () => number): { ms: number; error: string } | null;
  /** Bytes that the process holds beside the chunk. Default: a third of `MEMORY_LIMIT`. */
  baseBytes?(at: number): number;
  /** Moments at which costs change. */
  readonly steps: readonly number[];
}

export const VIRTUAL_MS = 300_000;
export const LATENCY_BOUND_MS = 1_000;
export const MAX_ROWS = 10_000;
export const MAX_BYTES = 16_000_000;
export const MAX_AGE_MS = 2_000;
export const MEMORY_LIMIT = 100_000_000;
/** Bytes that a chunk holds in memory for each byte of its records: the records, their rows, what is on the wire. */
const HELD = 3;

/** Bytes in use while a chunk is committed. */
export function memoryInUse(scenario: Scenario, bytes: number, at: number): number {
  return (scenario.baseBytes?.(at) ?? MEMORY_LIMIT / 3) + HELD * bytes;
}

/** Every constant below is multiplied by this and drawn from the seed, so that no sizer is tuned to one table. */
export type Vary = (value: number) => number;

/** Multiplies by something between `1 / factor` and `factor`, as likely up as down. */
export function varied(seed: number, factor: number): Vary {
  const random = seededRandom(seed);
  return (value) => value * factor ** (2 * random() - 1);
}

const inWindow = (at: number, period: number, length: number, phase = 0): boolean => (at + phase) % period < length;
const between = (at: number, from: number, to: number): boolean => at >= from && at < to;

/** The scenarios. `vary` perturbs the constants; the identity gives the published ones. */
export function scenarios(vary: Vary = (value) => value): Scenario[] {
  const line = (fixed: number, row: number) => {
    const [a, b] = [vary(fixed), vary(row)];
    return (rows: number): number => a + b * rows;
  };
  const noise = (share: number) => Math.min(0.4, vary(share));
  return [
    { name: 'constant', steps: [], meanMs: line(4, 0.5) },
    { name: 'jitter', steps: [], noise: noise(0.2), meanMs: line(10, 0.2) },
    { name: 'spikes', steps: [], noise: noise(0.03), ...spikes(line(8, 0.25), vary(6)) },
    { name: 'latency-step', noise: noise(0.03), ...latencyStep(line(5, 0.4), vary(100)) },
    { name: 'cost-doubles', noise: noise(0.03), ...doubling(line(10, 0.3), vary(2)) },
    { name: 'superlinear', steps: [], noise: noise(0.03), ...superlinear(line(20, 0.1), vary(2_000), vary(0.3)) },
    { name: 'quadratic', steps: [], noise: noise(0.03), ...quadratic(line(20, 0.1), vary(2e-5)) },
    { name: 'stalls', steps: [], noise: noise(0.1), ...stalls(line(8, 0.25), vary(0.02), vary(400)) },
    {
      name: 'log-checkpoints',
      steps: [],
      noise: noise(0.1),
      ...logCheckpoints(line(1.5, 0.03), vary(600), line(2, 0.02)),
    },
    { name: 'row-cost-jumps', noise: noise(0.03), ...rowCostJumps(line(10, 0.2), vary(3)) },
    { name: 'row-size', noise: noise(0.03), ...rowSize(vary(5), vary(0.02), vary(1e-4), vary(100)) },
    { name: 'slow-source', steps: [], noise: noise(0.05), sourceRate: vary(80), meanMs: line(10, 0.2) },
    { name: 'pool-wait', steps: [], noise: noise(0.05), ...poolWait(line(12, 0.12), vary(300)) },
    {
      name: 'errors-fast',
      steps: [],
      noise: noise(0.05),
      ...fastErrors(line(10, 0.2), Math.min(20_000, vary(10_000))),
    },
    {
      name: 'errors-slow',
      steps: [],
      noise: noise(0.05),
      ...slowErrors(line(10, 0.2), Math.min(20_000, vary(10_000))),
    },
    { name: 'memory-pressure', noise: noise(0.03), ...memoryPressure(line(10, 0.2), Math.min(vary(1.2e7), 1.6e7)) },
    { name: 'statement-timeout', steps: [], noise: noise(0.03), ...statementTimeout(line(10, 0.3), vary(500)) },
  ];
}

type Line = (rows: number) => number;

/** A checkpoint slows the server down for a while: work that takes 1 ms otherwise takes `factor` ms. */
function spikes(line: Line, factor: number): Pick<Scenario, 'meanMs'> {
  const [period, length, phase] = [15_000, 700, 5_000];
  return {
    meanMs(rows, _bytes, at) {
      let left = line(rows);
      let now = at;
      for (;;) {
        const place = (now + phase) % period;
        const slow = place < length;
        const until = (slow ? length : period) - place;
        const work = until / (slow ? factor : 1);
        if (left <= work) return now + left * (slow ? factor : 1) - at;
        left -= work;
        now += until;
      }
    },
  };
}

function latencyStep(line: Line, latency: number): Pick<Scenario, 'meanMs' | 'steps'> {
  const slow = (at: number): boolean => between(at, 60_000, 130_000) || between(at, 200_000, 260_000);
  return {
    steps: [60_000, 130_000, 200_000, 260_000],
    meanMs: (rows, _bytes, at) => line(rows) + (slow(at) ? latency : 0),
  };
}

function doubling(line: Line, factor: number): Pick<Scenario, 'meanMs' | 'steps'> {
  return {
    steps: [100_000, 200_000],
    meanMs: (rows, _bytes, at) => line(rows) * (between(at, 100_000, 200_000) ? factor : 1),
  };
}

function superlinear(line: Line, above: number, more: number): Pick<Scenario, 'meanMs'> {
  return { meanMs: (rows) => line(rows) + more * Math.max(0, rows - above) };
}

function quadratic(line: Line, more: number): Pick<Scenario, 'meanMs'> {
  return { meanMs: (rows) => line(rows) + more * rows ** 2 };
}

/** Now and then a commit waits for something else: a lock, a checkpoint, a neighbour. */
function stalls(line: Line, share: number, mean: number): Pick<Scenario, 'meanMs' | 'extraMs'> {
  return {
    meanMs: (rows) => line(rows),
    extraMs: (random) => (random() < share ? -mean * Math.log(1 - random()) : 0),
  };
}

/** SQLite moves its log into the database within the commit that fills it: of small chunks one pays for several. */
function logCheckpoints(line: Line, every: number, checkpoint: Line): Pick<Scenario, 'meanMs' | 'deviationMs'> {
  const fixed = checkpoint(0);
  const perRow = checkpoint(1) - fixed;
  const usual = (rows: number): number => fixed * Math.min(1, rows / every) + perRow * rows;
  const filled = (rows: number): number => Math.floor(rows / every) * every;
  return {
    meanMs: (rows) => line(rows) + usual(rows),
    deviationMs(rows, before) {
      const moved = filled(before + rows) - filled(before);
      return (moved > 0 ? checkpoint(moved) : 0) - usual(rows);
    },
  };
}

/** An index that no longer fits into memory: a row costs more, the commit itself does not. */
function rowCostJumps(line: Line, factor: number): Pick<Scenario, 'meanMs' | 'steps'> {
  const dear = (at: number): boolean => between(at, 100_000, 200_000);
  return {
    steps: [100_000, 200_000],
    meanMs: (rows, _bytes, at) => line(0) + (line(rows) - line(0)) * (dear(at) ? factor : 1),
  };
}

function rowSize(
  fixed: number,
  row: number,
  byte: number,
  factor: number,
): Pick<Scenario, 'meanMs' | 'steps' | 'rowBytes'> {
  return {
    steps: [100_000, 200_000],
    rowBytes: (at) => (between(at, 100_000, 200_000) ? 200 * factor : 200),
    meanMs: (rows, bytes) => fixed + row * rows + byte * bytes,
  };
}

function poolWait(line: Line, mean: number): Pick<Scenario, 'meanMs' | 'waitMs'> {
  return {
    meanMs: (rows) => line(rows),
    waitMs: (random) => (random() < 0.3 ? -mean * Math.log(1 - random()) : 0),
  };
}

function fastErrors(line: Line, length: number): Pick<Scenario, 'meanMs' | 'failure'> {
  return {
    meanMs: (rows) => line(rows),
    failure: (at, _ms, random) =>
      inWindow(at, 60_000, length, 20_000) && random() < 0.5 ? { ms: 5, error: 'ECONNRESET' } : null,
  };
}

function slowErrors(line: Line, length: number): Pick<Scenario, 'meanMs' | 'failure'> {
  return {
    meanMs: (rows) => line(rows),
    failure: (at, meanMs, random) =>
      inWindow(at, 60_000, length, 20_000) && random() < 0.3 ? { ms: meanMs, error: '57P01' } : null,
  };
}

function memoryPressure(line: Line, room: number): Pick<Scenario, 'meanMs' | 'baseBytes' | 'steps'> {
  const base = (at: number): number => MEMORY_LIMIT - (between(at, 100_000, 200_000) ? room : 6 * room);
  return {
    steps: [100_000, 200_000],
    baseBytes: base,
    // The collector works harder as memory runs out.
    meanMs: (rows, bytes, at) => line(rows) * (1 + 4 * Math.max(0, (base(at) + HELD * bytes) / MEMORY_LIMIT - 0.9)),
  };
}

/** The server gives up on whatever would take longer. */
function statementTimeout(line: Line, most: number): Pick<Scenario, 'meanMs' | 'failure'> {
  return {
    meanMs: (rows) => line(rows),
    failure: (_at, meanMs) => (meanMs > most ? { ms: most, error: '57014' } : null),
  };
}
