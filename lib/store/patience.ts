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

export interface Patience {
  /** Gives up, throwing the last failure, when the failure is not transient, time is up, or `signal` aborts. */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Whether the breaker is open: work fails repeatedly, and waits. */
  readonly isOpen: boolean;
  readonly timeoutMs: number;
}

/** `timeoutMs` counts from the first of a row of failures; 0: work is tried once. */
export function createPatience(timeoutMs: number, isRetryable: (error: unknown) => boolean = isTransient): Patience {
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
      const isWorthAnother = (error: unknown) => {
        failingSince ??= performance.now();
        if (!isBrokenCircuitError(error)) last = error;
        return (isBrokenCircuitError(error) || isRetryable(error)) && performance.now() - failingSince < timeoutMs;
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
      try {
        return await policy.execute(() => work(), signal);
      } catch (error) {
        throw isBrokenCircuitError(error) ? (last ?? error) : error;
      }
    },
  };
}

function isTransient(error: unknown): boolean {
  return kindOf(error) === 'transient';
}
