import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { InputError } from '../../../lib/errors.js';
import { locateInputs } from '../../../lib/sources/inputs.js';
import { type OpenInputOptions, openInput } from '../../../lib/sources/open-input.js';
import { asPlainText } from '../../../lib/sources/text-marks.js';
import { Trail } from '../../../lib/sources/trail.js';
import type { Input } from '../../../lib/types.js';
import { inputOf } from '../../support/records.js';

/** Has a name for each file that this process has open. */
const OPEN_FILES = '/dev/fd';
const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_, line) => `C${line} h\u00e9\n`).join(''));

let folder: string;

async function fileOf(bytes: Buffer, name = 'a.smi', encoding: string | null = null): Promise<Input> {
  const uri = join(folder, name);
  await writeFile(uri, bytes);
  return { ...inputOf({ format: 'smiles', encoding }, uri) };
}

async function readAll(input: Input, options: OpenInputOptions = {}): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of openInput(input, options)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function failureOf(work: Promise<unknown>): Promise<InputError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('It did not fail');
}

function sha(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hashOf(content: Buffer, offset: number): string {
  return `${sha(content.subarray(0, Math.min(offset, 1_048_576)))}:${sha(content.subarray(Math.max(0, offset - 65_536), offset))}`;
}

describe('openInput', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'molstream-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('tells that a file became shorter than it was found, with all that is left of it', async () => {
    for (const [name, encoding] of [
      ['a.smi', null],
      ['b.smi', 'utf-16le'],
    ] as const) {
      const input = { ...(await fileOf(CONTENT.subarray(0, 500_000), name, encoding)), sizeBytes: 600_000 };
      for (const startOffset of [0, 400_000]) {
        let damage: InputError | undefined;
        const found = await readAll(input, { startOffset, onDamage: (error) => (damage = error) });
        expect(damage).to.include({ code: 'INPUT_TRUNCATED', input: input.uri, offset: startOffset + found.length });
        expect((await failureOf(readAll(input, { startOffset }))).message).to.contain(
          '600000 bytes before, 500000 now',
        );
      }
      expect((await readAll({ ...input, sizeBytes: 400_000 })).length).to.be.at.least(500_000);
    }
  });

  it('gives the bytes of a file, plain or gzip, from any offset', async () => {
    for (const bytes of [CONTENT, gzipSync(CONTENT)]) {
      const input = await fileOf(bytes);
      for (const startOffset of [0, 1, 300_000, CONTENT.length - 1, CONTENT.length]) {
        const found = await readAll(input, { startOffset });
        expect(found.equals(CONTENT.subarray(startOffset)), `from ${startOffset}`).to.equal(true);
      }
    }
  });

  it('reads gzip of several members', async () => {
    const members = [CONTENT.subarray(0, 1000), Buffer.alloc(0), CONTENT.subarray(1000)];
    const input = await fileOf(Buffer.concat(members.map((member) => gzipSync(member))));
    expect((await readAll(input)).equals(CONTENT)).to.equal(true);
  });

  it('reads gzip that is padded with zeros, and fails where other data follow them', async () => {
    const packed = gzipSync(CONTENT);
    for (const zeros of [1, 512, 200_000]) {
      const padded = Buffer.concat([packed, Buffer.alloc(zeros)]);
      expect((await readAll(await fileOf(padded))).equals(CONTENT), `${zeros} zeros`).to.equal(true);
      let damage: InputError | undefined;
      const found = await readAll(await fileOf(Buffer.concat([padded, packed])), {
        onDamage: (error) => {
          damage = error;
        },
      });
      expect(damage).to.include({ code: 'INPUT_TRUNCATED', offset: CONTENT.length });
      expect(found.equals(CONTENT)).to.equal(true);
    }
  });

  it('drops a byte-order mark, and counts offsets from behind it', async () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), CONTENT]);
    for (const bytes of [marked, gzipSync(marked)]) {
      const input = await fileOf(bytes);
      expect((await readAll(input)).equals(CONTENT)).to.equal(true);
      expect((await readAll(input, { startOffset: 10 })).equals(CONTENT.subarray(10))).to.equal(true);
    }
  });

  it('gives UTF-16 as UTF-8, known by its mark or by the encoding', async () => {
    const text = CONTENT.subarray(0, 300_000);
    const little = Buffer.from(text.toString(), 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const [bytes, encoding] of [
      [Buffer.concat([Buffer.from([0xff, 0xfe]), little]), null],
      [Buffer.concat([Buffer.from([0xfe, 0xff]), big]), null],
      [gzipSync(Buffer.concat([Buffer.from([0xff, 0xfe]), little])), null],
      [little, 'utf-16le'],
      [big, 'utf-16be'],
    ] as const) {
      const input = await fileOf(bytes, 'a.smi', encoding);
      expect((await readAll(input)).equals(text)).to.equal(true);
      expect((await readAll(input, { startOffset: 1001 })).equals(text.subarray(1001))).to.equal(true);
    }
  });

  it('gives characters of two halves whole, however the bytes come', async () => {
    const text = 'CCO \u{1f600}\r\nCC \u{10ffff}\n';
    const little = Buffer.from(text, 'utf16le');
    for (const [bytes, encoding] of [
      [little, 'utf-16le'],
      [Buffer.from(little).swap16(), 'UTF_16BE'],
      [Buffer.concat([Buffer.from([0xff, 0xfe]), little]), null],
    ] as const) {
      const single = Array.from(bytes, (byte) => Buffer.from([byte]));
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        const pieces = cut === 0 ? single : [bytes.subarray(0, cut), bytes.subarray(cut)];
        let found = '';
        for await (const piece of asPlainText(Readable.from(pieces), encoding)) found += piece.toString();
        expect(found, `${encoding}, cut at ${cut}`).to.equal(text);
      }
    }
  });

  it('gives what stands before the end of a cut gzip file, then fails', async () => {
    const packed = gzipSync(CONTENT);
    for (const length of [11, 5000, packed.length >> 1, packed.length - 9, packed.length - 1]) {
      const input = await fileOf(packed.subarray(0, length));
      const chunks: Buffer[] = [];
      const error = await failureOf(
        (async () => {
          for await (const chunk of openInput(input)) chunks.push(chunk);
        })(),
      );
      const found = Buffer.concat(chunks);
      expect(error).to.include({ code: 'INPUT_TRUNCATED', input: input.uri, offset: found.length });
      expect(found.equals(CONTENT.subarray(0, found.length))).to.equal(true);
      if (length > packed.length - 10) expect(found.length).to.equal(CONTENT.length);
      if (length === packed.length >> 1) expect(found.length).to.be.greaterThan(CONTENT.length * 0.4);
    }
  });

  it('gives what stands before corrupt gzip data, then fails', async () => {
    const packed = gzipSync(CONTENT);
    for (const place of [20_000, packed.length >> 1, packed.length - 5]) {
      const broken = Buffer.from(packed);
      broken.fill(0xff, place);
      const cut = await readAll(await fileOf(packed.subarray(0, place)), { onDamage: () => {} });
      let damage: InputError | undefined;
      const found = await readAll(await fileOf(broken), {
        onDamage: (error) => {
          damage = error;
        },
      });
      expect(damage).to.include({ code: 'INPUT_TRUNCATED', offset: found.length });
      // As much as of a file that ends there, but for what the last whole byte before the damage holds.
      expect(found.length).to.be.at.least(cut.length - 300);
      expect(found.subarray(0, cut.length - 300).equals(CONTENT.subarray(0, cut.length - 300))).to.equal(true);
    }
  });

  it('fails for a file that is gone', async () => {
    const error = await failureOf(readAll(inputOf({}, join(folder, 'gone.sdf'))));
    expect(error.code).to.equal('INPUT_UNREADABLE');
  });

  it('closes what it reads when it is left early', async () => {
    const pipe = new PassThrough();
    pipe.write('CCO\nCCC\n');
    const [input] = await locateInputs(['-'], { source: 's', format: 'smiles' }, endOnce(pipe));
    const stream = openInput(input as Input);
    stream.destroy();
    await new Promise((resolve) => stream.once('close', resolve));
    expect(pipe.destroyed).to.equal(true);
  });

  it('leaves no file open, at its end, on an error or left early', async () => {
    const packed = gzipSync(CONTENT);
    for (const bytes of [CONTENT, packed, packed.subarray(0, 5000)]) {
      const path = (await fileOf(bytes)).uri;
      const before = readdirSync(OPEN_FILES).length;
      const [input] = (await locateInputs([path])) as [Input];
      for (const startOffset of [0, 300_000]) {
        await readAll(input, { startOffset }).catch(() => {});
        await openInput(input, { startOffset })
          .take(1)
          .toArray()
          .catch(() => {});
      }
      // Who is told that a stream is closed may be told before the file is.
      while (readdirSync(OPEN_FILES).length > before) await turn();
    }
  });

  it('tells a trail what a checkpoint needs', async () => {
    for (const bytes of [CONTENT, gzipSync(CONTENT)]) {
      const input = await fileOf(bytes);
      for (const startOffset of [0, 500, 1_500_000]) {
        const trail = new Trail();
        await readAll(input, { startOffset, trail });
        for (const offset of [startOffset, startOffset + 7, CONTENT.length - 100_000, CONTENT.length]) {
          expect(trail.hashAt(offset), `${offset} from ${startOffset}`).to.equal(hashOf(CONTENT, offset));
        }
      }
    }
  });

  it('refuses to go on in an input that is another one', async () => {
    const prefixHash = hashOf(CONTENT, 300_000);
    const other = Buffer.from(CONTENT);
    other[299_999] = 0x20;
    for (const pack of [(bytes: Buffer) => bytes, gzipSync]) {
      const same = await fileOf(pack(CONTENT));
      expect((await readAll(same, { startOffset: 300_000, prefixHash })).length).to.equal(CONTENT.length - 300_000);
      for (const bytes of [other, CONTENT.subarray(0, 200_000)]) {
        const error = await failureOf(readAll(await fileOf(pack(bytes)), { startOffset: 300_000, prefixHash }));
        expect(error.code).to.equal('INPUT_CHANGED');
      }
    }
  });
});

describe('openInput of stdin', () => {
  it('gives what was read to recognise it, and the rest', async () => {
    for (const bytes of [CONTENT, gzipSync(CONTENT)]) {
      const pieces = [
        bytes.subarray(0, 3),
        bytes.subarray(3, 100),
        bytes.subarray(100, 500_000),
        bytes.subarray(500_000),
      ];
      const [input] = await locateInputs(['-'], { source: 's', format: 'smiles' }, Readable.from(pieces));
      expect((await readAll(input as Input)).equals(CONTENT)).to.equal(true);
    }
  });

  it('gives a short stdin whole, and only once', async () => {
    const [input] = await locateInputs(['-'], { source: 's' }, Readable.from([Buffer.from('CCO a\nCCC b\n')]));
    expect(input).to.include({ uri: 'stdin:s', source: 's', sizeBytes: null });
    expect((await readAll(input as Input)).toString()).to.equal('CCO a\nCCC b\n');
    expect((await failureOf(readAll(input as Input))).code).to.equal('INPUT_UNREADABLE');
  });

  it('goes on at an offset of what is fed again', async () => {
    const prefixHash = hashOf(CONTENT, 1000);
    const [input] = await locateInputs(['-'], { source: 's', format: 'smiles' }, Readable.from([CONTENT]));
    const found = await readAll(input as Input, { startOffset: 1000, prefixHash });
    expect(found.equals(CONTENT.subarray(1000))).to.equal(true);
  });

  it('gives an empty stdin', async () => {
    const [input] = await locateInputs(['-'], { source: 's' }, Readable.from([]));
    expect((await readAll(input as Input)).length).to.equal(0);
  });
});

/** The pipe itself, with enough in it to be recognised, though it never ends. */
function endOnce(pipe: PassThrough): PassThrough {
  pipe.write(Buffer.alloc(300_000, 'CCO a\n'));
  return pipe;
}
