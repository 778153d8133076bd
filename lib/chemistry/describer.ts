/**
 * Owns an instance of RDKit and replaces it when a molecule has broken it or when it has grown too large. What is let go
 * of is freed by the garbage collector: an instance has no other end.
 */
import type { ParsedRecord } from '../formats/read-record.js';
import { type Described, describeRecord, type NumericColumns } from './describe-record.js';
import type { Failure } from './failures.js';
import { DeadInstance } from './parse-structure.js';
import { loadRdkit, type Rdkit, type WasmModule } from './rdkit.js';

export interface Describer {
  /** Describes one record into row `row` of `columns`. Never rejects because of the record. */
  describe(record: ParsedRecord, columns: NumericColumns, row: number): Promise<Described | Failure>;
}

export interface DescriberSettings {
  readonly wasm: WasmModule;
  /** An instance with more memory than this is replaced before the next record. */
  readonly maxInstanceBytes: number;
}

export class RdkitDescriber implements Describer {
  readonly #settings: DescriberSettings;
  #rdkit: Rdkit;
  /** Whether the instance has described something since it was loaded. */
  #used = false;

  private constructor(settings: DescriberSettings, rdkit: Rdkit) {
    this.#settings = settings;
    this.#rdkit = rdkit;
  }

  static async create(settings: DescriberSettings): Promise<RdkitDescriber> {
    return new RdkitDescriber(settings, await loadRdkit(settings.wasm));
  }

  async describe(record: ParsedRecord, columns: NumericColumns, row: number): Promise<Described | Failure> {
    if (this.#rdkit.memoryBytes() > this.#settings.maxInstanceBytes) await this.#renew();
    const wasUsed = this.#used;
    this.#used = true;
    try {
      return describeRecord(this.#rdkit, record, columns, row);
    } catch (error) {
      await this.#renew();
      // An earlier molecule may be to blame: only what a fresh instance says counts.
      return wasUsed ? this.describe(record, columns, row) : { code: 'WORKER_CRASHED', message: reason(error) };
    }
  }

  async #renew(): Promise<void> {
    this.#rdkit = await loadRdkit(this.#settings.wasm);
    this.#used = false;
  }
}

function reason(error: unknown): string {
  if (error instanceof DeadInstance) return 'RDKit ran out of memory on this structure';
  const detail = error instanceof Error ? error.message : 'an exception without a message';
  return `RDKit crashed on this structure: ${detail}`;
}
