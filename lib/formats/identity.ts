/**
 * What makes two records the same. The content hash is SHA-256 in hex over the record's bytes with CRLF and CR as LF,
 * without blank lines at the end, and, of SDF, without the second header line (programs write the time there).
 */
import { hash } from 'node:crypto';
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

/** Grows to the longest record of SDF; a hash over one piece costs less than one over two. */
let scratch = Buffer.alloc(64 * 1024);

function hashContent(layout: Layout, raw: Buffer): string {
  const lines = withLf(raw.subarray(0, trimmedLength(raw)));
  if (layout.format !== 'sdf') return hash('sha256', lines, 'hex');
  const second = nextLine(lines, 0);
  const third = nextLine(lines, second);
  if (scratch.length < lines.length) scratch = Buffer.alloc(lines.length);
  scratch.set(lines.subarray(0, second));
  scratch.set(lines.subarray(third), second);
  return hash('sha256', scratch.subarray(0, second + lines.length - third), 'hex');
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
