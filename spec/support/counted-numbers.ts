import { Readable } from 'node:stream';

/** 0 to 999, one at a time, and how many of them were asked for. */
export class CountedNumbers extends Readable {
  taken = 0;

  constructor() {
    super({ objectMode: true, highWaterMark: 1 });
  }

  override _read(): void {
    this.push(this.taken < 1_000 ? this.taken++ : null);
  }
}
