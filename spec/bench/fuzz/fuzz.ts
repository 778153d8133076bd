/**
 * Runs the fuzzer's child process for a time, and replaces it where it hangs, dies or grows beyond its bound.
 *
 * Owns: that process; it has ended when the promise settles.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Message, Task } from './worker.js';

export interface FuzzOptions {
  readonly files: readonly string[];
  readonly seconds: number;
  readonly seed: number;
  /** The first case. Default 0. */
  readonly from?: number;
  /** Cases to try at most. Default: as many as the time allows. */
  readonly cases?: number;
  /** One case of so many goes through an import as well. Default 20. */
  readonly importEvery?: number;
  readonly onFinding?: (finding: Finding) => void;
}

export interface Finding {
  /** Number of the case: `seed` and it make the case again. */
  readonly index: number;
  readonly wrong: readonly string[];
  /** Null where the process hung or died: then nobody could tell. */
  readonly spoilt: { readonly file: string; readonly how: string; readonly base64: string } | null;
}

export interface FuzzReport {
  seeds: number;
  cases: number;
  imports: number;
  findings: Finding[];
  peakRssBytes: number;
  seconds: number;
}

const MAIN = fileURLToPath(new URL('./worker.js', import.meta.url));
/** Far beyond what a case takes, on a busy machine as well; a record alone may take 20 s. */
const HANGS_AFTER_MS = 180_000;
const MOST_RSS_BYTES = 900_000_000;
/** The runtime of a replaced child costs more than what it can still find. */
const MOST_REPLACED = 20;

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const begun = performance.now();
  const until = begun + options.seconds * 1_000;
  const report: FuzzReport = { seeds: 0, cases: 0, imports: 0, findings: [], peakRssBytes: 0, seconds: 0 };
  let next = options.from ?? 0;
  const end = options.cases === undefined ? Number.POSITIVE_INFINITY : next + options.cases;
  for (let replaced = 0; performance.now() < until && next < end && replaced < MOST_REPLACED; replaced += 1) {
    next = await runChild(options, next, end, until, report);
  }
  report.seconds = Math.round((performance.now() - begun) / 100) / 10;
  return report;
}

/** Resolves to the case to go on with. */
function runChild(options: FuzzOptions, from: number, end: number, until: number, report: FuzzReport): Promise<number> {
  const { files, seed, importEvery = 20 } = options;
  const child = fork(MAIN, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  child.send({ files, seed, from, importEvery } satisfies Task);
  return new Promise((resolve, reject) => {
    let current = from;
    let isStopping = false;
    let reason: string | null = null;
    const add = (finding: Finding): void => {
      report.findings.push(finding);
      options.onFinding?.(finding);
    };
    const giveUp = (why: string): void => {
      reason = why;
      child.kill('SIGKILL');
    };
    let watch = setTimeout(() => giveUp('it hangs'), HANGS_AFTER_MS);
    child.on('message', (message: Message) => {
      if (message.kind === 'ready') report.seeds = message.seeds;
      if (message.kind === 'begun') current = message.index;
      if (message.kind !== 'done') return;
      clearTimeout(watch);
      watch = setTimeout(() => giveUp('it hangs'), HANGS_AFTER_MS);
      const { index, wrong, finding, imported, rssBytes } = message;
      current = index + 1;
      report.cases += 1;
      if (imported) report.imports += 1;
      report.peakRssBytes = Math.max(report.peakRssBytes, rssBytes);
      if (finding !== null) add({ index, wrong, spoilt: finding });
      if (rssBytes > MOST_RSS_BYTES) giveUp(`it holds ${Math.round(rssBytes / 1e6)} MB`);
      else if (!isStopping && (current >= end || performance.now() >= until)) {
        isStopping = true;
        stop(child);
      }
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(watch);
      if (!isStopping)
        add({ index: current, wrong: [`${reason ?? `the process ended (${code ?? signal})`}: ${said}`], spoilt: null });
      resolve(isStopping ? current : current + 1);
    });
  });
}

function stop(child: ChildProcess): void {
  child.send('stop');
}
