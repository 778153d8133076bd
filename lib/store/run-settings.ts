/** What an import sets once for a run, and what of it decides the rows. */
import { createHash } from 'node:crypto';
import type { ConflictPolicy, Input } from '../types.js';

export interface RunSettings {
  readonly inputs: readonly Input[];
  /** What `describedWith` of `lib/types.ts` gives. */
  readonly describedWith: string;
  readonly onConflict: ConflictPolicy;
  /** Whether the records' bytes are stored. */
  readonly keepRaw: boolean;
  readonly redescribe: boolean;
  /** Begin anew even if there is a run to resume. */
  readonly restart: boolean;
  /** Stored with the run for people to read. No passwords. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Two imports with the same key give the same rows, so that one may go on where the other stopped. */
export function resumeKey(settings: RunSettings): string {
  const inputs = settings.inputs
    .map(({ uri, source, layout }) => [
      uri,
      source,
      layout.format,
      layout.encoding,
      layout.idTag,
      layout.nameTag,
      layout.smilesColumn,
    ])
    .sort((a, b) => compare(String(a[0]), String(b[0])));
  const { describedWith, onConflict, keepRaw, redescribe } = settings;
  return createHash('sha256')
    .update(JSON.stringify([inputs, describedWith, onConflict, keepRaw, redescribe]))
    .digest('hex');
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
