/** In which state each record of an input is, beside what its run has counted. */
import { type Counts, count } from '../counts.js';
import { hashContent } from '../formats/identity.js';
import type { Counters, Input } from '../types.js';
import type { Claimed, DifferenceKind, Differences, InputReport } from './differences.js';
import type { LatestRun, ReadRecord, Stored, StoredRejection, StoredRow } from './latest-run.js';
import { plainText } from './plain-text.js';

/** Records without a state that are named at most. */
const MOST_NAMED = 1_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function emptyReport(input: Input, run: LatestRun | null): Mutable<InputReport> {
  return {
    uri: input.uri,
    inputId: run?.inputId ?? null,
    runId: run?.runId ?? null,
    read: 0,
    stored: 0,
    replaced: 0,
    rejected: 0,
    skipped: 0,
    pending: 0,
  };
}

export class Comparison {
  readonly #input: Input;
  readonly #run: LatestRun;
  readonly #claimed: Claimed;
  readonly #differences: Differences;
  readonly #report: Mutable<InputReport>;
  /** Rejections, by code. */
  readonly #codes: Counts = {};
  /** Records without a state: the run may have left them out, which is known of all of them or of none. */
  readonly #stateless: { ordinal: number; kind: 'MISSING' | 'CONTENT'; message: string }[] = [];
  #statelessCount = 0;
  /** Of what is stored or replaced, that which the run need not have taken: the row is not its own, nor confirmed by it. */
  readonly #unsure = { stored: 0, replaced: 0 };

  constructor(input: Input, run: LatestRun, claimed: Claimed, differences: Differences) {
    this.#input = input;
    this.#run = run;
    this.#claimed = claimed;
    this.#differences = differences;
    this.#report = emptyReport(input, run);
  }

  /** The next records, in order, and what is stored of them. */
  add(block: readonly ReadRecord[], { rows, rejections }: Stored): void {
    for (const record of block) {
      if (record.ordinal >= this.#run.nextOrdinal) {
        this.#report.pending += 1;
        continue;
      }
      this.#report.read += 1;
      const row = rows.get(plainText(record.recordKey));
      const ownRow = row?.contentHash === record.contentHash && record.kind !== 'rejection' ? row : undefined;
      if (ownRow !== undefined) this.#claimed.add(ownRow.recordId);
      const rejection = rejections.get(record.ordinal);
      if (rejection !== undefined) {
        rejections.delete(record.ordinal);
        this.#rejected(record, rejection, ownRow);
      } else if (ownRow !== undefined) this.#stored(record, ownRow);
      else this.#neither(record, row);
    }
    for (const [ordinal, { code }] of rejections) {
      // What an earlier run rejected beyond the checkpoint is still to be read.
      if (ordinal >= this.#run.nextOrdinal) continue;
      this.#differences.add('REJECTION_WITHOUT_RECORD', this.#input, ordinal, `a rejection (${code}) of no record`);
    }
  }

  /** To be called after the last record. */
  end(): InputReport {
    this.#settleSkipped();
    this.#compareCounters();
    return this.#report;
  }

  #rejected(record: ReadRecord, rejection: StoredRejection, ownRow: StoredRow | undefined): void {
    const { code } = rejection;
    this.#report.rejected += 1;
    count(this.#codes, code);
    this.#compareOptions(record, 'rejected', rejection);
    if (rejection.contentHash !== record.contentHash) {
      this.#add('CONTENT', record, `another content is rejected there (${code})`);
      return;
    }
    this.#compareRaw(record, 'rejection', rejection.raw);
    if (record.kind === 'rejection' && code !== record.code) {
      this.#add('CONTENT', record, `rejected as ${code}, read as ${record.code}`);
    } else if (
      ownRow?.inputId === this.#run.inputId &&
      ownRow.ordinal === record.ordinal &&
      ownRow.runId === this.#run.runId
    ) {
      this.#add('TWO_STATES', record, `both stored and rejected (${code})`);
    }
  }

  #stored(record: ReadRecord, row: StoredRow): void {
    this.#report.stored += 1;
    if (row.runId !== this.#run.runId) this.#unsure.stored += 1;
    this.#compareOptions(record, 'described', row);
    this.#compareRaw(record, 'row', row.raw);
    if (row.isRawLost) this.#add('RAW', record, 'the bytes of its row are gone');
    if (!row.hasMolecule) this.#add('NO_MOLECULE', record, 'the molecule of its row is gone');
  }

  #neither(record: ReadRecord, row: StoredRow | undefined): void {
    if (row !== undefined && row.runId !== this.#run.runId && row.inputId !== this.#run.inputId) {
      // Not only by a later run: an earlier one may have been gone on with since.
      this.#report.replaced += 1;
      this.#unsure.replaced += 1;
      return;
    }
    this.#statelessCount += 1;
    if (this.#stateless.length === MOST_NAMED) return;
    const { ordinal, recordKey } = record;
    if (row === undefined) {
      this.#stateless.push({ ordinal, kind: 'MISSING', message: `record ${recordKey} is neither stored nor rejected` });
    } else {
      const message = `another content is stored under the key ${recordKey}`;
      this.#stateless.push({ ordinal, kind: 'CONTENT', message });
    }
  }

  #compareOptions(record: ReadRecord, what: string, stored: { runId: number; describedWith: string }): void {
    const { runId, describedWith } = this.#run;
    if (describedWith === null || stored.runId !== runId || stored.describedWith === describedWith) return;
    const message = `${what} with "${stored.describedWith}", but the run describes with "${describedWith}"`;
    this.#add('DESCRIBED_OTHERWISE', record, message);
  }

  #compareRaw(record: ReadRecord, what: string, raw: unknown): void {
    if (raw === null || isOf(record, raw)) return;
    this.#add('RAW', record, `the bytes of its ${what} are not those that its hash was made of`);
  }

  /** Which records a run left out is not stored, but how many. */
  #settleSkipped(): void {
    const { skipped } = this.#run.tally.counters;
    if (this.#statelessCount > skipped) {
      for (const { kind, ordinal, message } of this.#stateless) {
        this.#differences.add(kind, this.#input, ordinal, message);
      }
      return;
    }
    const replaced = Math.min(this.#unsure.replaced, skipped - this.#statelessCount);
    const stored = Math.min(this.#unsure.stored, skipped - this.#statelessCount - replaced);
    this.#report.replaced -= replaced;
    this.#report.stored -= stored;
    this.#report.skipped = this.#statelessCount + replaced + stored;
  }

  #compareCounters(): void {
    const report = this.#report;
    const { counters, rejections } = this.#run.tally;
    const add = (message: string): void => this.#differences.add('COUNTERS', this.#input, null, message);
    const expect = (what: string, stored: number, found: number): void => {
      if (stored !== found) add(`${what}: ${stored} counted by the run, ${found} found`);
    };
    expect('read', counters.read, report.read);
    expect('read', counters.read, sumOfStates(counters));
    expect('rejected', counters.rejected, report.rejected);
    expect('skipped', counters.skipped, report.skipped);
    const taken = counters.inserted + counters.updated + counters.unchanged;
    expect('inserted, updated and unchanged', taken, report.stored + report.replaced);
    for (const code of new Set([...Object.keys(rejections), ...Object.keys(this.#codes)])) {
      expect(`rejected as ${code}`, rejections[code] ?? 0, this.#codes[code] ?? 0);
    }
    if (this.#run.completed && report.pending > 0) {
      add(`the run completed, but the input has ${report.pending} more records`);
    }
  }

  #add(kind: DifferenceKind, { ordinal }: ReadRecord, message: string): void {
    this.#differences.add(kind, this.#input, ordinal, message);
  }
}

/** Whether stored bytes are those of a record, if not as they stand then in what its hash is made of. */
function isOf(record: ReadRecord, stored: unknown): boolean {
  // Whoever writes to SQLite by hand may make text of them.
  if (!Buffer.isBuffer(stored)) return false;
  return stored.equals(record.raw) || hashContent(record.layout ?? record.input.layout, stored) === record.contentHash;
}

function sumOfStates({ inserted, updated, unchanged, skipped, rejected }: Counters): number {
  return inserted + updated + unchanged + skipped + rejected;
}
