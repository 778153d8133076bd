import { LineSplitter } from '../formats/line-splitter.js';
import { readRejectsLine } from '../formats/rejects-line.js';
import type { Input } from '../types.js';
import { openInput } from './open-input.js';

/** Longer lines hold no more than their beginning, and are read by the first input. */
const LINE_BYTES = 32_000_000;

/**
 * A file of rejections, once for each source whose records it holds. What no source can be told of is read with the first.
 * Throws `InputError` where the file cannot be read.
 */
export async function bySource(input: Input): Promise<Input[]> {
  const sources = new Set([input.source]);
  const lines = new LineSplitter({ layout: input.layout, startOffset: 0, maxRecordBytes: LINE_BYTES });
  const look = (raw: Uint8Array): void => {
    const source = readRejectsLine(Buffer.from(raw).toString('utf8'))?.source;
    if (source !== undefined) sources.add(source);
  };
  // An end that is damaged is told when it is imported.
  for await (const bytes of openInput(input, { onDamage: () => {} })) {
    for (const { raw } of lines.push(bytes as Buffer)) look(raw);
  }
  for (const { raw } of lines.end()) look(raw);
  const [first, ...others] = sources;
  if (others.length === 0) return [input];
  return [...sources].map((source) => {
    const share = source === first ? { otherSources: others } : { onlySource: source };
    return { ...input, source, layout: { ...input.layout, ...share } };
  });
}
