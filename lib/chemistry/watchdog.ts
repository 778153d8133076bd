/**
 * Notices that a worker has worked on one record for too long. It counts its own ticks and not the time, so that a
 * process that was stopped for a while, or whose main thread was busy, blames no record. Its timer runs while it watches.
 */
import { CURRENT, type Progress, THREAD } from './blocks.js';

export interface Watched {
  readonly progress: Progress;
  /** The record, plus 1, that it was last seen working on. */
  current: number;
  /** Ticks for which it has been the same. */
  ticks: number;
  timedOut: boolean;
}

/** Ticks in a timeout: a record is given at most one tick too much. */
const TICKS = 10;

export class Watchdog {
  readonly timeoutMs: number;
  readonly #end: (threadId: number) => void;
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  /** `end` ends a thread by its id. */
  constructor(timeoutMs: number, end: (threadId: number) => void) {
    this.timeoutMs = timeoutMs;
    this.#end = end;
  }

  watch(progress: Progress): Watched {
    const watched: Watched = { progress, current: 0, ticks: 0, timedOut: false };
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => this.#tick(), Math.max(1, this.timeoutMs / TICKS));
    return watched;
  }

  release(watched: Watched): void {
    this.#watched.delete(watched);
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    for (const watched of this.#watched) {
      if (watched.timedOut) continue;
      const current = Atomics.load(watched.progress, CURRENT);
      watched.ticks = current !== 0 && current === watched.current ? watched.ticks + 1 : 0;
      watched.current = current;
      if (watched.ticks < TICKS) continue;
      watched.timedOut = true;
      this.#end(Atomics.load(watched.progress, THREAD));
    }
  }
}
