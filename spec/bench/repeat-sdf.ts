/** Large SDF files for benchmarks and long specs: the records of a small one, repeated under new ids. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

export interface RepeatOptions {
  /** SDF, also gzip'd. */
  from: string;
  to: string;
  /** Tag whose value becomes the number of the record, counted from 1; so does the title line. */
  idTag: string;
  /** Records to write, ... */
  records?: number;
  /** ... or bytes, whichever is reached first. */
  bytes?: number;
}

/** Resolves to the number of records and bytes written. */
export async function repeatSdf(options: RepeatOptions): Promise<{ records: number; bytes: number }> {
  const text = await textOf(options.from);
  const entries = text.split(/^\$\$\$\$\r?\n/m).filter((entry) => entry.trim() !== '');
  const most = options.records ?? Number.POSITIVE_INFINITY;
  const mostBytes = options.bytes ?? Number.POSITIVE_INFINITY;
  const id = new RegExp(`^(> +<${options.idTag}>.*\\r?\\n).*$`, 'm');
  const file = await open(options.to, 'w');
  let records = 0;
  let bytes = 0;
  let pending: string[] = [];
  try {
    while (records < most && bytes < mostBytes) {
      const entry = entries[records % entries.length]!;
      records += 1;
      const numbered = `${entry.replace(/^.*/, String(records)).replace(id, `$1${records}`)}$$$$\n`;
      pending.push(numbered);
      bytes += numbered.length;
      if (pending.length === 500) {
        await file.writeFile(pending.join(''));
        pending = [];
      }
    }
    await file.writeFile(pending.join(''));
  } finally {
    await file.close();
  }
  return { records, bytes };
}

async function textOf(path: string): Promise<string> {
  const file: Readable = createReadStream(path);
  const stream = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('latin1');
}
