/**
 * Notices that a worker has worked on one record for too long, all steps of it together. It counts its own ticks and not
 * the time, so that a process that was stopped for a while, or whose main thread was busy, blames no record. Its timer
 * runs while it watches.
 */
import { ATTEMPT, CURRENT, type Progress, STEP, THREAD } from './blocks.js';

export interface Watched {
  readonly progress: Progress;
  /** The record, plus 1, that it was last seen working on. */
  current: number;
  /** The step, and the attempt, that it was last seen at. */
  step: number;
  attempt: number;
  /** Ticks that each record has taken in this attempt. */
  readonly ticks: Map<number, number>;
  timedOut: boolean;
}

/** Ticks in a timeout: a record is given at most one tick too much for each of its steps. */
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
    const watched: Watched = { progress, current: 0, step: 0, attempt: 0, ticks: new Map(), timedOut: false };
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
      this.#look(watched);
      if ((watched.ticks.get(watched.current) ?? 0) < TICKS) continue;
      watched.timedOut = true;
      this.#end(Atomics.load(watched.progress, THREAD));
    }
  }

  #look(watched: Watched): void {
    const { progress, ticks } = watched;
    const current = Atomics.load(progress, CURRENT);
    const step = Atomics.load(progress, STEP);
    const attempt = Atomics.load(progress, ATTEMPT);
    if (attempt !== watched.attempt) ticks.clear();
    // A step that has begun since the last tick may have taken next to nothing of it.
    else if (step === watched.step && current !== 0) ticks.set(current, (ticks.get(current) ?? 0) + 1);
    Object.assign(watched, { current, step, attempt });
  }
}
