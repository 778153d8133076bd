/**
 * Watches what the process uses. Above the soft limit of memory chunks shrink; above the hard limit a breaker opens and
 * reading pauses until memory falls. Where a pause has passed and it did not, what is held is not what was read: the
 * breaker is half-open then, reading goes on with small chunks, and pauses again once still more is used.
 *
 * There is no timer that runs by itself: usage is read when somebody asks, at most every `everyMs`.
 */

import { badOption, checkOptions, clock, func, whole } from '../../checks.js';
import type { Usage } from '../../monitor/system.js';
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
  /** Milliseconds that a pause lasts at most, 1 or more; longer than what was read takes to go. Default 3,000. */
  pauseMs?: number;
  /** Called when a pause begins: to give back what can be given back. Default: nothing. */
  relieve?: () => void;
  /** Called once, when a pause has passed for the first time without memory falling. Default: nothing. */
  onFutile?: (resources: Resources) => void;
}

/** closed: reading goes on; open: it pauses; half-open: it goes on although memory is short, since a pause was futile. */
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
/** Share of the limit that may be used beyond what a futile pause has left. */
const LEEWAY = 0.05;

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
  /** Share of the limit at which the breaker opens. */
  #opensAt: number;
  #futile = false;

  constructor(options: MonitorOptions) {
    checkOptions(
      options,
      {
        limitBytes: whole(1),
        usage: func,
        clock,
        everyMs: whole(1),
        pauseMs: whole(1),
        relieve: func,
        onFutile: func,
      },
      ['limitBytes', 'usage', 'clock'],
    );
    this.#options = {
      softShare: 0.8,
      hardShare: 0.95,
      everyMs: 100,
      pauseMs: 3_000,
      relieve: () => {},
      onFutile: () => {},
      ...options,
    };
    const { softShare, hardShare } = this.#options;
    if (!(softShare > 0 && softShare < 1)) throw badOption('softShare', 'between 0 and 1', softShare);
    if (!(hardShare > softShare && hardShare <= 1)) throw badOption('hardShare', 'above softShare, up to 1', hardShare);
    this.#opensAt = hardShare;
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
    return this.#breaker !== 'open';
  }

  /** Resolves when reading may go on; rejects with the reason of `signal`. */
  async ready(signal?: AbortSignal): Promise<void> {
    const { clock, everyMs } = this.#options;
    for (;;) {
      signal?.throwIfAborted();
      this.#refresh();
      if (this.#breaker !== 'open') return;
      await pause(clock, everyMs, signal);
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
    this.#peak = Math.max(this.#peak, this.#usage.rssBytes);
    if (this.#breaker === 'open') {
      if (this.#hasFallen()) this.#close();
      else if (this.#readAt - this.#openedAt >= this.#options.pauseMs) this.#goOn();
    } else if (this.#share() >= this.#opensAt) {
      this.#open();
    } else if (this.#breaker === 'half-open' && this.#hasFallen()) {
      this.#close();
    }
  }

  #open(): void {
    this.#breaker = 'open';
    this.#openedAt = this.#readAt;
    this.#pauses += 1;
    this.#options.relieve();
  }

  #close(): void {
    this.#breaker = 'closed';
    this.#opensAt = this.#options.hardShare;
  }

  /** To pause for longer would free no more. */
  #goOn(): void {
    this.#breaker = 'half-open';
    this.#opensAt = Math.max(this.#options.hardShare, this.#share() + LEEWAY);
    if (this.#futile) return;
    this.#futile = true;
    this.#options.onFutile(this.read());
  }

  /** Half-way between the limits, so that the breaker does not flutter at the hard one. */
  #hasFallen(): boolean {
    return this.#share() < (this.#options.softShare + this.#options.hardShare) / 2;
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
