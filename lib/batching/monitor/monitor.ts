/**
 * Watches what the process uses. Above the soft limit of memory chunks shrink; above the hard limit a breaker opens and
 * reading pauses. There is no timer that runs by itself: usage is read when somebody asks, at most every `everyMs`.
 */

import type { Usage } from '../../monitor/system.js';
import { badOption } from '../../options.js';
import { type Clock, pause } from '../clock.js';

export interface MonitorOptions {
  /** Bytes of memory that the process should keep below, 1 or more. */
  limitBytes: number;
  /** Reads what is used now. */
  usage: () => Usage;
  clock: Clock;
  /** Share of the limit from which on chunks shrink, above 0. Default 0.8. */
  softShare?: number;
  /** Share of the limit from which on reading pauses, above `softShare`, 1 or less. Default 0.95. */
  hardShare?: number;
  /** Milliseconds between two readings, 1 or more. Default 100. */
  everyMs?: number;
  /** Milliseconds of a pause after which one reader is let through to try, 1 or more. Default 1,000. */
  pauseMs?: number;
}

/** closed: reading goes on; open: it pauses; half-open: one reader was let through, to see whether memory holds. */
export type Breaker = 'closed' | 'open' | 'half-open';

export interface Resources {
  readonly limitBytes: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
  readonly peakRssBytes: number;
  /** Cores in use, on average between the last two readings. */
  readonly cores: number;
  readonly loopUtilization: number;
  readonly breaker: Breaker;
  /** How often the breaker opened. */
  readonly pauses: number;
  /** What sizes are multiplied with: 1 below the soft limit, least at the hard one. */
  readonly factor: number;
}

const LEAST_FACTOR = 0.1;

/** Throws `UsageError` BAD_OPTION. */
export class ResourceMonitor {
  readonly #options: Required<MonitorOptions>;
  #usage: Usage;
  #readAt: number;
  #cores = 0;
  #peak = 0;
  #breaker: Breaker = 'closed';
  #openedAt = 0;
  #pauses = 0;

  constructor(options: MonitorOptions) {
    this.#options = { softShare: 0.8, hardShare: 0.95, everyMs: 100, pauseMs: 1_000, ...options };
    const { limitBytes, softShare, hardShare, everyMs, pauseMs } = this.#options;
    for (const [name, value] of Object.entries({ limitBytes, everyMs, pauseMs })) {
      if (!Number.isSafeInteger(value) || value < 1) throw badOption(name, 'a whole number from 1', value);
    }
    if (!(softShare > 0 && softShare < 1)) throw badOption('softShare', 'between 0 and 1', softShare);
    if (!(hardShare > softShare && hardShare <= 1)) throw badOption('hardShare', 'above softShare, up to 1', hardShare);
    this.#usage = this.#options.usage();
    this.#readAt = this.#options.clock.now();
    this.#judge();
  }

  /** What is used now, or was at most `everyMs` ago. */
  read(): Resources {
    this.#refresh();
    return Object.freeze({
      limitBytes: this.#options.limitBytes,
      rssBytes: this.#usage.rssBytes,
      heapBytes: this.#usage.heapBytes,
      peakRssBytes: this.#peak,
      cores: this.#cores,
      loopUtilization: this.#usage.loopUtilization,
      breaker: this.#breaker,
      pauses: this.#pauses,
      factor: this.#factor(),
    });
  }

  /** What sizes are multiplied with, 0.1 to 1. Costs next to nothing. */
  get factor(): number {
    this.#refresh();
    return this.#factor();
  }

  /** Whether `ready` would answer at once. Costs next to nothing. */
  get isReady(): boolean {
    this.#refresh();
    return this.#breaker === 'closed';
  }

  /** Resolves when reading may go on; rejects with the reason of `signal`. */
  async ready(signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted();
      this.#refresh();
      if (this.#breaker === 'closed') return;
      const paused = this.#options.clock.now() - this.#openedAt;
      if (paused >= this.#options.pauseMs) {
        // Memory may only fall once work goes on, since an idle process collects no garbage.
        this.#breaker = 'half-open';
        this.#openedAt = this.#options.clock.now();
        return;
      }
      await pause(this.#options.clock, Math.min(this.#options.everyMs, this.#options.pauseMs - paused), signal);
    }
  }

  #refresh(): void {
    const now = this.#options.clock.now();
    const elapsed = now - this.#readAt;
    if (elapsed < this.#options.everyMs) return;
    const before = this.#usage;
    this.#usage = this.#options.usage();
    this.#cores = Math.max(0, this.#usage.cpuMs - before.cpuMs) / elapsed;
    this.#readAt = now;
    this.#judge();
  }

  #judge(): void {
    const share = this.#share();
    this.#peak = Math.max(this.#peak, this.#usage.rssBytes);
    if (share >= this.#options.hardShare) {
      if (this.#breaker === 'closed') {
        this.#pauses += 1;
        this.#openedAt = this.#options.clock.now();
      }
      this.#breaker = 'open';
    } else if (this.#breaker === 'open') {
      this.#breaker = 'half-open';
    }
    if (share < this.#closeShare()) this.#breaker = 'closed';
  }

  /** A breaker closes half-way between the limits, so that it does not flutter at the hard one. */
  #closeShare(): number {
    return this.#breaker === 'closed'
      ? this.#options.hardShare
      : (this.#options.softShare + this.#options.hardShare) / 2;
  }

  #share(): number {
    return this.#usage.rssBytes / this.#options.limitBytes;
  }

  #factor(): number {
    const { softShare, hardShare } = this.#options;
    const over = (this.#share() - softShare) / (hardShare - softShare);
    return over <= 0 ? 1 : Math.max(LEAST_FACTOR, 1 - over ** 2);
  }
}
