import { UsageError } from '../errors.js';
import { shellWord } from '../shell-word.js';

interface Packer {
  readonly name: string;
  readonly extension: RegExp;
  readonly magic: readonly number[];
  /** Where the magic stands. Default 0. */
  readonly at?: number;
  /** Writes the unpacked bytes to stdout. */
  readonly command: string;
}

const PACKERS: readonly Packer[] = [
  { name: 'zip', extension: /\.zip$/i, magic: [0x50, 0x4b, 0x03, 0x04], command: 'unzip -p' },
  { name: 'bzip2', extension: /\.bz2$/i, magic: [0x42, 0x5a, 0x68], command: 'bzcat' },
  { name: 'zstd', extension: /\.zst$/i, magic: [0x28, 0xb5, 0x2f, 0xfd], command: 'zstdcat' },
  { name: 'xz', extension: /\.xz$/i, magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], command: 'xzcat' },
  { name: '7z', extension: /\.7z$/i, magic: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], command: '7z x -so' },
  { name: 'tar', extension: /\.(tar|tgz)$/i, magic: [0x75, 0x73, 0x74, 0x61, 0x72], at: 257, command: 'tar -xOf' },
];

const GZIP = [0x1f, 0x8b];

/** Zip by their content, but nothing to unpack. */
const WORKBOOK = /\.(xlsx|xlsm|ods|numbers)$/i;

export function isGzip(head: Uint8Array): boolean {
  return startsWith(head, GZIP);
}

/**
 * Throws UNSUPPORTED_COMPRESSION, naming the command to pipe from, for what is packed by anything but gzip, and
 * UNKNOWN_FORMAT for the workbook of a spreadsheet.
 */
export function refusePacked(path: string, head: Uint8Array): void {
  const named = packerOf(head) ?? (head.length > 0 ? PACKERS.find(({ extension }) => extension.test(path)) : undefined);
  if (named === undefined) return;
  if (named.name === 'zip' && WORKBOOK.test(path)) {
    throw new UsageError('UNKNOWN_FORMAT', `${path}: is a workbook: save its sheet as CSV, and import that`, {
      input: path,
    });
  }
  throw unsupported(path, named.name, named.command);
}

function unsupported(path: string, name: string, command: string): UsageError {
  return new UsageError(
    'UNSUPPORTED_COMPRESSION',
    `${path}: ${name} is not unpacked here; try: ${command} ${shellWord(path)} | molstream import --source NAME -`,
    { input: path },
  );
}

/** Throws UNSUPPORTED_COMPRESSION for what is packed once more within gzip. */
export function refusePackedTwice(path: string, text: Uint8Array): void {
  const packer = packerOf(text);
  const inner = isGzip(text) ? 'gzip' : packer?.name;
  if (inner === undefined) return;
  if (packer?.name === 'tar') throw unsupported(path, packer.name, 'tar -xzOf');
  throw new UsageError(
    'UNSUPPORTED_COMPRESSION',
    `${path}: is ${inner} within gzip: unpack it once before, with gunzip`,
    { input: path },
  );
}

/** The three letters of bzip2's mark may begin a title line: there, the digit of its block size decides too. */
function packerOf(head: Uint8Array): Packer | undefined {
  return PACKERS.find(
    ({ magic, at = 0, name }) => startsWith(head.subarray(at), magic) && (name !== 'bzip2' || isBzip2(head)),
  );
}

function isBzip2(head: Uint8Array): boolean {
  const level = head[3] ?? 0;
  return level >= 0x31 && level <= 0x39 && startsWith(head.subarray(4), [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]);
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}
