import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { Trail } from '../../lib/sources/trail.js';
import type { Input, SplitItem } from '../../lib/types.js';
import { type SplitRecordsOptions, splitRecords } from '../../transforms/split-records.js';
import { csvLayout, entry, inputOf, molblock } from '../support/records.js';
import { sharedFile } from '../support/shared-data.js';

const SAMPLE = 'spec/fixtures/sample.sdf';

function chunksOf(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

async function itemsOf(bytes: Buffer, options: SplitRecordsOptions, size = 65_536): Promise<SplitItem[]> {
  const items: SplitItem[] = [];
  await pipeline(
    Readable.from(chunksOf(bytes, size)),
    splitRecords(options),
    async (stream: AsyncIterable<SplitItem>) => {
      for await (const item of stream) items.push(item);
    },
  );
  return items;
}

/** What everybody would write first: right for files in which nothing is odd. */
function naiveEntries(content: string): string[] {
  return content.split('$$$$\n').slice(0, -1);
}

function rawOf(item: SplitItem): string {
  return item.kind === 'end' ? '' : Buffer.from(item.raw).toString('latin1');
}

describe('splitRecords', () => {
  const input: Input = inputOf();

  it('gives records with ordinal, place and identity, and one end', async () => {
    const content = Buffer.from(`${entry('A')}$$$$\n${molblock('b')}`);
    const items = await itemsOf(content, { input });
    const second = entry('A').length + 5;
    expect(
      items.map(({ kind, ordinal, byteOffset, endOffset }) => [kind, ordinal, byteOffset, endOffset]),
    ).to.deep.equal([
      ['record', 0, 0, second],
      ['record', 1, second, content.length],
      ['end', 2, content.length, content.length],
    ]);
    expect(items[0]).to.include({ externalId: 'A', recordKey: 'A', input, layout: input.layout, fields: null });
  });

  it('gives rejections of what it cannot read', async () => {
    const [record, rejection, end] = await itemsOf(Buffer.from(`${entry('A')}$$$$\n${molblock('b').slice(0, 80)}`), {
      input,
    });
    expect(record).to.include({ kind: 'record' });
    expect(rejection).to.include({ kind: 'rejection', stage: 'read', code: 'TRUNCATED', ordinal: 1 });
    expect(end).to.include({ kind: 'end', ordinal: 2 });
  });

  it('goes on where an earlier execution stopped', async () => {
    const content = Buffer.from(['A', 'B', 'C'].map((id) => `${entry(id)}$$$$\n`).join(''));
    const all = await itemsOf(content, { input });
    const startOffset = all[0]?.endOffset as number;
    const rest = await itemsOf(content.subarray(startOffset), { input, startOffset, startOrdinal: 1 });
    expect(rest).to.deep.equal(all.slice(1));
  });

  it('passes over the header row, also on going on from its start', async () => {
    const layout = csvLayout(['smiles', 'name'], { headerBytes: 12 });
    const table = inputOf(layout);
    const content = Buffer.from('smiles,name\nC,a\nCC,b\n');
    for (const size of [1, 5, 12, 100]) {
      const items = await itemsOf(content, { input: table }, size);
      expect(items.map(rawOf)).to.deep.equal(['C,a', 'CC,b', '']);
      expect(items.map(({ byteOffset }) => byteOffset)).to.deep.equal([12, 16, 21]);
    }
    const rest = await itemsOf(content.subarray(16), { input: table, startOffset: 16, startOrdinal: 1 });
    expect(rest.map(({ ordinal }) => ordinal)).to.deep.equal([1, 2]);
  });

  it('keeps back the last record and the end where the bytes were cut by damage', async () => {
    const content = Buffer.from(`${entry('A')}$$$$\n${molblock('b')}`);
    const items = await itemsOf(content, { input, isWhole: () => false });
    expect(items.map(({ kind }) => kind)).to.deep.equal(['record']);
  });

  it('warns of records that lack the id that they are to be known by', async () => {
    const layout = csvLayout(['smiles', 'id'], { idTag: 'id' });
    const items = await itemsOf(Buffer.from('CCO,7\nCCN, \nCCC\n'), { input: inputOf(layout) });
    expect(items.map((item) => ('warnings' in item ? item.warnings.map(({ code }) => code) : null))).to.deep.equal([
      [],
      ['ID_MISSING'],
      [],
      null,
    ]);
    expect(items[1]).to.include({ kind: 'record', externalId: null });
  });

  it('ends an empty input', async () => {
    expect((await itemsOf(Buffer.alloc(0), { input })).map(({ kind }) => kind)).to.deep.equal(['end']);
  });

  it('stops giving out when nobody reads', async () => {
    const content = Buffer.from('CCO\n'.repeat(10_000));
    const stream = splitRecords({ input: inputOf({ format: 'smiles', columns: ['column1'] }) });
    stream.write(content);
    await new Promise(setImmediate);
    expect(stream.readableLength).to.be.at.most(1);
    stream.end();
    let count = 0;
    for await (const _ of stream) count += 1;
    expect(count).to.equal(10_001);
  });

  it('gives the same records of the sample for any size of pieces', async () => {
    const content = await readFile(SAMPLE);
    const sample = inputOf({ idTag: 'COMPOUND_ID' });
    const whole = await itemsOf(content, { input: sample });
    expect(whole).to.have.length(320);
    expect(whole.filter((item) => item.kind === 'record' && item.warnings.length > 0)).to.have.length(1);
    for (const size of [1009, 4096, 10_007]) {
      const items = await itemsOf(content, { input: sample }, size);
      expect(items.map(rawOf)).to.deep.equal(whole.map(rawOf));
    }
  });

  it('splits an ordinary file as a naive reader does, at every boundary', async () => {
    const content = (await readFile(SAMPLE)).toString('latin1');
    // From the fourth entry on, three ordinary ones.
    const ordinary = content
      .split('$$$$\n')
      .slice(5, 7)
      .map((text) => `${text}$$$$\n`)
      .join('');
    const wanted = naiveEntries(ordinary);
    const bytes = Buffer.from(ordinary, 'latin1');
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const stream = splitRecords({ input });
      const items: SplitItem[] = [];
      stream.on('data', (item: SplitItem) => items.push(item));
      stream.write(bytes.subarray(0, cut));
      stream.end(bytes.subarray(cut));
      await new Promise((resolve) => stream.once('end', resolve));
      expect(items.map(rawOf)).to.deep.equal([...wanted, '']);
    }
  });

  it('splits real files as a naive reader does', async function () {
    for (const name of ['perf/rdkit/solubility.train.sdf', 'variety/Indigo/Compound_0000001_0000250.sdf.gz']) {
      const file = await readFile(sharedFile(this, name));
      const bytes = name.endsWith('.gz') ? gunzipSync(file) : file;
      for (const size of [997, 65_536]) {
        const items = await itemsOf(bytes, { input }, size);
        expect(items.slice(0, -1).map(rawOf)).to.deep.equal(naiveEntries(bytes.toString('latin1')));
      }
    }
  });

  it('holds no more than its bound of a value of 200 MB', async function () {
    this.timeout(60_000);
    const megabyte = Buffer.alloc(1_000_000, `${'x'.repeat(99)}\n`);
    async function* content(): AsyncGenerator<Buffer> {
      yield Buffer.from(`${entry('A')}$$$$\n${molblock('b')}> <LONG>\n`);
      for (let count = 0; count < 200; count += 1) yield megabyte;
      yield Buffer.from(`\n$$$$\n${entry('C')}$$$$\n`);
    }
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const codes: unknown[] = [];
    await pipeline(content, splitRecords({ input }), async (items: AsyncIterable<SplitItem>) => {
      for await (const item of items) {
        most = Math.max(most, process.memoryUsage().arrayBuffers - before);
        codes.push(item.kind === 'rejection' ? item.code : item.kind);
      }
    });
    expect(codes).to.deep.equal(['record', 'RECORD_TOO_LARGE', 'record', 'end']);
    expect(most).to.be.lessThan(120_000_000);
  });

  it('lets a trail forget what stands between the ends of records', async () => {
    const long = Buffer.alloc(400_000, 'C');
    const comments = Buffer.alloc(400_000, '# nothing\n');
    const smiles = { format: 'smiles', columns: ['smiles', 'name'], smilesColumn: 'smiles', idTag: null } as const;
    const csv = { ...smiles, format: 'csv', delimiter: ',' } as const;
    const A = Buffer.from('CCO,a\n');
    for (const [layout, ...parts] of [
      [smiles, A, long, Buffer.from('\n'), A],
      [smiles, A, comments, A],
      [csv, A, long, Buffer.from('\n'), A],
      [csv, A, comments, A],
      [{}, Buffer.from(`${entry('A')}$$$$\n${molblock('b')}`), long, Buffer.from(`\n$$$$\n${entry('C')}$$$$\n`)],
    ] as const) {
      const bytes = Buffer.concat(parts);
      const whole = new Trail();
      whole.add(0, bytes);
      const trail = new Trail();
      async function* content(): AsyncGenerator<Buffer> {
        for (let from = 0; from < bytes.length; from += 10_000) {
          const chunk = bytes.subarray(from, from + 10_000);
          trail.add(from, chunk);
          yield chunk;
        }
      }
      let ends = 0;
      const splitter = splitRecords({ input: inputOf(layout), maxRecordBytes: 100_000, trail });
      await pipeline(content, splitter, async (items: AsyncIterable<SplitItem>) => {
        for await (const { endOffset } of items) {
          expect(trail.hashAt(endOffset)).to.equal(whole.hashAt(endOffset));
          ends += 1;
        }
      });
      expect(ends).to.be.within(3, 4);
      expect(trail.hashAt(bytes.length)).to.equal(whole.hashAt(bytes.length));
      expect(() => trail.hashAt(250_000)).to.throw(RangeError, '250000');
    }
  });
});
