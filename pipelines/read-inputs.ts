/**
 * The items of several inputs, one after the other, from where each checkpoint stands.
 *
 * Owns: the stream of the input that is being read. It is destroyed when the stream of the items ends or is destroyed.
 */
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { InputError, MolstreamError } from '../lib/errors.js';
import { type InputStream, openInput } from '../lib/sources/open-input.js';
import { Trail } from '../lib/sources/trail.js';
import type { Input, SplitItem } from '../lib/types.js';
import { splitRecords } from '../transforms/split-records.js';
import { burstsOf, oneByOne } from './bursts.js';

/** Milliseconds for which an input may be silent behind the last record that the limit allows. */
const SILENCE_MS = 1_000;

/** Where reading goes on. */
export interface StartPoint {
  readonly offset: number;
  readonly ordinal: number;
  /** Hash of what stood before `offset`; null: nothing to compare. */
  readonly prefixHash: string | null;
  /** The input was read to its end already. */
  readonly completed: boolean;
}

export interface ReadInputsOptions {
  readonly inputs: readonly Input[];
  startOf(input: Input): StartPoint;
  readonly maxRecordBytes: number;
  /** Most records to read; 0: all. */
  readonly limit: number;
  /** Awaited between bursts of records: where memory runs out, reading pauses here. */
  ready?(): Promise<void> | undefined;
  /** Awaited before each item is given out: where too much is on its way already, reading pauses here. */
  admit?(item: SplitItem): Promise<void> | undefined;
}

/** Reads inputs until they end, `stop()` is called, the limit is reached, or one of them fails. */
export class InputReader {
  /** What ended the reading early: a fault of an input, not of the items that were read before it. */
  failure: InputError | null = null;
  /** Whether `stop()` or the limit ended the reading before the inputs did. */
  stopped = false;
  /** `performance.now()` when the first input was opened; 0 before. */
  firstByteAt = 0;
  readonly #options: ReadInputsOptions;
  readonly #trails = new Map<Input, Trail>();
  #source: InputStream | null = null;
  /** Whether nobody reads the items any more. */
  #isLeft = false;
  /** Bytes on disk of the inputs before the one that is being read. */
  #bytesBefore = 0;
  #records = 0;
  /** Set once the limit is reached: what comes next says whether that was all, but a pipe may not say so for long. */
  #silence: NodeJS.Timeout | undefined;

  constructor(options: ReadInputsOptions) {
    this.#options = options;
  }

  /** Share of the inputs' bytes on disk that is read, 0 to 1; null where their number is not known. */
  get share(): number | null {
    let total = 0;
    for (const { sizeBytes } of this.#options.inputs) {
      if (sizeBytes === null) return null;
      total += sizeBytes;
    }
    return total === 0 ? null : Math.min(1, (this.#bytesBefore + (this.#source?.filePosition ?? 0)) / total);
  }

  /** Whether no more is to be read. */
  get #isOver(): boolean {
    return this.stopped || this.#isLeft;
  }

  /** Whether as many records were read as may be. */
  get #isFull(): boolean {
    return this.#options.limit > 0 && this.#records >= this.#options.limit;
  }

  /** Ends the reading after the records at hand; what was read goes on to be committed. */
  stop(): void {
    this.stopped = true;
    this.#source?.destroy();
  }

  /** Hash of what stands before `offset` of an input that is being read. */
  hashAt = (input: Input, offset: number): string => {
    const trail = this.#trails.get(input);
    if (trail === undefined) throw new MolstreamError('INTERNAL', `no bytes of ${input.uri} were read`);
    return trail.hashAt(offset);
  };

  /** To be called once `offset` is committed: what is only needed before it is dropped; all, if it was the end. */
  release(input: Input, offset: number, completed: boolean): void {
    if (completed) this.#trails.delete(input);
    else this.#trails.get(input)?.release(offset);
  }

  /** A stream of the items. */
  items(): Readable {
    return oneByOne(this.#bursts(), () => {
      // A pipe may be silent for long: whatever ends the import does not wait for it.
      this.#isLeft = true;
      this.#source?.destroy();
    });
  }

  async *#bursts(): AsyncGenerator<SplitItem[]> {
    try {
      for (const input of this.#options.inputs) {
        const start = this.#options.startOf(input);
        if (this.#isOver) return;
        if (start.completed) await this.#compare(input, start);
        else yield* this.#burstsOf(input, start);
        // Where the reading ends early, the share that was read stands where it is.
        if (this.failure !== null || this.#isOver) return;
        this.#source = null;
        this.#bytesBefore += input.sizeBytes ?? 0;
      }
    } finally {
      clearTimeout(this.#silence);
    }
  }

  /** What an earlier execution read to its end is to be the same still. A pipe's bytes are gone. */
  async #compare(input: Input, { offset, prefixHash }: StartPoint): Promise<void> {
    if (input.sizeBytes === null) return;
    const source = openInput(input, { startOffset: offset, prefixHash, endsThere: true });
    this.#source = source;
    try {
      await finished(source.resume());
    } catch (error) {
      if (this.#isOver) return;
      if (!(error instanceof InputError)) throw error;
      this.failure = error;
    }
  }

  async *#burstsOf(input: Input, start: StartPoint): AsyncGenerator<SplitItem[]> {
    const trail = new Trail();
    this.#trails.set(input, trail);
    const source = openInput(input, {
      startOffset: start.offset,
      trail,
      prefixHash: start.prefixHash,
      onDamage: (error) => {
        this.failure = error;
      },
    });
    this.#source = source;
    if (this.firstByteAt === 0) this.firstByteAt = performance.now();
    const splitter = splitRecords({
      input,
      startOffset: start.offset,
      startOrdinal: start.ordinal,
      maxRecordBytes: this.#options.maxRecordBytes,
      isWhole: () => this.failure === null,
      trail,
    });
    source.once('error', (error) => {
      if (!(error instanceof InputError)) {
        splitter.destroy(error);
        return;
      }
      // The records before it are still on their way through the splitter.
      this.failure = error;
      splitter.end();
    });
    source.once('close', () => {
      if (this.#isOver) splitter.destroy();
    });
    source.pipe(splitter);
    try {
      for await (const items of burstsOf<SplitItem>(splitter)) {
        await this.#options.ready?.();
        let burst: SplitItem[] = [];
        for (const item of items) {
          const isRecord = item.kind !== 'end';
          if (isRecord && this.#isFull) this.stopped = true;
          if (this.stopped) break;
          if (isRecord) this.#records += 1;
          const admitted = this.#options.admit?.(item);
          if (admitted !== undefined) {
            // It waits for those before it.
            yield burst;
            burst = [];
            await admitted;
          }
          burst.push(item);
        }
        yield burst;
        if (this.stopped) return;
        if (this.#isFull) this.#silence ??= setTimeout(() => this.stop(), SILENCE_MS);
      }
    } catch (error) {
      if (!this.#isOver) throw error;
    } finally {
      source.destroy();
      splitter.destroy();
    }
  }
}
