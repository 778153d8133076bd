/** The side of the pool that runs in a worker thread. */
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { messageOf } from '../errors.js';
import { collectGarbage } from '../monitor/garbage.js';
import type { Block, BlockResult } from './blocks.js';
import { describeBlock } from './describe-block.js';
import type { Describer } from './describer.js';

/** What a worker answers: an error here is the program's, not the records'. */
export type Answer = BlockResult | { readonly error: string };

/** Larger blocks hold a large record: what its texts took is given back before the next. */
const LARGE_BYTES = 3_000_000;

/**
 * A handler of blocks for piscina. Blocks may be handed over while another is at work: they wait, and the answer of the
 * one before them is sent first.
 */
export function serveBlocks(create: () => Promise<Describer>): (block: Block) => Promise<unknown> {
  const describer = create();
  // Its failure is told to whoever asks for a block.
  describer.catch(() => {});
  let turn: Promise<void> = Promise.resolve();
  return async (block) => {
    const before = turn;
    let done = (): void => {};
    turn = new Promise((resolve) => {
      done = resolve;
    });
    await before;
    try {
      const result = await describeBlock(await describer, block);
      const columns = [result.descriptors, result.fingerprints, result.charges, result.heavyAtoms];
      const buffers = columns.flatMap((column) => (column === null ? [] : [column.buffer]));
      return move({ [transferableSymbol]: buffers, [valueSymbol]: result });
    } catch (error) {
      return { error: messageOf(error) } satisfies Answer;
    } finally {
      const isLarge = block.bytes.byteLength > LARGE_BYTES;
      setImmediate(() => {
        if (isLarge) collectGarbage();
        done();
      });
    }
  };
}
