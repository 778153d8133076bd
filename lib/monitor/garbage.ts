/** Garbage that a large record leaves: many times its bytes, which the collector, left to itself, lets pile up. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | null = null;

/** Collects the garbage of this thread now. Takes milliseconds: for after large records only. */
export function collectGarbage(): void {
  if (collect === null) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
