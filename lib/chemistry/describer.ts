/**
 * Owns an instance of RDKit and replaces it when a molecule has broken it or when it has grown too large. What is let go
 * of is freed by the garbage collector: an instance has no other end.
 */
import { type Described, describeRecords, type Task, type Tools, type Tracker } from './describe-records.js';
import type { Failure } from './failures.js';
import type { NumericColumns } from './measure.js';
import { DeadInstance } from './parse-structure.js';
import { isAlive, isRdkitException, loadRdkit, type RdkitLimits, type WasmModule } from './rdkit.js';
import { createStandardizer } from './standardize/standardize.js';

export interface Describer {
  /**
   * One result for each task, in order; see `describeRecords`. Never rejects because of a record. Takes them side by side,
   * so they should be some dozen of ordinary ones.
   */
  describe(tasks: readonly Task[], columns: NumericColumns, tracker?: Tracker): Promise<(Described | Failure)[]>;
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

  async describe(tasks: readonly Task[], columns: NumericColumns, tracker?: Tracker): Promise<(Described | Failure)[]> {
    if (this.#tools.rdkit.memoryBytes() > this.#settings.maxInstanceBytes) await this.#renew();
    if (tasks.length > 1) {
      this.#used = true;
      try {
        return describeRecords(this.#tools, tasks, columns, tracker);
      } catch (error) {
        tracker?.again();
        // By itself, the one that is to blame fails again, and says why.
        if (!isRdkitException(error) || !isAlive(this.#tools.rdkit)) await this.#renew();
      }
    }
    const results: (Described | Failure)[] = [];
    for (const task of tasks) results.push(await this.#describeAlone(task, columns, tracker));
    return results;
  }

  async #describeAlone(task: Task, columns: NumericColumns, tracker?: Tracker): Promise<Described | Failure> {
    const wasUsed = this.#used;
    this.#used = true;
    try {
      return describeRecords(this.#tools, [task], columns, tracker)[0]!;
    } catch (error) {
      await this.#renew();
      if (!wasUsed) return { code: 'WORKER_CRASHED', message: reason(error) };
      // An earlier molecule may be to blame: only what a fresh instance says counts.
      tracker?.again();
      return this.#describeAlone(task, columns, tracker);
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
