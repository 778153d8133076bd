/** Reads inputs again and compares them with what is stored, as `molstream verify` does. */
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
  return verifyFiles(store, [input], maxRecordBytes);
}

export function verifyFiles(
  store: Store,
  inputs: readonly Input[],
  maxRecordBytes: number = DEFAULTS.maxRecordBytes,
): Promise<VerifyReport> {
  async function* recordsOf(input: Input): AsyncGenerator<SplitItem> {
    yield* compose(openInput(input), splitRecords({ input, maxRecordBytes })) as AsyncIterable<SplitItem>;
  }
  return verifyInputs(
    store,
    inputs.map((input) => ({ input, records: recordsOf(input) })),
  );
}

/** What is wrong, one line each. */
export function differencesOf(report: VerifyReport): string[] {
  return report.differences.map(({ kind, ordinal, message }) => `${kind}: record ${ordinal}: ${message}`);
}
