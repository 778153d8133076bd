/** How long, and how often, work on a database that is away is tried again. */
import {
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  isBrokenCircuitError,
  retry,
  wrap,
} from 'cockatiel';
import { kindOf } from './failures.js';

const FAILURES_THAT_OPEN = 5;
const OPEN_MS = 2_000;
const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 2_000;
/** Enough for another writer's lock to pass, and no more than who pressed Ctrl-C waits for. */
export const GRACE_MS = 5_000;

export interface Patience {
  /**
   * Gives up, throwing the last failure, when the failure is not transient, time is up, `signal` aborts, or `stop` has
   * been aborted for 5 s.
   */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Whether the breaker is open: work fails repeatedly, and waits. */
  readonly isOpen: boolean;
  readonly timeoutMs: number;
}

export interface PatienceOptions {
  /** Which failures pass. Default: those that `kindOf` calls transient. */
  readonly isRetryable?: (error: unknown) => boolean;
  /** 5 s after it aborts, what is being tried is tried to its end, and nothing again. */
  readonly stop?: AbortSignal | undefined;
}

/** `timeoutMs` counts from the first of a row of failures; 0: work is tried once. */
export function createPatience(timeoutMs: number, { isRetryable = isTransient, stop }: PatienceOptions = {}): Patience {
  let open = false;
  const breaker = circuitBreaker(handleWhen(isRetryable), {
    halfOpenAfter: OPEN_MS,
    breaker: new ConsecutiveBreaker(FAILURES_THAT_OPEN),
  });
  breaker.onBreak(() => {
    open = true;
  });
  breaker.onReset(() => {
    open = false;
  });
  return {
    timeoutMs,
    get isOpen() {
      return open;
    },
    async run(work, signal) {
      let failingSince: number | null = null;
      let last: unknown;
      let isOver = false;
      const isWorthAnother = (error: unknown) => {
        failingSince ??= performance.now();
        if (!isBrokenCircuitError(error)) last = error;
        return (
          (isBrokenCircuitError(error) || isRetryable(error)) && performance.now() - failingSince < timeoutMs && !isOver
        );
      };
      const policy = wrap(
        retry(handleWhen(isWorthAnother), {
          maxAttempts: Number.MAX_SAFE_INTEGER,
          backoff: new ExponentialBackoff({
            initialDelay: FIRST_DELAY_MS,
            maxDelay: Math.min(MAX_DELAY_MS, Math.max(timeoutMs, 1)),
          }),
        }),
        breaker,
      );
      let isTrying = false;
      const attempt = async () => {
        if (failingSince !== null && isOver) throw last;
        isTrying = true;
        try {
          return await work();
        } finally {
          isTrying = false;
        }
      };
      let grace: NodeJS.Timeout | undefined;
      let beginGrace = (): void => {};
      const stopped = new Promise<never>((_, reject) => {
        beginGrace = () => {
          grace = setTimeout(() => {
            isOver = true;
            if (!isTrying && failingSince !== null) reject(last);
          }, GRACE_MS);
        };
      });
      if (stop?.aborted) beginGrace();
      else stop?.addEventListener('abort', beginGrace);
      try {
        return await Promise.race([policy.execute(attempt, signal), stopped]);
      } catch (error) {
        throw isBrokenCircuitError(error) ? (last ?? error) : error;
      } finally {
        clearTimeout(grace);
        stop?.removeEventListener('abort', beginGrace);
      }
    },
  };
}

function isTransient(error: unknown): boolean {
  return kindOf(error) === 'transient';
}
