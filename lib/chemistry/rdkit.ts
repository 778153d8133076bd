/** Loading RDKit: compiled once in a process, instantiated once in each thread that describes. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Log, MainModule } from '@rdkit/rdkit';
import { WasmStack } from './wasm-stack.js';

/** A compiled module; threads share it through `workerData`. */
export type WasmModule = object;

/** The part of WebAssembly's interface that is used here: the types of Node.js leave it out. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<WasmModule>;
  instantiate(module: WasmModule, imports: object): Promise<WasmInstance>;
  Memory: abstract new () => WasmMemory;
  Exception: abstract new () => object;
};
interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export interface Rdkit {
  readonly module: MainModule;
  /** Captures all that RDKit logs, for the life of the instance; clear it before what it is to explain. */
  readonly log: Log;
  /** Bytes of the instance's memory. It grows with the largest molecules and never shrinks. */
  memoryBytes(): number;
  /** False once its stack has overflowed or its memory did not suffice: what it says since then does not count. */
  isIntact(): boolean;
}

export interface RdkitLimits {
  /** Bytes of the stack. Default: `STACK_BYTES`. */
  readonly stackBytes?: number;
  /** Bytes of memory, stack and all, that it may not exceed; at least 17,000,000. Default 256,000,000. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 256_000_000;
const PAGE = 65_536;

const require = createRequire(import.meta.url);
/** Not imported: Node would first search its 100 kB for exports, in every thread. */
const { default: initRdkit } = require('@rdkit/rdkit') as typeof import('@rdkit/rdkit');

export async function compileRdkit(): Promise<WasmModule> {
  return WebAssembly.compile(await readFile(require.resolve('@rdkit/rdkit/RDKit_minimal.wasm')));
}

/** A new instance of RDKit. It is freed with its last reference; every `Mol` that it gives must be deleted. */
export async function loadRdkit(wasm: WasmModule, limits: RdkitLimits = {}): Promise<Rdkit> {
  let instance: WasmInstance | undefined;
  const module = await new Promise<MainModule>((resolve, reject) => {
    const instantiateWasm = (imports: object, receive: (instance: WasmInstance) => void): void => {
      WebAssembly.instantiate(wasm, imports).then((made) => {
        instance = made;
        receive(made);
      }, reject);
    };
    // What it prints on aborting is also in the error that it throws.
    initRdkit({ instantiateWasm, printErr: () => {} }).then(resolve, reject);
  });
  const exports = instance?.exports ?? {};
  const memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
  const log = module.set_log_capture('rdApp.*');
  if (log === null || memory === undefined) throw new Error('this build of RDKit shows neither its log nor its memory');
  const stack = WasmStack.move(require.resolve('@rdkit/rdkit'), exports, memory, limits.stackBytes);
  const isExhausted = limitGrowth(memory, limits.maxBytes ?? MAX_BYTES);
  return {
    module,
    log,
    memoryBytes: () => memory.buffer.byteLength,
    isIntact: () => !isExhausted() && stack.intact,
  };
}

/** A refusal makes RDKit ask for less, and then run out of memory. Says whether the last it asked for was refused. */
function limitGrowth(memory: WasmMemory, maxBytes: number): () => boolean {
  const grow = memory.grow.bind(memory);
  let exhausted = false;
  memory.grow = (pages) => {
    exhausted = memory.buffer.byteLength + pages * PAGE > maxBytes;
    if (exhausted) throw new RangeError(`RDKit may not have more than ${maxBytes} bytes`);
    return grow(pages);
  };
  return () => exhausted;
}

/** Whether `error` is an exception of RDKit's own C++: the instance lives on. Anything else it throws is a trap. */
export function isRdkitException(error: unknown): boolean {
  return error instanceof WebAssembly.Exception;
}

/** Whether the instance still reads a molecule that any RDKit can read. */
export function isAlive(rdkit: Rdkit): boolean {
  if (!rdkit.isIntact()) return false;
  try {
    const mol = rdkit.module.get_mol('CO');
    const alive = mol?.get_num_atoms() === 2;
    mol?.delete();
    return alive;
  } catch {
    // Whatever it throws here, it is of no use any more.
    return false;
  }
}

const packageFile = new URL('../package.json', pathToFileURL(require.resolve('@rdkit/rdkit')));
let version: string | undefined;

/** What `molecules.toolkit_version` holds: `RDKit` and the version of its npm package. */
export function toolkitVersion(): string {
  version ??= `RDKit ${(JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version}`;
  return version;
}
