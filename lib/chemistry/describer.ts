/**
 * Owns an instance of RDKit and replaces it when a molecule has broken it or when it has grown too large. What is let go
 * of is freed by the garbage collector: an instance has no other end.
 */
import { type Described, describeRecord, type NumericColumns, type Task, type Tools } from './describe-record.js';
import type { Failure } from './failures.js';
import { DeadInstance } from './parse-structure.js';
import { loadRdkit, type RdkitLimits, type WasmModule } from './rdkit.js';
import { createStandardizer } from './standardize/standardize.js';

export interface Describer {
  /** Describes one record into row `row` of `columns`. Never rejects because of the record. */
  describe(task: Task, columns: NumericColumns, row: number): Promise<Described | Failure>;
}

export interface DescriberSettings {
  readonly wasm: WasmModule;
  /** An instance with more memory than this is replaced before the next record. */
  readonly maxInstanceBytes: number;
  /** Bounds of an instance, beyond which a record is rejected. */
  readonly limits?: RdkitLimits;
}

export class RdkitDescriber implements Describer {
  readonly #settings: DescriberSettings;
  #tools: Tools;
  /** Whether the instance has described something since it was loaded. */
  #used = false;

  private constructor(settings: DescriberSettings, tools: Tools) {
    this.#settings = settings;
    this.#tools = tools;
  }

  static async create(settings: DescriberSettings): Promise<RdkitDescriber> {
    return new RdkitDescriber(settings, await load(settings));
  }

  /** The instance that is in use. */
  get tools(): Tools {
    return this.#tools;
  }

  async describe(task: Task, columns: NumericColumns, row: number): Promise<Described | Failure> {
    if (this.#tools.rdkit.memoryBytes() > this.#settings.maxInstanceBytes) await this.#renew();
    const wasUsed = this.#used;
    this.#used = true;
    try {
      return describeRecord(this.#tools, task, columns, row);
    } catch (error) {
      await this.#renew();
      // An earlier molecule may be to blame: only what a fresh instance says counts.
      return wasUsed ? this.describe(task, columns, row) : { code: 'WORKER_CRASHED', message: reason(error) };
    }
  }

  async #renew(): Promise<void> {
    this.#tools = await load(this.#settings);
    this.#used = false;
  }
}

async function load({ wasm, limits }: DescriberSettings): Promise<Tools> {
  const rdkit = await loadRdkit(wasm, limits);
  return { rdkit, standardizer: createStandardizer(rdkit.module) };
}

function reason(error: unknown): string {
  if (error instanceof DeadInstance) return `RDKit broke down on this structure: ${error.message}`;
  const detail = error instanceof Error ? error.message : 'an exception without a message';
  return `RDKit crashed on this structure: ${detail}`;
}
