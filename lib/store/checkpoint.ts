/** A claimed checkpoint as it moves: what was committed last. */
import { MolstreamError } from '../errors.js';
import type { Input } from '../types.js';
import type { Claim } from './claim.js';
import type { Position, Progress } from './progress.js';
import { addTally, type Tally } from './tally.js';

export class Checkpoint implements Position {
  readonly inputId: number;
  readonly sourceId: number;
  readonly epoch: number;
  readonly tally: Tally;
  nextOffset: number;
  nextOrdinal: number;
  completed: boolean;
  prefixHash: string | null;

  constructor(claim: Claim) {
    this.inputId = claim.inputId;
    this.sourceId = claim.sourceId;
    this.epoch = claim.epoch;
    this.tally = claim.tally;
    this.nextOffset = claim.nextOffset;
    this.nextOrdinal = claim.nextOrdinal;
    this.completed = claim.completed;
    this.prefixHash = claim.prefixHash;
  }

  /** Once the transaction is committed. */
  advance({ to }: Progress, delta: Tally, prefixHash: string | null): void {
    this.nextOffset = to.nextOffset;
    this.nextOrdinal = to.nextOrdinal;
    this.completed = to.completed;
    this.prefixHash = prefixHash;
    addTally(this.tally, delta);
  }
}

export function checkpointOf(checkpoints: ReadonlyMap<Input, Checkpoint>, input: Input): Checkpoint {
  const checkpoint = checkpoints.get(input);
  if (checkpoint === undefined) {
    const message =
      typeof input?.uri === 'string'
        ? `${input.uri} is not an input of this run`
        : "an item came that is of no input: a stage of one's own has to pass on items that it was given, or copies of them";
    throw new MolstreamError('INTERNAL', message);
  }
  return checkpoint;
}
