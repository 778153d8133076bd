import { Transform, type TransformCallback } from 'node:stream';
import { checkOptions, func, input, whole } from '../lib/checks.js';
import { identify } from '../lib/formats/identity.js';
import type { Slice, Splitter } from '../lib/formats/slice.js';
import { createSplitter } from '../lib/formats/splitters.js';
import { DEFAULTS } from '../lib/options.js';
import type { Trail } from '../lib/sources/trail.js';
import type { Input, SplitItem, Warning } from '../lib/types.js';

const ID_MISSING: Warning = { code: 'ID_MISSING' };
const LARGE_BYTES = 1_000_000;

export interface SplitRecordsOptions {
  /** Whose bytes these are; `openInput` gives them. */
  input: Input;
  /** Offset of the first byte that comes in. Default 0. */
  startOffset?: number;
  /** Ordinal of the first record. Default 0. */
  startOrdinal?: number;
  /** Bytes of one record, 1 or more; longer ones are rejected. Default 16,000,000. */
  maxRecordBytes?: number;
  /**
   * Asked when the bytes have ended: false if they ended because of damage (`onDamage` of `openInput`). Then neither
   * the record that was cut short nor the end of the input is given out. Default: they are whole.
   */
  isWhole?: () => boolean;
  /** Is told between which offsets no record ends: no checkpoint will stand there. Default: none. */
  trail?: Trail;
}

/**
 * A stream from the bytes of one input to its records, each with its place and identity; what is no record that could
 * be described comes out as a rejection of stage `read`, and after the last comes one end of input. Throws `UsageError`
 * BAD_OPTION.
 */
export function splitRecords(options: SplitRecordsOptions): Transform {
  const checks = { input, startOffset: whole(0), startOrdinal: whole(0), maxRecordBytes: whole(1), isWhole: func };
  checkOptions(options, checks, ['input']);
  return new SplitRecords(options);
}

class SplitRecords extends Transform {
  readonly #input: Input;
  readonly #splitter: Splitter;
  readonly #isWhole: () => boolean;
  readonly #trail: Trail | null;
  #ordinal: number;
  #offset: number;
  /** Where the last record ended. */
  #lastEnd: number;
  /** Bytes at the start that are no records: a header row. */
  #skip: number;
  /** Goes on giving out items when the reader asks for more. */
  #resume: (() => void) | null = null;
  /** Set by `_read`: a reader in flowing mode may call it from within `push`, which then says false all the same. */
  #asked = false;

  constructor(options: SplitRecordsOptions) {
    // A record may be long: what is not asked for yet stays where it is, among the bytes.
    super({ readableObjectMode: true, readableHighWaterMark: 0, writableHighWaterMark: 1 });
    const startOffset = options.startOffset ?? 0;
    this.#input = options.input;
    this.#ordinal = options.startOrdinal ?? 0;
    this.#offset = startOffset;
    this.#lastEnd = startOffset;
    this.#skip = Math.max(0, options.input.layout.headerBytes - startOffset);
    this.#isWhole = options.isWhole ?? (() => true);
    this.#trail = options.trail ?? null;
    this.#splitter = createSplitter({
      layout: options.input.layout,
      startOffset: startOffset + this.#skip,
      maxRecordBytes: options.maxRecordBytes ?? DEFAULTS.maxRecordBytes,
    });
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    const skipped = Math.min(this.#skip, chunk.length);
    this.#skip -= skipped;
    this.#offset += chunk.length;
    if (skipped === chunk.length) {
      callback();
      return;
    }
    this.#giveOut(this.#splitter.push(chunk.subarray(skipped)), (error) => {
      this.#trail?.leaveOut(this.#lastEnd, this.#splitter.heldFrom);
      callback(error);
    });
  }

  override _flush(callback: TransformCallback): void {
    if (!this.#isWhole()) {
      callback();
      return;
    }
    this.#giveOut(this.#splitter.end(), (error) => {
      if (!error) this.push(this.#end());
      callback(error);
    });
  }

  override _read(size: number): void {
    this.#asked = true;
    const resume = this.#resume;
    this.#resume = null;
    resume?.();
    // What is left of the bytes at hand may have been nothing: then the next bytes are asked for at once.
    if (this.#resume === null) super._read(size);
  }

  #giveOut(slices: Iterable<Slice>, callback: TransformCallback): void {
    const iterator = slices[Symbol.iterator]();
    const next = (): void => {
      try {
        for (let { done, value } = iterator.next(); !done; { done, value } = iterator.next()) {
          this.#asked = false;
          if (this.push(this.#item(value)) || this.#asked) continue;
          this.#resume = next;
          return;
        }
      } catch (error) {
        callback(error as Error);
        return;
      }
      callback();
    };
    next();
  }

  #item(slice: Slice): SplitItem {
    const { raw, offset: byteOffset, endOffset, fault, fields } = slice;
    if (endOffset - this.#lastEnd > LARGE_BYTES) this.#trail?.leaveOut(this.#lastEnd, endOffset);
    this.#lastEnd = endOffset;
    const input = this.#input;
    const ordinal = this.#ordinal++;
    const layout = slice.layout ?? input.layout;
    const identity = identify(layout, raw as Buffer, fields);
    const isWithoutId = layout.idTag !== null && identity.externalId === null && fault === null;
    const warnings = isWithoutId ? [...slice.warnings, ID_MISSING] : slice.warnings;
    const place = { input, ordinal, byteOffset, endOffset, raw, ...identity };
    return fault === null
      ? { kind: 'record', ...place, layout, fields, warnings }
      : { kind: 'rejection', ...place, layout, stage: 'read', code: fault.code, message: fault.message, warnings };
  }

  #end(): SplitItem {
    const offset = this.#offset;
    return { kind: 'end', input: this.#input, ordinal: this.#ordinal, byteOffset: offset, endOffset: offset };
  }
}
