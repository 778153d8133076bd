/** How far a chunk moves each of its inputs. */
import { MolstreamError } from '../errors.js';
import type { Input, Item } from '../types.js';

export interface Position {
  readonly nextOffset: number;
  readonly nextOrdinal: number;
  readonly completed: boolean;
}

export interface Progress {
  readonly input: Input;
  readonly from: Position;
  readonly to: Position;
  /** Ordinals that did not come, between `from` and `to`: a stage before left them out. */
  readonly skipped: number;
}

/** In the order in which the inputs appear. Throws INTERNAL for an ordinal that came before. */
export function progressOf(items: readonly Item[], position: (input: Input) => Position): Progress[] {
  const moved = new Map<Input, { from: Position; to: Position; skipped: number }>();
  for (const item of items) {
    let move = moved.get(item.input);
    if (move === undefined) {
      const from = position(item.input);
      move = { from, to: from, skipped: 0 };
      moved.set(item.input, move);
    }
    const expected = move.to.nextOrdinal;
    if (item.ordinal < expected || move.to.completed) {
      throw new MolstreamError(
        'INTERNAL',
        `record ${item.ordinal} of ${item.input.uri} came twice, or out of order: ${expected} was next`,
        { input: item.input.uri, ordinal: item.ordinal, offset: item.byteOffset },
      );
    }
    move.skipped += item.ordinal - expected;
    const isEnd = item.kind === 'end';
    move.to = { nextOffset: item.endOffset, nextOrdinal: isEnd ? item.ordinal : item.ordinal + 1, completed: isEnd };
  }
  return [...moved].map(([input, move]) => ({ input, ...move }));
}
