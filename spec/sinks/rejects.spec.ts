import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import { MolstreamError } from '../../lib/errors.js';
import { readRecord } from '../../lib/formats/read-record.js';
import { locateInputs } from '../../lib/sources/inputs.js';
import { openInput } from '../../lib/sources/open-input.js';
import type { Input, Rejection, SplitItem } from '../../lib/types.js';
import { rejectsSink } from '../../sinks/rejects.js';
import { splitRecords } from '../../transforms/split-records.js';
import { entry, molblock } from '../support/records.js';

let folder: string;

function at(name: string): string {
  return join(folder, name);
}

/** The rejections of an input, as the stages of reading and describing make them, without a toolkit. */
async function rejectionsOf(path: string, maxRecordBytes = 5_000, smiles: string | null = null): Promise<Rejection[]> {
  const [input] = (await locateInputs([path], { smiles })) as [Input];
  const rejections: Rejection[] = [];
  await pipeline(openInput(input), splitRecords({ input, maxRecordBytes }), async (items: AsyncIterable<SplitItem>) => {
    for await (const item of items) {
      if (item.kind === 'rejection') rejections.push(item);
      if (item.kind !== 'record') continue;
      const parsed = readRecord(item.layout, item.raw, item.fields);
      if (!('code' in parsed)) continue;
      const { fields: _, ...place } = item;
      rejections.push({ ...place, kind: 'rejection', stage: 'describe', code: parsed.code, message: parsed.message });
    }
  });
  return rejections;
}

function essence({ stage, code, message, raw, externalId, contentHash }: Rejection): unknown[] {
  return [stage, code, message, Buffer.from(raw).toString('hex'), externalId, contentHash];
}

async function write(path: string, rejections: readonly Rejection[], append = false): Promise<void> {
  await pipeline(rejections, append ? rejectsSink(path, { append }) : rejectsSink(path));
}

describe('rejectsSink', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'molstream-'));
    const counts = entry('B').replace('  1  0', ' ab  0');
    const latin = Buffer.from(`${molblock('b').replace('M  END\n', '')}> <ID>\n\xe9\0\n\n`, 'latin1');
    const parts = [
      `${entry('A')}$$$$\n${counts}$$$$\n`,
      latin,
      `$$$$\n${molblock('l')}> <X>\n${'x'.repeat(6000)}\n\n$$$$\n`,
    ];
    await writeFile(
      at('a.sdf'),
      Buffer.concat([...parts.map((part) => Buffer.from(part)), Buffer.from(molblock('cut').slice(0, 90))]),
    );
    await writeFile(at('b.csv'), 'smiles,name\nCCO,a\nCCC\n,"b, c"\nCC,"x\nC\u00d6,y\n');
    await writeFile(at('c.smi'), 'CCO a\nC\u00d6 b\nCCC c\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes NDJSON that gives the same rejections again, byte for byte', async () => {
    for (const [name, codes] of [
      ['a.sdf', ['PARSE_FAILED', 'MOLBLOCK_UNTERMINATED', 'RECORD_TOO_LARGE', 'TRUNCATED']],
      ['b.csv', ['ROW_SHAPE', 'NO_STRUCTURE', 'ROW_QUOTE', 'SMILES_SYNTAX']],
      ['c.smi', ['SMILES_SYNTAX']],
    ] as const) {
      const rejections = await rejectionsOf(at(name));
      expect(rejections.map(({ code }) => code)).to.deep.equal(codes);
      await write(at('r.ndjson'), rejections);
      const again = await rejectionsOf(at('r.ndjson'));
      expect(again.map(essence)).to.deep.equal(rejections.map(essence));
      // And once more, from what was carried.
      await write(at('s.ndjson'), again);
      expect((await rejectionsOf(at('s.ndjson'))).map(essence)).to.deep.equal(rejections.map(essence));
    }
  });

  it('takes the source of what it carries', async () => {
    await write(at('r.ndjson'), await rejectionsOf(at('c.smi')));
    const [input] = await locateInputs([at('r.ndjson')]);
    expect(input).to.include({ source: 'c' });
    expect(input?.layout.format).to.equal('rejects');
  });

  it('rejects lines that it did not write', async () => {
    await write(at('r.ndjson'), await rejectionsOf(at('c.smi')));
    await appendFile(at('r.ndjson'), '{"raw":"AA=="}\nnonsense\n');
    expect((await rejectionsOf(at('r.ndjson'))).map(({ code }) => code)).to.deep.equal([
      'SMILES_SYNTAX',
      'PARSE_FAILED',
      'PARSE_FAILED',
    ]);
  });

  it('writes SDF with the reason, which reading takes off again', async () => {
    const rejections = await rejectionsOf(at('a.sdf'));
    const sink = rejectsSink(at('r.sdf'));
    await pipeline([...rejections, ...(await rejectionsOf(at('c.smi')))], sink);
    expect(sink.skipped).to.equal(2);
    const text = await readFile(at('r.sdf'), 'latin1');
    expect(text).to.include(
      '>  <REJECT_CODE>\nPARSE_FAILED\n\n>  <REJECT_STAGE>\ndescribe\n\n>  <REJECT_MESSAGE>\nThe counts',
    );
    const again = await rejectionsOf(at('r.sdf'));
    expect(again.map(({ contentHash }) => contentHash)).to.deep.equal(
      rejections.filter(({ code }) => code !== 'RECORD_TOO_LARGE').map(({ contentHash }) => contentHash),
    );
    expect(Buffer.from(again[0]?.raw ?? []).equals(Buffer.from(rejections[0]?.raw ?? []))).to.equal(true);
  });

  it('has each rejection in the file when write returns', async () => {
    const rejections = await rejectionsOf(at('b.csv'));
    const sink = rejectsSink(at('r.ndjson'));
    let size = 0;
    for (const rejection of rejections) {
      sink.write(rejection);
      const { size: now } = await stat(at('r.ndjson'));
      expect(now).to.be.greaterThan(size);
      size = now;
    }
    sink.end();
    await new Promise((resolve) => sink.once('close', resolve));
  });

  it('goes on behind what is finished in the file', async () => {
    const rejections = await rejectionsOf(at('a.sdf'));
    const [first, ...others] = rejections.filter(({ code }) => code !== 'RECORD_TOO_LARGE');
    for (const name of ['r.ndjson', 'r.sdf']) {
      await write(at(name), [first as Rejection, ...others]);
      const whole = await readFile(at(name));
      await write(at(name), [first as Rejection]);
      await appendFile(at(name), whole.subarray((await stat(at(name))).size).subarray(0, 50));
      await write(at(name), others, true);
      expect((await readFile(at(name))).equals(whole), name).to.equal(true);
    }
    await writeFile(at('torn.ndjson'), 'torn');
    await write(at('torn.ndjson'), [first as Rejection], true);
    expect((await rejectionsOf(at('torn.ndjson'))).length).to.equal(1);
  });

  (existsSync('/dev/full') ? it : () => {})('says that there is no room for what it writes', async () => {
    const [rejection] = (await rejectionsOf(at('a.sdf'))) as [Rejection];
    const error = await write('/dev/full', [rejection]).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'OUTPUT_FAILED' });
    expect((error as Error).message).to.match(/^\/dev\/full: cannot be written \(.*ENOSPC/);
  });

  it('says which file it cannot write', () => {
    expect(() => rejectsSink(at('no/folder/r.ndjson')))
      .to.throw(MolstreamError, /no\/folder\/r.ndjson/)
      .with.property('code', 'OUTPUT_FAILED');
  });
});
