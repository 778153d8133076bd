import { type Counts, count } from '../counts.js';
import type { RawRecord, Rejection } from '../types.js';
import { readRecordTags } from './read-record.js';

export type TagType = 'integer' | 'number' | 'text';

export interface TagReport {
  readonly name: string;
  /** What all values are; `text` where there is none. */
  readonly type: TagType;
  /** Records in which it has a value that is not empty. */
  readonly filled: number;
  /** `filled` as a share of all records, 0 to 1. */
  readonly fillRate: number;
  /** Number of different values, up to `MAX_DISTINCT`. */
  readonly distinct: number;
  /** Whether there may be more different values than `distinct` says. */
  readonly distinctBounded: boolean;
  /** The first value, cut to 80 characters. */
  readonly example: string | null;
}

export interface InspectReport {
  readonly records: number;
  /** Records that were rejected while the input was split, by code. */
  readonly rejections: Readonly<Counts>;
  readonly warnings: Readonly<Counts>;
  /** In the order in which they were met. */
  readonly tags: readonly TagReport[];
}

/** Different values of a tag that are told apart. */
export const MAX_DISTINCT = 1000;
/** Characters of a value that are compared. */
const COMPARED = 200;
const EXAMPLE = 80;

const INTEGER = /^[+-]?\d{1,15}$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

interface TagCount {
  filled: number;
  type: TagType;
  example: string | null;
  readonly values: Set<string>;
  bounded: boolean;
  lastRecord: number;
}

/** Counts what the records of an input hold. Bounded in memory by the number of tags. */
export class Inspection {
  #records = 0;
  readonly #rejections: Counts = {};
  readonly #warnings: Counts = {};
  readonly #tags = new Map<string, TagCount>();

  add(item: RawRecord | Rejection): void {
    this.#records += 1;
    for (const { code } of item.warnings) count(this.#warnings, code);
    if (item.kind === 'rejection') {
      count(this.#rejections, item.code);
      return;
    }
    for (const [name, value] of readRecordTags(item.layout, item.raw, item.fields)) this.#count(name, value.trim());
  }

  report(): InspectReport {
    const tags = [...this.#tags].map(([name, tag]): TagReport => {
      const { filled, type, values, bounded, example } = tag;
      const fillRate = filled / this.#records;
      return {
        name,
        type: filled === 0 ? 'text' : type,
        filled,
        fillRate,
        distinct: values.size,
        distinctBounded: bounded,
        example,
      };
    });
    return { records: this.#records, rejections: this.#rejections, warnings: this.#warnings, tags };
  }

  #count(name: string, value: string): void {
    let tag = this.#tags.get(name);
    if (tag === undefined) {
      tag = { filled: 0, type: 'integer', example: null, values: new Set(), bounded: false, lastRecord: 0 };
      this.#tags.set(detached(name), tag);
    }
    if (value === '') return;
    // A tag that a record repeats fills it once.
    if (tag.lastRecord !== this.#records) tag.filled += 1;
    tag.lastRecord = this.#records;
    tag.example ??= detached(value.slice(0, EXAMPLE));
    if (tag.type === 'integer' && !INTEGER.test(value)) tag.type = 'number';
    if (tag.type === 'number' && !NUMBER.test(value)) tag.type = 'text';
    if (tag.bounded) return;
    const compared = value.slice(0, COMPARED);
    if (tag.values.has(compared)) return;
    if (tag.values.size < MAX_DISTINCT) tag.values.add(detached(compared));
    else tag.bounded = true;
  }
}

/** The same text without the one that it was cut out of, which would stay in memory as long as its part. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}
