/** Weight that an observation keeps when the next one comes. */
const FORGETTING = 0.98;
/** Share of each new residual in the running estimate of the noise; more while there are few. */
const NOISE_SHARE = 0.06;
const NOISE_FLOOR = 0.005;
const NOISE_AT_FIRST = 0.08;
/** A residual beyond this many standard deviations is an outlier. */
const OUTLIER = 3;
/** As many outliers on one side in a row mean that costs have changed. */
const OUTLIERS_OF_A_CHANGE = 2;
/** A chunk below this share of an outlier's size tells nothing of that size. */
const SMALLER = 0.8;

/** What an observation did: fitted, stood alone and counted for no more than is likely, or made the model start afresh. */
export type Observed = 'fitted' | 'outlier' | 'afresh';

/**
 * Time of a commit by its size, T(u) = a + b u, by recursive least squares with forgetting. Noise is taken as
 * proportional to T, so that small chunks, which tell `a`, count for as much as large ones. When residuals stay beyond
 * three standard deviations the model starts afresh; one that stands alone counts for three.
 */
export class CostModel {
  #a = 0;
  #b = 0;
  #varA = 0;
  #varB = 0;
  #covariance = 0;
  #noise = NOISE_AT_FIRST;
  /** Times that it was learned from, the first guess among them. */
  #noiseWeight = 1;
  /** Outliers in a row, negative while they are below the prediction. */
  #outliers = 0;
  /** Size of the last one. */
  #outlierUnits = 0;
  /** The last one, in standard deviations. */
  #residual = 0;
  #observations = 0;
  #error = 0;

  /** `prior`: what is expected before anything was measured; either part of it may be wrong by half. */
  constructor(prior?: { readonly fixedMs: number; readonly unitMs: number; readonly units: number }) {
    if (prior === undefined) return;
    this.#observations = 1;
    this.#a = prior.fixedMs;
    this.#b = prior.unitMs;
    this.#doubt(prior.units, (prior.fixedMs + prior.unitMs * prior.units) / 2);
  }

  get observations(): number {
    return this.#observations;
  }

  /** Milliseconds of an empty chunk, 0 or more. */
  get fixedMs(): number {
    return this.#a;
  }

  /** Milliseconds of one more unit. */
  get unitMs(): number {
    return this.#b;
  }

  /** Standard error of `fixedMs`. */
  get fixedErrorMs(): number {
    return Math.sqrt(this.#varA);
  }

  /** Standard deviation of a commit's time, as a share of it. */
  get noise(): number {
    return this.#noise;
  }

  /** Mean square of the relative error of prediction, recent ones most. */
  get error(): number {
    return this.#error;
  }

  predict(units: number): number {
    return Math.max(this.#a + this.#b * units, 1e-3);
  }

  observe(units: number, ms: number): Observed {
    if (this.#observations === 0) {
      this.#begin(units, ms);
      return 'fitted';
    }
    this.#observations += 1;
    const expected = this.predict(units);
    const deviation = Math.sqrt(this.#spread(units) + (this.#noise * expected) ** 2);
    const residual = (ms - expected) / deviation;
    this.#error += NOISE_SHARE * (Math.min(1, (ms / expected - 1) ** 2) - this.#error);
    this.#learnNoise(residual, ((this.#noise * expected) / deviation) ** 2);
    if (Math.abs(residual) > OUTLIER) return this.#takeOutlier(units, ms, Math.sign(residual), expected, deviation);
    if (units > SMALLER * this.#outlierUnits) this.#outliers = 0;
    this.#correct(units, ms);
    return 'fitted';
  }

  #takeOutlier(units: number, ms: number, side: number, expected: number, deviation: number): Observed {
    const again = Math.sign(this.#outliers) === side;
    this.#outliers = again ? this.#outliers + side : side;
    this.#outlierUnits = units;
    if (Math.abs(this.#outliers) < OUTLIERS_OF_A_CHANGE) {
      this.#correct(units, expected + side * OUTLIER * deviation);
      return 'outlier';
    }
    this.#doubt(units, ms - expected);
    this.#correct(units, ms);
    this.#outliers = 0;
    return 'afresh';
  }

  #begin(units: number, ms: number): void {
    this.#observations = 1;
    this.#a = ms / 2;
    this.#b = ms / 2 / units;
    this.#doubt(units, ms / 2);
    this.#correct(units, ms);
  }

  /** Forgets how sure it was: either part may be wrong by `ms`. */
  #doubt(units: number, ms: number): void {
    this.#varA = ms ** 2;
    this.#varB = (ms / units) ** 2;
    this.#covariance = 0;
  }

  /** Variance of the prediction. */
  #spread(units: number): number {
    return Math.max(0, this.#varA + 2 * units * this.#covariance + units ** 2 * this.#varB);
  }

  /**
   * From what successive residuals, in standard deviations, differ by: a misfit, which they share, is not taken for noise.
   * `sureness`: share of the noise in what was to be expected of the residual.
   */
  #learnNoise(residual: number, sureness: number): void {
    const step = Math.min(Math.abs(residual - this.#residual), OUTLIER);
    this.#residual = residual;
    this.#noiseWeight += sureness;
    const share = sureness * Math.max(NOISE_SHARE, 1 / this.#noiseWeight);
    this.#noise = Math.max(NOISE_FLOOR, this.#noise * Math.sqrt(1 + share * (step ** 2 / 2 - 1)));
  }

  #correct(units: number, ms: number): void {
    const expected = this.predict(units);
    const gainA = this.#varA + this.#covariance * units;
    const gainB = this.#covariance + this.#varB * units;
    const total = gainA + gainB * units + (this.#noise * Math.max(expected, ms)) ** 2;
    const residual = ms - (this.#a + this.#b * units);
    this.#a += (gainA / total) * residual;
    this.#b += (gainB / total) * residual;
    this.#varA = (this.#varA - gainA ** 2 / total) / FORGETTING;
    this.#varB = (this.#varB - gainB ** 2 / total) / FORGETTING;
    this.#covariance = (this.#covariance - (gainA * gainB) / total) / FORGETTING;
    if (this.#a < 0) {
      // No commit is paid for being made: the best estimate under that condition.
      if (this.#varA > 0) this.#b -= (this.#covariance / this.#varA) * this.#a;
      this.#a = 0;
    }
  }
}
