/** Records as `splitRecords` gives them, made from their texts. */
import type { Format, Input, Layout, RawRecord } from '../../lib/types.js';

export function layoutOf(format: Format): Layout {
  const columns = format === 'smiles' ? ['smiles', 'name'] : null;
  return {
    format,
    encoding: null,
    delimiter: null,
    columns,
    headerBytes: 0,
    smilesColumn: columns === null ? null : 'smiles',
    idTag: null,
    nameTag: null,
  };
}

export function rawRecords(format: 'sdf' | 'smiles', texts: readonly (string | Uint8Array)[]): RawRecord[] {
  const layout = layoutOf(format);
  const input: Input = { uri: '/made/up', source: 'made-up', profile: null, sizeBytes: null, layout };
  let offset = 0;
  return texts.map((text, ordinal) => {
    const raw = Buffer.from(text);
    const byteOffset = offset;
    offset += raw.length + 5;
    return {
      kind: 'record',
      input,
      layout,
      ordinal,
      byteOffset,
      endOffset: offset,
      raw,
      contentHash: `hash ${ordinal}`,
      externalId: null,
      recordKey: `hash ${ordinal}`,
      fields: null,
      warnings: [],
    };
  });
}
