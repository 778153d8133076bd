import { performance } from 'node:perf_hooks';
import type { Clock } from './batching/clock.js';

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.ceil(ms));
    return () => clearTimeout(timer);
  },
};
