import { constants, createReadStream, fstatSync, openSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { basename, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { glob, isDynamicPattern } from 'tinyglobby';
import {
  signal as aSignal,
  type Check,
  checkOptions,
  checkValue,
  having,
  inputs as listed,
  oneOf,
  text,
} from '../checks.js';
import { InputError, messageOf, OptionError, StoppedError, unreadable } from '../errors.js';
import { type SniffOptions, sniff } from '../formats/sniff.js';
import { isKnownEncoding } from '../formats/text.js';
import { FORMATS, type Format, type Input } from '../types.js';
import { refusePacked, refusePackedTwice } from './compression.js';
import { holdStream, leaveStreams } from './held-streams.js';
import { readHead, takeHead } from './read-head.js';
import { bySource } from './rejects-sources.js';

export interface LocateOptions {
  /** Default: detected. */
  format?: Format | null;
  /** Default: UTF-8, Windows-1252 for records that are not. */
  encoding?: string | null;
  /** Name of the source of all inputs. Default: of the profile that is recognised, else the file's base name. */
  source?: string | null;
  /** Tag or column that holds the id; `none`: no id. Default: from the profile. */
  id?: string | null;
  /** Tag or column that holds the name. Default: from the profile. */
  name?: string | null;
  /** Column that holds the SMILES. Default: detected. */
  smiles?: string | null;
}

const STDIN = '-';

const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? null : check(value);
const CHECKS = {
  format: orNull(oneOf(FORMATS)),
  encoding: orNull(text),
  source: orNull(text),
  id: orNull(text),
  name: orNull(text),
  smiles: orNull(text),
};

/**
 * The inputs that the patterns (paths, globs, `-` for stdin) name, in this order, each once, recognised by their first
 * bytes; a file of rejections is one for each source of them, unless `source` is given. `stdin` is what `-` stands for, a
 * stream of bytes or text; `signal` ends the waiting for a silent pipe. Throws `InputError` INPUT_NOT_FOUND or
 * INPUT_UNREADABLE, `UsageError` UNKNOWN_FORMAT, UNSUPPORTED_COMPRESSION or BAD_OPTION, `StoppedError` INTERRUPTED.
 */
export async function locateInputs(
  patterns: readonly string[],
  options: LocateOptions = {},
  stdin?: Readable,
  signal?: AbortSignal,
): Promise<Input[]> {
  checkValue('inputs', patterns, listed);
  checkOptions(options, CHECKS);
  if (stdin !== undefined) checkValue('stdin', stdin, having('a stream to read', 'read', 'pipe'));
  if (signal !== undefined) checkValue('signal', signal, aSignal);
  const encoding = options.encoding ?? null;
  if (encoding !== null && !isKnownEncoding(encoding)) {
    throw new OptionError('encoding', `${JSON.stringify(encoding)} is not a known encoding`);
  }
  const inputs: Input[] = [];
  const seen = new Set<string>();
  try {
    for (const pattern of patterns) {
      if (pattern === STDIN) {
        if (seen.has(STDIN)) continue;
        seen.add(STDIN);
        if (stdin === undefined) throw new OptionError('inputs', '`-` needs a stream to read, and none was given');
        inputs.push(await locateStream(stdin, null, options, signal));
        continue;
      }
      for (const path of await expand(pattern)) {
        // The pipe that a shell makes of `<(...)` has a path that leads nowhere.
        const real = await realpath(path).catch(() => path);
        if (seen.has(real)) continue;
        seen.add(real);
        const input = await locateFile(path, options, signal);
        const isMixed = input.layout.format === 'rejects' && !options.source && input.sizeBytes !== null;
        inputs.push(...(isMixed ? await bySource(input) : [input]));
      }
    }
  } catch (error) {
    leaveStreams(inputs);
    throw error;
  }
  return inputs;
}

/** Paths of the files that a pattern names. A file of exactly that name comes before what the pattern means. */
async function expand(pattern: string): Promise<string[]> {
  const path = resolve(pattern);
  try {
    await stat(path);
    return [path];
  } catch (error) {
    if (!isDynamicPattern(pattern)) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const reason = missing ? 'there is no such file' : `cannot be read (${messageOf(error)})`;
      throw new InputError(missing ? 'INPUT_NOT_FOUND' : 'INPUT_UNREADABLE', `${pattern}: ${reason}`, {
        input: path,
        cause: error,
      });
    }
  }
  const files = await glob(pattern, { absolute: true, onlyFiles: true, expandDirectories: false });
  if (files.length === 0) throw new InputError('INPUT_NOT_FOUND', `${pattern}: no file has such a name`);
  return files.sort();
}

async function locateFile(path: string, options: LocateOptions, signal?: AbortSignal): Promise<Input> {
  const info = await stat(path);
  if (info.isDirectory()) {
    throw new InputError('INPUT_UNREADABLE', `${path}: is a folder; name the files in it, such as ${path}/*.sdf`, {
      input: path,
    });
  }
  if (info.isFIFO()) return locateStream(openPipe(path), path, options, signal);
  if (!info.isFile()) return locateStream(createReadStream(path), path, options, signal);
  const { text, packed } = await readHead(path, options.encoding ?? null);
  refusePacked(path, packed);
  return describeInput(path, info.size, text, options);
}

/** A thread that waits for a pipe as for a file could not be called back: the process would not end before it. */
function openPipe(path: string): Readable {
  try {
    return new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true });
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Stdin, or a pipe that has a path: what is read to recognise it is kept for whoever opens the input. */
async function locateStream(
  stream: Readable,
  path: string | null,
  options: LocateOptions,
  signal: AbortSignal | undefined,
): Promise<Input> {
  if (!options.source) {
    const what = path === null ? 'stdin' : `the pipe ${path}`;
    stream.destroy();
    throw new OptionError('source', `${what} has no name of its own: give it one`);
  }
  const uri = path ?? `stdin:${options.source}`;
  if (isFolder(stream)) throw new InputError('INPUT_UNREADABLE', `${uri}: is a folder`, { input: uri });
  const stop = (): void => {
    stream.destroy();
  };
  signal?.addEventListener('abort', stop);
  try {
    if (signal?.aborted) stop();
    const { text, packed } = await takeHead(stream, uri, options.encoding ?? null);
    if (signal?.aborted) throw new StoppedError('INTERRUPTED', 'stopped before anything was begun');
    refusePacked(uri, packed);
    const input = describeInput(uri, null, text, options);
    holdStream(input, packed, stream);
    return input;
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Node makes an empty stdin of `< folder`, without an error. */
function isFolder(stream: Readable): boolean {
  return 'fd' in stream && typeof stream.fd === 'number' && fstatSync(stream.fd).isDirectory();
}

function describeInput(uri: string, sizeBytes: number | null, head: Buffer, options: LocateOptions): Input {
  const { format = null, encoding = null, id = null, name = null, smiles = null } = options;
  refusePackedTwice(uri, head);
  const asked: SniffOptions = { format, encoding, id, name, smiles };
  const { layout, profile, source } = sniff(head, uri, asked);
  const base = basename(uri)
    .replace(/\.gz$/i, '')
    .replace(/\.[a-z]+$/i, '');
  return {
    uri,
    source: options.source ?? source ?? profile?.name ?? (base || basename(uri)),
    profile: profile?.name ?? null,
    sizeBytes,
    layout,
  };
}
