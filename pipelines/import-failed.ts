import { MolstreamError } from '../lib/errors.js';
import type { ImportSummary } from './summary.js';

/** The import began and did not complete. `summary` says how far it came; the same options resume it. */
export class ImportFailed extends MolstreamError {
  readonly summary: ImportSummary;

  constructor(cause: MolstreamError, summary: ImportSummary) {
    super(cause.code, cause.message, { input: cause.input, ordinal: cause.ordinal, offset: cause.offset, cause });
    this.summary = summary;
  }

  override and(second: unknown): ImportFailed {
    return new ImportFailed(super.and(second), this.summary);
  }
}
