import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { DESCRIPTOR_COLUMNS } from '../../lib/chemistry/columns.js';
import { MolstreamError } from '../../lib/errors.js';
import { readTags } from '../../lib/formats/tags.js';
import type { Item, Molecule } from '../../lib/types.js';
import { csvSink } from '../../sinks/csv.js';
import { ndjsonSink } from '../../sinks/ndjson.js';
import { sdfSink } from '../../sinks/sdf.js';
import { ndjsonLines } from '../../transforms/to-ndjson.js';
import { entry, inputOf, split } from '../support/records.js';

const input = inputOf();

function moleculeOf(id: string, format: 'sdf' | 'smiles' = 'sdf'): Molecule {
  return {
    kind: 'molecule',
    input: format === 'sdf' ? input : inputOf({ format, columns: ['column1'] }),
    ordinal: 0,
    byteOffset: 0,
    endOffset: 100,
    raw: Buffer.from(format === 'sdf' ? entry(id) : 'C'),
    contentHash: 'ab',
    externalId: id,
    recordKey: id,
    name: 'a "name", with\nlines',
    structureKey: 'VNWKTOKETHGBQD-UHFFFAOYSA-N',
    inchi: 'InChI=1S/CH4/h1H4',
    inchikey: 'VNWKTOKETHGBQD-UHFFFAOYSA-N',
    canonicalSmiles: 'C',
    formula: 'CH4',
    formalCharge: 0,
    heavyAtoms: 1,
    descriptors: Float64Array.from(DESCRIPTOR_COLUMNS, (_, index) => index + 0.5),
    morganFp: new Uint8Array([1, 2]),
    tagsJson: '{"b":"x","7":["y","z"]}',
    warnings: [{ code: 'INCHI_FAILED' }],
  };
}

const items: Item[] = [
  moleculeOf('A'),
  { kind: 'end', input, ordinal: 1, byteOffset: 9, endOffset: 9 },
  { ...moleculeOf('B'), descriptors: null, morganFp: null },
];

let folder: string;

describe('sinks of text', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'molstream-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('write molecules as NDJSON, tags in their order', async () => {
    const path = join(folder, 'a.ndjson');
    await pipeline(items, ndjsonSink(path));
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines).to.have.length(2);
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect(first).to.include({
      source: 'some',
      external_id: 'A',
      canonical_smiles: 'C',
      formal_charge: 0,
      morgan_fp: 'AQI=',
    });
    expect(first).to.include({ exact_mass: 0.5, phi: 42.5 });
    expect(second).to.include({ exact_mass: null, morgan_fp: null });
    expect(first.warnings).to.deep.equal([{ code: 'INCHI_FAILED' }]);
    const tags = /"tags":(\{[^}]*\})/.exec(lines[0] as string)?.[1] as string;
    expect(readTags(tags)).to.deep.equal([
      ['b', 'x'],
      ['7', ['y', 'z']],
    ]);
  });

  it('write the same lines through gzip', async () => {
    const path = join(folder, 'a.ndjson.gz');
    await pipeline(Readable.from(items), ndjsonLines(), createGzip(), createWriteStream(path));
    const plain = join(folder, 'a.ndjson');
    await pipeline(items, ndjsonSink(plain));
    expect(gunzipSync(await readFile(path)).toString()).to.equal(await readFile(plain, 'utf8'));
  });

  it('write molecules as csv below a header', async () => {
    const path = join(folder, 'a.csv');
    await pipeline(items, csvSink(path));
    const rows: Record<string, string>[] = parse(await readFile(path), { columns: true });
    expect(rows.map((row) => [row.record_key, row.name, row.tpsa, row.tags])).to.deep.equal([
      ['A', 'a "name", with\nlines', '25.5', '{"b":"x","7":["y","z"]}'],
      ['B', 'a "name", with\nlines', '', '{"b":"x","7":["y","z"]}'],
    ]);
  });

  it('write molecules as the SDF that they were', async () => {
    const path = join(folder, 'a.sdf');
    await pipeline(items, sdfSink(path));
    const slices = split(await readFile(path));
    expect(slices.map(({ raw }) => Buffer.from(raw).toString())).to.deep.equal([entry('A'), entry('B')]);
  });

  it('refuse what was not read from SDF', async () => {
    const failure = await pipeline([moleculeOf('A', 'smiles')], sdfSink(join(folder, 'a.sdf'))).catch((error) => error);
    expect(failure).to.be.instanceOf(MolstreamError).with.property('code', 'OUTPUT_FAILED');
  });

  it('fill another stream, wait for it, and end it', async () => {
    const target = new PassThrough({ highWaterMark: 10 });
    const text = (async () => {
      let all = '';
      for await (const chunk of target) all += chunk;
      return all;
    })();
    await pipeline(items, ndjsonSink(target));
    expect((await text).split('\n')).to.have.length(3);
  });

  it('fail with their target', async () => {
    const failure = await pipeline(items, ndjsonSink(join(folder, 'no/folder/a'))).catch((error) => error);
    expect(failure).to.be.instanceOf(MolstreamError).with.property('code', 'OUTPUT_FAILED');
  });

  const ended = (): PassThrough => new PassThrough().resume().end();
  const targets: [string, () => PassThrough][] = [
    ['that closes without a word', () => destroyedSoon(new PassThrough())],
    ['that was closed before', () => new PassThrough().destroy()],
    ['that another ends', ended],
  ];
  for (const [name, target] of targets) {
    it(`fail with a target ${name}`, async () => {
      const many = Readable.from(Array.from({ length: 1_000 }, () => moleculeOf('A')));
      const failure = await pipeline(many, ndjsonSink(target())).catch((error) => error);
      expect(failure).to.be.instanceOf(MolstreamError).with.property('code', 'OUTPUT_FAILED');
    });
  }

  it('destroy their target when they are destroyed before their end', async () => {
    const target = new PassThrough();
    const sink = ndjsonSink(target);
    sink.write(moleculeOf('A'));
    sink.destroy();
    await once(sink, 'close');
    expect(target.destroyed).to.equal(true);
  });
});

function destroyedSoon(stream: PassThrough): PassThrough {
  stream.once('data', () => stream.destroy());
  return stream;
}
