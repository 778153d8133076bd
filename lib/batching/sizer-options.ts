import { checkOptions, whole } from '../checks.js';

/** Settings of a sizer. All are whole numbers. */
export interface SizerOptions {
  /** Most rows of a chunk, 1 or more. Default 10,000. */
  maxRows?: number;
  /** Most bytes of a chunk, 1 or more. Default 16,000,000. */
  maxBytes?: number;
  /** Milliseconds that a commit should take at most, 1 or more. Default 1,000. */
  commitTargetMs?: number;
  /** Rows of the first chunk, 1 or more; of every chunk with `fixed`. Default 50; `maxRows` with `fixed`. */
  initialRows?: number;
  /** Decides the order of probes, 0 or more: the same seed and reports give the same sizes. Default 1. */
  seed?: number;
}

export interface ResolvedSizerOptions extends Readonly<Required<Omit<SizerOptions, 'initialRows'>>> {
  readonly initialRows: number | null;
}

const SIZER_DEFAULTS: ResolvedSizerOptions = Object.freeze({
  maxRows: 10_000,
  maxBytes: 16_000_000,
  commitTargetMs: 1_000,
  initialRows: null,
  seed: 1,
});

const CHECKS = {
  maxRows: whole(1),
  maxBytes: whole(1),
  commitTargetMs: whole(1),
  initialRows: whole(1),
  seed: whole(0),
};

/** Completes and checks. Throws `UsageError` BAD_OPTION that names the option, what it may be and what it was. */
export function resolveSizerOptions(options: SizerOptions = {}): ResolvedSizerOptions {
  checkOptions(options, CHECKS);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return Object.freeze({ ...SIZER_DEFAULTS, ...given });
}
