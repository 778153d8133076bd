/** Reads an input again and compares it with what is stored, as `molstream verify` does. */
import { DEFAULTS } from '../../lib/options.js';
import { openInput } from '../../lib/sources/open-input.js';
import type { Store } from '../../lib/store/open-store.js';
import { type VerifyReport, verifyInputs } from '../../lib/store/verify.js';
import type { Input, SplitItem } from '../../lib/types.js';
import { compose } from '../../pipelines/compose.js';
import { splitRecords } from '../../transforms/split-records.js';

export function verifyFile(
  store: Store,
  input: Input,
  maxRecordBytes: number = DEFAULTS.maxRecordBytes,
): Promise<VerifyReport> {
  const records = compose(openInput(input), splitRecords({ input, maxRecordBytes })) as AsyncIterable<SplitItem>;
  return verifyInputs(store, [{ input, records }]);
}

/** What is wrong, one line each. */
export function differencesOf(report: VerifyReport): string[] {
  return report.differences.map(({ kind, ordinal, message }) => `${kind}: record ${ordinal}: ${message}`);
}
