/** Progress of an import on stderr: one line that is rewritten on a terminal, a line every 10 s elsewhere. */
import type { ImportProgress } from '../summary.js';
import { showDuration, thousands } from './show.js';

const TERMINAL_INTERVAL_MS = 200;
const PLAIN_INTERVAL_MS = 10_000;
const CLEAR_LINE = '\r\u001b[2K';

export class ProgressLine {
  readonly #out: NodeJS.WriteStream;
  readonly #intervalMs: number;
  #shownAt: number;
  #dirty = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    this.#intervalMs = out.isTTY ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS;
    this.#shownAt = performance.now();
  }

  show(progress: ImportProgress): void {
    const now = performance.now();
    if (now - this.#shownAt < this.#intervalMs) return;
    this.#shownAt = now;
    const line = progressText(progress);
    if (this.#out.isTTY) {
      this.#out.write(`${CLEAR_LINE}${line.slice(0, (this.#out.columns || 80) - 1)}`);
      this.#dirty = true;
    } else {
      this.#out.write(`${line}\n`);
    }
  }

  /** Writes something else in its place. */
  say(text: string): void {
    this.clear();
    this.#out.write(text);
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    if (this.#dirty) this.#out.write(CLEAR_LINE);
    this.#dirty = false;
  }
}

/** `12,400 records, 1,850/s, 43 %, 2 min 10 s left, 31 rejected, chunks of 480 (memory)`. */
export function progressText(progress: ImportProgress): string {
  const parts = [`${thousands(progress.read)} records`, `${thousands(progress.recordsPerSecond)}/s`];
  if (progress.share !== null) parts.push(`${Math.floor(progress.share * 100)} %`);
  if (progress.remainingMs !== null) parts.push(`${showDuration(progress.remainingMs)} left`);
  const bound = progress.chunkBound === null ? '' : ` (${progress.chunkBound})`;
  parts.push(`${thousands(progress.rejected)} rejected`, `chunks of ${thousands(progress.chunkRows)}${bound}`);
  return parts.join(', ');
}
