import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { MolstreamError } from '../../../lib/errors.js';
import { type LocateOptions, locateInputs } from '../../../lib/sources/inputs.js';
import { openInput } from '../../../lib/sources/open-input.js';
import type { Input } from '../../../lib/types.js';
import { entry } from '../../support/records.js';

const SDF = `${entry('A')}$$$$\n`;

let folder: string;

function at(name: string): string {
  return join(folder, name);
}

async function failureOf(
  patterns: readonly string[],
  options: LocateOptions = {},
  stdin?: Readable,
): Promise<MolstreamError> {
  try {
    await locateInputs(patterns, options, stdin);
  } catch (error) {
    if (error instanceof MolstreamError) return error;
    throw error;
  }
  throw new Error('It did not fail');
}

describe('locateInputs', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'molstream-'));
    await writeFile(at('b.sdf'), SDF);
    await writeFile(at('a.sdf.gz'), gzipSync(SDF));
    await writeFile(at('[c].smi'), 'CCO a\n');
    await symlink(at('b.sdf'), at('link.sdf'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('expands globs in order of name, and reads no file twice', async () => {
    const inputs = await locateInputs([at('b.sdf'), at('*.sdf*'), at('link.sdf'), at('b.sdf')]);
    expect(inputs.map(({ uri }) => uri)).to.deep.equal([at('b.sdf'), at('a.sdf.gz')]);
    expect(inputs.map(({ source }) => source)).to.deep.equal(['b', 'a']);
    expect(inputs[0]?.sizeBytes).to.equal(SDF.length);
    expect(inputs.map(({ layout }) => layout.format)).to.deep.equal(['sdf', 'sdf']);
  });

  it('takes a file whose name looks like a glob', async () => {
    const [input] = await locateInputs([at('[c].smi')]);
    expect(input).to.include({ uri: at('[c].smi'), source: '[c]' });
  });

  it('recognises gzip by its content, not by its name', async () => {
    await writeFile(at('packed.sdf'), gzipSync(SDF));
    await writeFile(at('plain.sdf.gz'), SDF);
    const inputs = await locateInputs([at('packed.sdf'), at('plain.sdf.gz')]);
    expect(inputs.map(({ layout }) => layout.format)).to.deep.equal(['sdf', 'sdf']);
  });

  it('takes an empty file, packed or not', async () => {
    await writeFile(at('empty.sdf'), '');
    await writeFile(at('empty.smi.gz'), gzipSync(''));
    const inputs = await locateInputs([at('empty.sdf'), at('empty.smi.gz')]);
    expect(inputs.map(({ layout }) => layout.format)).to.deep.equal(['sdf', 'smiles']);
  });

  it('says what is missing or cannot be read', async () => {
    expect(await failureOf([at('gone.sdf')])).to.include({ code: 'INPUT_NOT_FOUND' });
    expect(await failureOf([at('*.gone')])).to.include({ code: 'INPUT_NOT_FOUND' });
    await mkdir(at('folder'));
    const error = await failureOf([at('folder')]);
    expect(error).to.include({ code: 'INPUT_UNREADABLE' });
    expect(error.message).to.include('/*.sdf');
  });

  it('names the command for what it does not unpack, by name or by content', async () => {
    const tar = Buffer.concat([Buffer.alloc(257), Buffer.from('ustar'), Buffer.alloc(250), Buffer.from(SDF)]);
    const zip = Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 0]);
    const zstd = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]);
    const bzip2 = Buffer.from([0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59]);
    for (const [name, bytes, command] of [
      ['a.sdf.zst', zstd, 'zstdcat'],
      ['b.sdf', zstd, 'zstdcat'],
      ['c.zip', zip, 'unzip -p'],
      ['d.sdf', zip, 'unzip -p'],
      ['e.bz2', bzip2, 'bzcat'],
      ["it's.bz2", bzip2, "bzcat '"],
      ['f.sdf', tar, 'tar -xOf'],
      ['g.tar.gz', gzipSync(tar), 'tar -xzOf'],
    ] as const) {
      await writeFile(at(name), bytes);
      const error = await failureOf([at(name)]);
      expect(error).to.include({ code: 'UNSUPPORTED_COMPRESSION' });
      expect(error.message).to.include(command).and.include('| molstream import').and.not.include('\n');
    }
    await writeFile(at('BZh.smi'), 'BZhello\n');
    expect(await locateInputs([at('BZh.smi')])).to.have.length(1);
  });

  it('says of a workbook that its sheet is to be saved as CSV', async () => {
    await writeFile(at('a.xlsx'), Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 0]));
    const error = await failureOf([at('a.xlsx')]);
    expect(error).to.include({ code: 'UNKNOWN_FORMAT' });
    expect(error.message).to.include('save its sheet as CSV').and.not.include('unzip');
  });

  it('names the source of a file that has no base name after the whole name', async () => {
    await writeFile(at('.sdf'), SDF);
    expect((await locateInputs([at('.sdf')]))[0]?.source).to.equal('.sdf');
  });

  it('refuses what is packed twice', async () => {
    await writeFile(at('twice.sdf.gz'), gzipSync(gzipSync(SDF)));
    const error = await failureOf([at('twice.sdf.gz')]);
    expect(error).to.include({ code: 'UNSUPPORTED_COMPRESSION' });
    expect(error.message).to.include('gzip within gzip');
  });

  it('says so where the content is unknown', async () => {
    await writeFile(at('words'), 'Nothing but words.\n');
    expect(await failureOf([at('words')])).to.include({ code: 'UNKNOWN_FORMAT', input: at('words') });
  });

  it('takes stdin only with a name, and once', async () => {
    expect(await failureOf(['-'], {}, Readable.from(['CCO\n']))).to.include({ code: 'BAD_OPTION' });
    const inputs = await locateInputs(['-', '-'], { source: 'mine' }, Readable.from([Buffer.from('CCO\n')]));
    expect(inputs.map(({ uri }) => uri)).to.deep.equal(['stdin:mine']);
  });

  it('takes stdin that gives text, or bytes of any make, and nothing else', async () => {
    const long = 'CCO ethanol é\n'.repeat(30_000);
    for (const pieces of [[long.slice(0, 9), long.slice(9)], [new TextEncoder().encode(long)]]) {
      const [input] = await locateInputs(['-'], { source: 's' }, Readable.from(pieces));
      const chunks: Buffer[] = await openInput(input as Input).toArray();
      expect(Buffer.concat(chunks).equals(Buffer.from(long))).to.equal(true);
    }
    const wrong = await failureOf(['-'], { source: 's' }, Readable.from([{ smiles: 'C' }]));
    expect(wrong).to.include({ code: 'BAD_OPTION', option: 'stdin' });
  });

  it('recognises stdin whatever pieces it comes in, with pauses before there is a record', async () => {
    const packed = gzipSync(SDF);
    for (const [first, rest] of [
      [packed.subarray(0, 1), packed.subarray(1)],
      [Buffer.from('\n'), Buffer.from(SDF.slice(SDF.indexOf('\n') + 1))],
      [Buffer.from(SDF.slice(0, 20)), Buffer.from(SDF.slice(20))],
    ] as const) {
      const stdin = new PassThrough();
      stdin.write(first);
      setTimeout(() => stdin.end(rest), 500);
      const [input] = await locateInputs(['-'], { source: 's' }, stdin);
      expect(input?.layout.format).to.equal('sdf');
      let bytes = 0;
      for await (const chunk of openInput(input as Input)) bytes += (chunk as Buffer).length;
      expect(bytes).to.be.within(SDF.length - 10, SDF.length);
    }
  });

  it('waits for a record behind the header of gzip or a comment, however long that takes', async function () {
    this.timeout(20_000);
    const packed = gzipSync(SDF);
    for (const [first, rest] of [
      [packed.subarray(0, 10), packed.subarray(10)],
      [Buffer.from('# a comment\n'), Buffer.from('name,smiles\na,CCO\nb,CCC\n')],
    ] as const) {
      const stdin = new PassThrough();
      stdin.write(first);
      setTimeout(() => stdin.end(rest), 2_500);
      const [input] = await locateInputs(['-'], { source: 's' }, stdin);
      expect(input?.layout.format).to.equal(first[0] === 0x1f ? 'sdf' : 'csv');
    }
  });

  it('reads pipes that have a path, also one that leads nowhere, and stops waiting for them', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const controller = new AbortController();
    const waiting = locateInputs([at('pipe')], { source: 's' }, undefined, controller.signal);
    controller.abort();
    expect(await waiting.catch((error: unknown) => error)).to.include({ code: 'INTERRUPTED' });

    const writer = openSync(at('pipe'), 'r+');
    writeSync(writer, 'CCO a\nCC b\n');
    await rm(at('pipe'));
    const [input] = await locateInputs([`/dev/fd/${writer}`], { source: 's' });
    closeSync(writer);
    expect(input).to.include({ source: 's', sizeBytes: null });
    expect((await openInput(input as Input).toArray()).join('')).to.equal('CCO a\nCC b\n');
  });

  it('leaves no pipe open where another input fails', async () => {
    const stdin = new PassThrough();
    stdin.write('CCO a\n');
    const error = await failureOf(['-', at('missing')], { source: 's' }, stdin);
    expect(error.code).to.equal('INPUT_NOT_FOUND');
    expect(stdin.destroyed).to.equal(true);
  });

  it('follows the options', async () => {
    const [input] = await locateInputs([at('b.sdf')], { source: 'mine', id: 'ID', name: 'N', encoding: 'latin1' });
    expect(input).to.deep.include({ source: 'mine' });
    expect(input?.layout).to.deep.include({ idTag: 'ID', nameTag: 'N', encoding: 'latin1' });
    for (const encoding of ['klingon', 'base64', 'HEX']) {
      expect(await failureOf([at('b.sdf')], { encoding })).to.include({ code: 'BAD_OPTION' });
    }
  });
});
