/**
 * What makes two records the same. The content hash is SHA-256 in hex over the record's bytes with CRLF and CR as LF,
 * without blank lines at the end, and, of SDF, without the second header line (programs write the time there).
 */
import { createHash, hash } from 'node:crypto';
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

/** Longer records are hashed in pieces, so that no copies are made of them as a whole. */
const LARGE = 256 * 1024;

/** For a record in one piece, whose hash costs less than one over two. */
const scratch = Buffer.alloc(LARGE);

/** The content hash alone. */
export function hashContent(layout: Layout, raw: Buffer): string {
  const content = raw.subarray(0, trimmedLength(raw));
  if (content.length > LARGE) return hashLarge(layout, content);
  const lines = withLf(content);
  if (layout.format !== 'sdf') return hash('sha256', lines, 'hex');
  const second = nextLine(lines, 0);
  const third = nextLine(lines, second);
  scratch.set(lines.subarray(0, second));
  scratch.set(lines.subarray(third), second);
  return hash('sha256', scratch.subarray(0, second + lines.length - third), 'hex');
}

function hashLarge(layout: Layout, content: Buffer): string {
  const sum = createHash('sha256');
  const add = (from: number, to: number): void => {
    for (let start = from; start < to; ) {
      let end = Math.min(start + LARGE, to);
      // A CRLF is not to be cut in two.
      while (end < to && content[end - 1] === 0x0d) end += 1;
      sum.update(withLf(content.subarray(start, end)));
      start = end;
    }
  };
  const second = layout.format === 'sdf' ? nextLine(content, 0) : 0;
  add(0, second);
  add(layout.format === 'sdf' ? nextLine(content, second) : 0, content.length);
  return sum.digest('hex');
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
