import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { locateInputs } from '../../lib/sources/inputs.js';
import type { Input, SplitItem } from '../../lib/types.js';
import { InputReader, type ReadInputsOptions, type StartPoint } from '../../pipelines/read-inputs.js';

const START: StartPoint = { offset: 0, ordinal: 0, prefixHash: null, completed: false };

describe('the reader of inputs', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'molstream-reader-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function inputsOf(files: Record<string, string | Buffer>): Promise<Input[]> {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return locateInputs(Object.keys(files).map((name) => join(folder, name)));
  }
  const readerOf = (inputs: readonly Input[], options: Partial<ReadInputsOptions> = {}): InputReader =>
    new InputReader({ inputs, startOf: () => START, maxRecordBytes: 1_000_000, limit: 0, ...options });
  const lines = (n: number): string => 'CCCCO name\n'.repeat(n);

  it('knows the share that it has read of the bytes of all inputs', async () => {
    const inputs = await inputsOf({ 'a.smi': lines(20), 'b.smi': lines(10), 'c.smi': lines(10) });
    const reader = readerOf(inputs, {
      startOf: (input) => (input === inputs[0] ? { ...START, offset: input.sizeBytes!, completed: true } : START),
    });
    const seen: [string, number | null][] = [];
    expect(reader.share).to.equal(0);
    for await (const item of reader.items() as AsyncIterable<SplitItem>) {
      if (item.kind === 'end') seen.push([item.input.source, reader.share]);
    }
    expect(seen).to.deep.equal([
      ['b', 0.75],
      ['c', 1],
    ]);
    expect(reader.share).to.equal(1);
  });

  it('knows no share of a pipe, nor of what is empty', async () => {
    const stdin = new PassThrough();
    stdin.end(lines(1));
    const piped = await locateInputs(['-'], { source: 's' }, stdin);
    expect(readerOf([...(await inputsOf({ 'a.smi': lines(1) })), ...piped]).share).to.equal(null);
    expect(readerOf(await inputsOf({ 'empty.smi': '' })).share).to.equal(null);
  });

  it('begins no input behind one that fails', async () => {
    const whole = gzipSync(lines(10));
    const cut = whole.subarray(0, whole.length - 4);
    const inputs = await inputsOf({ 'a.smi.gz': cut, 'b.smi': `${'C'.repeat(cut.length - 1)}\n` });
    const reader = readerOf(inputs);
    const items = (await reader.items().toArray()) as SplitItem[];
    expect(items.map(({ input }) => input.source)).to.deep.equal(Array.from({ length: 10 }, () => 'a'));
    expect(reader.failure).to.include({ code: 'INPUT_TRUNCATED' });
    expect(reader).to.include({ stopped: false, share: 0.5 });
  });

  it('reads on when there is memory for it', async () => {
    let asked = 0;
    let free = (): void => {};
    const memory = new Promise<void>((resolve) => {
      free = resolve;
    });
    const ready = (): Promise<void> => {
      asked += 1;
      return memory;
    };
    const seen: SplitItem[] = [];
    const items = readerOf(await inputsOf({ 'a.smi': lines(1) }), { ready }).items();
    items.on('data', (item: SplitItem) => {
      seen.push(item);
    });
    while (asked === 0) await turn();
    for (let i = 0; i < 10; i += 1) await turn();
    expect(seen).to.deep.equal([]);
    free();
    await new Promise((resolve) => items.once('end', resolve));
    expect(seen).to.have.length(2);
  });

  it('holds of an input what hashes of later places need, and nothing once it is through', async () => {
    const inputs = await inputsOf({ 'a.smi': `C ${'x'.repeat(997)}\n`.repeat(2_000) });
    const [input] = inputs as [Input];
    const reader = readerOf(inputs);
    const end = ((await reader.items().toArray()) as SplitItem[]).at(-1)!.endOffset;
    expect(reader.hashAt(input, 1_500_000)).to.be.a('string');
    reader.release(input, end, false);
    expect(() => reader.hashAt(input, 1_500_000)).to.throw(RangeError);
    expect(reader.hashAt(input, end)).to.be.a('string');
    reader.release(input, end, true);
    expect(() => reader.hashAt(input, end)).to.throw(/^no bytes of .*a\.smi were read$/);
  });
});
