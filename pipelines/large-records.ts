/**
 * Bounds the large records between the reader and the database: each holds many times its bytes on its way (as text, as
 * JSON, as a row), and every stage would hold one of its own.
 */
import type { BatchSizer, Input, SplitItem } from '../lib/types.js';

/** Smaller ones are bounded well enough by the stages themselves. */
const LARGE_BYTES = 1_000_000;
/** Of large records on their way at once, unless it is a single one. */
const MOST_BYTES = 16_000_000;

interface UnderWay {
  readonly input: Input;
  readonly endOffset: number;
  readonly bytes: number;
}

export class LargeRecords {
  #underWay: UnderWay[] = [];
  #bytes = 0;
  #wake: (() => void) | null = null;
  #ended = false;

  /** To be awaited before a record goes on its way; undefined where it may go at once. One caller at a time. */
  admit(item: SplitItem): Promise<void> | undefined {
    const bytes = 'raw' in item ? item.raw.byteLength : 0;
    if (bytes < LARGE_BYTES) return undefined;
    const { input, endOffset } = item;
    const enter = (): void => {
      this.#underWay.push({ input, endOffset, bytes });
      this.#bytes += bytes;
    };
    const fits = (): boolean => this.#ended || this.#bytes === 0 || this.#bytes + bytes <= MOST_BYTES;
    if (fits()) {
      enter();
      return undefined;
    }
    return new Promise((resolve) => {
      this.#wake = () => {
        if (!fits()) return;
        this.#wake = null;
        enter();
        resolve();
      };
    });
  }

  /** To be called once everything before `offset` is committed. True where large records were among it. */
  release(input: Input, offset: number): boolean {
    const left = this.#underWay.filter((record) => record.input !== input || record.endOffset > offset);
    if (left.length === this.#underWay.length) return false;
    this.#underWay = left;
    this.#bytes = left.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#wake?.();
    return true;
  }

  /** To be called when nothing will be committed any more: whoever waits goes on. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The same sizer, but chunks close with what they hold while large records are on their way. */
  hasten(sizer: BatchSizer): BatchSizer {
    return {
      next: () => (this.#bytes === 0 ? sizer.next() : { ...sizer.next(), rows: 1 }),
      report: (cost) => sizer.report(cost),
      get state() {
        return sizer.state;
      },
    };
  }
}
