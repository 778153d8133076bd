/**
 * What makes two records the same. The content hash is SHA-256 in hex over the record's bytes with CRLF and CR as LF,
 * without blank lines at the end, and, of SDF, without the second header line (programs write the time there).
 */
import { createHash } from 'node:crypto';
import type { Layout } from '../types.js';
import { nextLine, trimmedLength, withLf } from './bytes.js';
import { findItemValue } from './item-scan.js';
import { splitSmilesLine } from './smiles-line.js';
import { decodeExactly } from './text.js';

export interface Identity {
  readonly contentHash: string;
  readonly externalId: string | null;
  readonly recordKey: string;
}

export function identify(layout: Layout, raw: Buffer, fields: readonly string[] | null): Identity {
  const contentHash = hashContent(layout, raw);
  const externalId = layout.idTag === null ? null : findId(layout, layout.idTag, raw, fields);
  return { contentHash, externalId, recordKey: externalId ?? contentHash };
}

function hashContent(layout: Layout, raw: Uint8Array): string {
  const lines = withLf(raw.subarray(0, trimmedLength(raw)));
  const hash = createHash('sha256');
  if (layout.format !== 'sdf') return hash.update(lines).digest('hex');
  const second = nextLine(lines, 0);
  return hash
    .update(lines.subarray(0, second))
    .update(lines.subarray(nextLine(lines, second)))
    .digest('hex');
}

function findId(layout: Layout, idTag: string, raw: Buffer, fields: readonly string[] | null): string | null {
  let id: string | null | undefined;
  if (layout.format === 'sdf') {
    const value = findItemValue(raw, idTag);
    id = value === null ? null : decodeExactly(value, layout.encoding);
  } else {
    const column = layout.columns?.indexOf(idTag) ?? -1;
    const values = layout.format === 'smiles' ? splitSmilesLine(decodeExactly(raw, layout.encoding), layout) : fields;
    id = values?.[column];
  }
  // NUL is no text that a database takes as a key.
  const text = id?.trim().replaceAll('\0', '\ufffd');
  return text ? text : null;
}
