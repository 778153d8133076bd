/**
 * The file that `--rejects` names. Owns its sink; whoever opens it closes it. An `open` that fails has closed it.
 */
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { MolstreamError, messageOf } from '../lib/errors.js';
import type { Ledger } from '../lib/store/ledger-contract.js';
import type { Store } from '../lib/store/open-store.js';
import { storedRejections } from '../lib/store/stored-rejections.js';
import type { Input, Rejection } from '../lib/types.js';
import { type RejectsSink, rejectsSink } from '../sinks/rejects.js';

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

  /** Throws `MolstreamError` OUTPUT_FAILED where `open` would, and touches nothing. */
  static async check(path: string): Promise<void> {
    try {
      const existing = await stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (existing?.isDirectory()) throw new Error('it is a folder');
      await access(existing === null ? dirname(path) : path, constants.W_OK);
    } catch (error) {
      throw new MolstreamError('OUTPUT_FAILED', `${path}: cannot be written (${messageOf(error)})`, { cause: error });
    }
  }

  /** All are in the file when it returns. Throws `MolstreamError` OUTPUT_FAILED. */
  write(rejections: readonly Rejection[]): void {
    for (const rejection of rejections) {
      this.#sink.write(rejection);
      if (this.#sink.errored !== null) throw this.#sink.errored;
    }
  }

  async close(): Promise<void> {
    // A write that failed has said so already.
    if (this.#sink.errored !== null) return;
    this.#sink.end();
    await finished(this.#sink);
  }
}
