import { seededRandom } from './random.js';

/** Sizes far below, one after the other: costs may be others altogether there, and such a chunk takes little time. */
const DEEP = [0.5, 0.25, 0.5, 0.125] as const;
const HIGH = 1.5;
/** Chunks between two deep probes, with a high one between. */
const EVERY = 16;
/** Share of chunks that are small probes, and the rate that each may cost. */
const SMALL_SHARE = 0.25;
const SMALL_LOSS = 0.02;

interface Circumstances {
  fixedShare: number;
  mayRise: boolean;
  afresh: boolean;
  grown: boolean;
}

/** Varies sizes, since at a constant one the fixed cost and the cost of a row cannot be told apart. */
export class Probes {
  readonly #random: () => number;
  #factor = 1;
  #count = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** What the next size is multiplied with. */
  get factor(): number {
    return this.#factor;
  }

  /**
   * Chooses the next factor. `fixedShare`: of the fixed cost in a chunk's time; `mayRise`: whether a larger chunk passes
   * no bound; `afresh`: whether costs have just changed, or seem to; `grown`: whether the size has just grown much.
   */
  plan({ fixedShare, mayRise, afresh, grown }: Circumstances): void {
    this.#count += 1;
    if (grown) this.#factor = 1;
    else if (afresh) this.#factor = DEEP[0];
    else if (this.#count % EVERY === 0) this.#factor = this.#deep(fixedShare);
    else if (this.#count % EVERY === EVERY / 2 && mayRise) this.#factor = HIGH;
    else this.#factor = this.#random() < SMALL_SHARE ? small(fixedShare) : 1;
  }

  #deep(fixedShare: number): number {
    if (fixedShare > 0.1) return DEEP[0];
    return DEEP[(this.#count / EVERY) % DEEP.length] ?? DEEP[0];
  }

  static readonly HIGHEST = HIGH;
}

/** As small as the fixed cost allows at little loss: the smaller, the more it tells. */
function small(fixedShare: number): number {
  const kept = 1 - SMALL_LOSS;
  return Math.min(0.9, Math.max(DEEP[0], (fixedShare * kept) / (1 - kept * (1 - fixedShare))));
}
