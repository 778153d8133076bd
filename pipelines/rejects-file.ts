/**
 * The file that `--rejects` names. Owns its sink; whoever opens it closes it. An `open` that fails has closed it.
 */
import type { Stats } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { MolstreamError, OptionError, unwritable } from '../lib/errors.js';
import type { Ledger } from '../lib/store/ledger-contract.js';
import type { Store } from '../lib/store/open-store.js';
import { storedRejections } from '../lib/store/stored-rejections.js';
import type { Input, Rejection } from '../lib/types.js';
import { type RejectsSink, rejectsSink } from '../sinks/rejects.js';

/** Null where there is no such file. */
function statsOf(path: string): Promise<Stats | null> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

async function refuseSame(path: string, { dev, ino }: Stats, others: readonly string[]): Promise<void> {
  for (const other of others) {
    const found = await statsOf(other);
    if (found?.dev === dev && found.ino === ino) {
      throw new OptionError('rejects', `${path} is what the import reads or writes as well: name another file`);
    }
  }
}

export class RejectsFile {
  readonly #sink: RejectsSink;

  private constructor(path: string) {
    this.#sink = rejectsSink(path);
    // Each write looks at `errored` itself.
    this.#sink.on('error', () => undefined);
  }

  /**
   * Replaces the file. That of a resumed run begins with what its earlier executions committed, so that it is complete
   * wherever they ended. Throws `MolstreamError` OUTPUT_FAILED.
   */
  static async open(path: string, inputs: readonly Input[], store: Store | null, ledger: Ledger): Promise<RejectsFile> {
    const file = new RejectsFile(path);
    if (!ledger.resumed || store === null) return file;
    try {
      for await (const rejection of storedRejections(store, ledger.runId, inputs)) file.write([rejection]);
    } catch (error) {
      file.#sink.destroy();
      throw error;
    }
    return file;
  }

  /**
   * Touches nothing. Throws `MolstreamError` OUTPUT_FAILED where `open` would, and `UsageError` BAD_OPTION where it would
   * replace an input or one of `others`, or could not hold the records of an input.
   */
  static async check(path: string, inputs: readonly Input[], others: readonly string[]): Promise<void> {
    const other = inputs.find(({ layout }) => !['sdf', 'rejects'].includes(layout.format));
    if (other !== undefined && /\.sdf$/i.test(path)) {
      throw new OptionError(
        'rejects',
        `${path} would hold no record of ${other.uri}, which is no SDF: name it .ndjson`,
      );
    }
    try {
      const existing = await statsOf(path);
      if (existing?.isDirectory()) throw new Error('it is a folder');
      if (existing?.isFile()) await refuseSame(path, existing, [...others, ...inputs.map(({ uri }) => uri)]);
      await access(existing === null ? dirname(path) : path, constants.W_OK);
    } catch (error) {
      throw error instanceof MolstreamError ? error : unwritable(path, error);
    }
  }

  /** All are in the file when it returns. Throws `MolstreamError` OUTPUT_FAILED. */
  write(rejections: readonly Rejection[]): void {
    for (const rejection of rejections) {
      this.#sink.write(rejection);
      if (this.#sink.errored !== null) throw this.#sink.errored;
    }
  }

  /** Rejections that are not in it, since they cannot be written as SDF. */
  get skipped(): number {
    return this.#sink.skipped;
  }

  async close(): Promise<void> {
    // A write that failed has said so already.
    if (this.#sink.errored !== null) return;
    this.#sink.end();
    await finished(this.#sink);
  }
}
