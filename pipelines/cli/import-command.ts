/** `molstream import`: progress, the summary, the exit code. */
import pino from 'pino';
import { asMolstreamError } from '../../lib/errors.js';
import type { ImportOptions } from '../../lib/options.js';
import { ImportFailed } from '../import-failed.js';
import { importMolecules } from '../import-molecules.js';
import { type ImportSummary, nothingBegun, stoppedAtOnce } from '../summary.js';
import { EXIT, exitCodeOf, reportError } from './exit.js';
import { ProgressLine } from './progress.js';
import { summaryText } from './summary-text.js';

/** Flags as commander gives them. */
export interface ImportFlags
  extends Omit<ImportOptions, 'inputs' | 'maxBatchAgeMs' | 'commitTargetMs' | 'recordTimeoutMs' | 'databaseTimeoutMs'> {
  maxBatchAge: number;
  commitTarget: number;
  recordTimeout: number;
  databaseTimeout: number;
  json?: boolean;
  quiet?: boolean;
  logLevel: string;
}

export async function importCommand(inputs: string[], flags: ImportFlags): Promise<number> {
  const { maxBatchAge, commitTarget, recordTimeout, databaseTimeout, json, quiet, logLevel, ...rest } = flags;
  const options: ImportOptions = {
    ...rest,
    inputs,
    maxBatchAgeMs: maxBatchAge,
    commitTargetMs: commitTarget,
    recordTimeoutMs: recordTimeout,
    databaseTimeoutMs: databaseTimeout,
  };
  const progress = new ProgressLine(process.stderr);
  let summaryNow = (): ImportSummary => nothingBegun(stoppedAtOnce());
  const stop = stopOnSignals(progress, () => {
    if (json) print(summaryNow(), flags);
  });
  try {
    const summary = await importMolecules(options, {
      signal: stop.signal,
      stdin: process.stdin,
      onBegin: (summary) => {
        summaryNow = summary;
      },
      logger: pino({ level: logLevel }, { write: (line) => progress.say(line) }),
      ...(!quiet && { onProgress: (state) => progress.show(state) }),
    });
    progress.clear();
    print(summary, flags);
    return EXIT.ok;
  } catch (error) {
    progress.clear();
    const failure = asMolstreamError(error);
    const code = stop.received === null ? exitCodeOf(failure) : EXIT[stop.received];
    if (failure instanceof ImportFailed) print(failure.summary, flags);
    else if (json && code !== EXIT.usage) print(nothingBegun(failure), flags);
    reportError(failure);
    return code;
  } finally {
    stop.forget();
  }
}

function print(summary: ImportSummary, flags: ImportFlags): void {
  if (flags.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  else if (!flags.quiet) process.stdout.write(`${summaryText(summary, flags)}\n`);
}

interface Stop {
  readonly signal: AbortSignal;
  /** The first signal that came. */
  received: 'sigint' | 'sigterm' | null;
  forget(): void;
}

/** The first SIGINT or SIGTERM stops in an orderly way, the second at once, after `leave`. */
function stopOnSignals(progress: ProgressLine, leave: () => void): Stop {
  const controller = new AbortController();
  const handlers = (['sigint', 'sigterm'] as const).map((name) => {
    const handle = (): void => {
      if (stop.received !== null) {
        progress.clear();
        leave();
        process.exit(EXIT[name]);
      }
      stop.received = name;
      progress.say('molstream: stopping after the chunk in flight; once more to stop at once\n');
      controller.abort();
    };
    return { name: name.toUpperCase() as 'SIGINT' | 'SIGTERM', handle };
  });
  const stop: Stop = {
    signal: controller.signal,
    received: null,
    forget: () => {
      for (const { name, handle } of handlers) process.removeListener(name, handle);
    },
  };
  for (const { name, handle } of handlers) process.on(name, handle);
  return stop;
}
