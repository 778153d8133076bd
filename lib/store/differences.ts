/** What `verify` finds, and what it must remember to find it. */
import type { Input } from '../types.js';

export type DifferenceKind =
  /** Nothing of the input was ever imported. */
  | 'NOT_IMPORTED'
  /** A record that is in no state. */
  | 'MISSING'
  /** A record whose key, or place, holds another content. */
  | 'CONTENT'
  /** Bytes kept of a record that are not those of its content, or that are gone. */
  | 'RAW'
  /** A stored row whose molecule is gone. */
  | 'NO_MOLECULE'
  /** A row of the run that says it was described with other options than the run's. */
  | 'DESCRIBED_OTHERWISE'
  /** A record that is both stored and rejected. */
  | 'TWO_STATES'
  /** A stored row that belongs to no record. */
  | 'ROW_WITHOUT_RECORD'
  | 'REJECTION_WITHOUT_RECORD'
  /** Counters that are not what was counted. */
  | 'COUNTERS';

export interface Difference {
  readonly kind: DifferenceKind;
  /** URI. */
  readonly input: string;
  readonly ordinal: number | null;
  /** For people. */
  readonly message: string;
}

/** Collects differences; keeps the first. */
export class Differences {
  readonly kept: Difference[] = [];
  count = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(kind: DifferenceKind, input: Input, ordinal: number | null, message: string): void {
    this.count += 1;
    if (this.kept.length < this.#most) this.kept.push({ kind, input: input.uri, ordinal, message });
  }
}

/** Rows of `records` that were found to belong to a record. */
export interface Claimed {
  add(recordId: number): void;
  has(recordId: number): boolean;
}
