/**
 * A larger stack for RDKit. Its build reserves 64 KiB above its static data: a chain of 600 atoms overflows that without
 * a trap, and what it overwrites makes later molecules fail, hang or come out wrong. So the instance gets a stack on its
 * heap, large enough that the thread's own stack always ends first, with an exception; a guard shows if it did not.
 */
import { readFileSync } from 'node:fs';

type Exports = Readonly<Record<string, unknown>>;
interface Memory {
  readonly buffer: ArrayBuffer;
}

/** The thread's own stack has 4 MB and is used up faster. Only what is used takes memory. */
export const STACK_BYTES = 8 * 2 ** 20;
const GUARD_WORDS = 64;
const GUARD = 0x5afe57ac;
const ALIGNMENT = 16;

export class WasmStack {
  readonly #memory: Memory;
  readonly #guardAt: number;

  private constructor(memory: Memory, guardAt: number) {
    this.#memory = memory;
    this.#guardAt = guardAt;
    this.#guard().fill(GUARD);
  }

  /**
   * Moves the stack of an instance that is not at work. `glue` is the file of the script that loads it, which knows the
   * exports by their minified names. Throws where it does not.
   */
  static move(glue: string, exports: Exports, memory: Memory, bytes = STACK_BYTES): WasmStack {
    const script = readFileSync(glue, 'utf8');
    const named = (name: string): ((value: number) => number) => {
      const minified = new RegExp(`[,;]${name}=wasmExports\\["([^"]+)"\\]`).exec(script)?.[1] ?? '';
      const found = exports[minified];
      if (typeof found !== 'function') throw new Error(`this build of RDKit has no ${name}`);
      return found as (value: number) => number;
    };
    const lowest = named('_malloc')(bytes) >>> 0;
    if (lowest === 0) throw new Error(`no memory for a stack of ${bytes} bytes`);
    const top = Math.floor((lowest + bytes) / ALIGNMENT) * ALIGNMENT;
    named('__emscripten_stack_restore')(top);
    return new WasmStack(memory, Math.ceil(lowest / ALIGNMENT) * ALIGNMENT);
  }

  /** Whether the stack never overflowed. If it did, nothing that the instance says counts. */
  get intact(): boolean {
    const guard = this.#guard();
    for (let i = 0; i < GUARD_WORDS; i++) if (guard[i] !== GUARD) return false;
    return true;
  }

  #guard(): Uint32Array {
    return new Uint32Array(this.#memory.buffer, this.#guardAt, GUARD_WORDS);
  }
}
