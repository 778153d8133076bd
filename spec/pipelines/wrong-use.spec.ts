/** What JavaScript lets through: each wrong use of the package is refused by the name of what is wrong. */
import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { OptionError, UsageError } from '../../lib/errors.js';
import * as molstream from '../../pipelines/index.js';
import { inputOf } from '../support/records.js';

type Refused = [option: string, ...args: unknown[]];

const input = inputOf();
const sizer = molstream.createSizer('fixed');
const source = Readable.from([1]);
const work = (items: readonly unknown[]) => items;
const task = { operation: 'o', dataSource: 'd', process: work };
const manager = new molstream.BatchManager();
const knex = Object.assign(() => undefined, { raw: work, transaction: work });

const functions: Record<string, Refused[]> = {
  importMolecules: [
    ['options'],
    ['options', null],
    ['options', 'a.sdf'],
    ['inputs', { inputs: 'a.sdf' }],
    ['inputs', { inputs: [3] }],
    ['inputs', { inputs: [''] }],
    ['to', { inputs: ['a.sdf'], to: null }],
    ['to', { inputs: ['a.sdf'], to: ':memory:' }],
    ['batchsize', { inputs: ['a.sdf'], batchsize: 5 }],
    ['descriptors', { inputs: ['a.sdf'], descriptors: null }],
    ['dryRun', { inputs: ['a.sdf'], dryRun: 'no' }],
    ['memoryLimit', { inputs: ['a.sdf'], memoryLimit: null }],
    ['maxRecordBytes', { inputs: ['a.sdf'], maxRecordBytes: 10n }],
    ['id', { inputs: ['a.sdf'], id: 3 }],
    ['rejects', { inputs: ['a.sdf'], rejects: ['a.sdf'] }],
    ['schema', { inputs: ['a.sdf'], schema: null }],
    ['hooks', { inputs: ['a.sdf'] }, null],
    ['signal', { inputs: ['a.sdf'] }, { signal: {} }],
    ['stages', { inputs: ['a.sdf'] }, { stages: [] }],
    ['pool', { inputs: ['a.sdf'] }, { pool: {} }],
    ['logger', { inputs: ['a.sdf'] }, { logger: {} }],
    ['onBegin', { inputs: ['a.sdf'] }, { onBegin: 3 }],
    ['onProgress', { inputs: ['a.sdf'] }, { onProgress: 3 }],
    ['stdin', { inputs: ['-'], source: 's' }, { stdin: 'CCO' }],
  ],
  locateInputs: [
    ['inputs'],
    ['inputs', 'a.sdf'],
    ['options', ['a.sdf'], null],
    ['format', ['a.sdf'], { format: 'pdb' }],
    ['id', ['a.sdf'], { id: 3 }],
  ],
  openInput: [['input'], ['input', 'a.sdf'], ['options', input, null], ['startOffset', input, { startOffset: -1 }]],
  splitRecords: [
    ['options'],
    ['input', {}],
    ['input', { input: 'a.sdf' }],
    ['maxRecordBytes', { input, maxRecordBytes: 0 }],
  ],
  matchKnown: [
    ['lookup', {}],
    ['blockRows', { lookup: work, blockRows: 0 }],
  ],
  describe: [
    ['options', null],
    ['pool', { pool: {} }],
    ['standardize', { standardize: 'all' }],
    ['trustTags', { trustTags: 'no' }],
    ['workers', { workers: null }],
    ['sizer', { sizer: 'adaptive' }],
    ['memoryLimit', { memoryLimit: 1_000 }],
  ],
  batch: [['options'], ['sizer', {}], ['sizer', { sizer: 'adaptive' }], ['sizeOf', { sizer, sizeOf: 3 }]],
  knexSink: [
    ['options'],
    ['knex', {}],
    ['table', { knex, toRow: work }],
    ['toRow', { knex, table: 't' }],
    ['ledger', { ledger: {} }],
  ],
  ndjsonSink: [['target'], ['target', {}]],
  csvSink: [['target', null]],
  sdfSink: [['target', 3]],
  rejectsSink: [['path'], ['options', 'a.ndjson', null]],
  processInBatches: [['work'], ['work', './work.js'], ['options', work, null], ['sizer', work, { sizer: 3 }]],
  createSizer: [['kind'], ['options', 'fixed', null]],
  limitByMemory: [['sizer']],
  compose: [['source'], ['source', [1]], ['stages', source, 3]],
  openStore: [['to'], ['options', 'a.sqlite', null], ['poolMax', 'a.sqlite', { poolMax: 1 }], ['to', ':memory:']],
  openLedger: [
    ['options', null],
    ['inputs', null, {}],
  ],
  readStatus: [['store'], ['store', 'a.sqlite']],
  readHistory: [['store', {}]],
  verifyInputs: [['store', null, []]],
};

const classes: Record<string, Refused[]> = {
  DescribePool: [
    ['options', null],
    ['maxInstanceBytes', { maxInstanceBytes: -1 }],
  ],
  BatchManager: [
    ['options', null],
    ['workers', { workers: '2' }],
  ],
  ResourceMonitor: [['options'], ['usage', { limitBytes: 1 }]],
  StatisticsBook: [['now']],
};

async function refusalOf(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

describe('wrong use of the package', () => {
  const callable = molstream as unknown as Record<string, (...args: unknown[]) => unknown>;
  const constructible = molstream as unknown as Record<string, new (...args: unknown[]) => unknown>;
  const calls: [string, Refused[], (name: string, args: unknown[]) => unknown][] = [
    ...Object.entries(functions).map(
      ([name, refused]) => [name, refused, (_: string, args: unknown[]) => callable[name]!(...args)] as never,
    ),
    ...Object.entries(classes).map(
      ([name, refused]) => [name, refused, (_: string, args: unknown[]) => new constructible[name]!(...args)] as never,
    ),
    [
      'BatchManager.process',
      [
        ['items', undefined, task],
        ['options', [1]],
        ['process', [1], { ...task, process: 'x' }],
        ['operation', [1], { process: work }],
        ['signal', [1], { ...task, signal: 0 }],
      ],
      (_, args) => (manager.process as (...args: unknown[]) => unknown).apply(manager, args),
    ],
  ];
  for (const [name, refused, call] of calls) {
    it(`is refused by ${name}`, async () => {
      for (const [option, ...args] of refused) {
        const error = await refusalOf(() => call(name, args));
        expect(error, `${option} of ${args.length} arguments`).to.be.instanceOf(OptionError);
        expect(error).to.include({ code: 'BAD_OPTION', option });
      }
    });
  }

  it('leaves no file behind', () => {
    expect(existsSync(':memory:')).to.equal(false);
    expect(existsSync('a.sqlite')).to.equal(false);
  });

  for (const stage of [molstream.describe(), molstream.matchKnown({ lookup: async () => [] })]) {
    it(`is refused by ${stage.constructor.name} where bytes come instead of records`, async () => {
      const error = await refusalOf(() =>
        Readable.from([Buffer.from('C')])
          .pipe(stage)
          .toArray(),
      );
      expect(error).to.be.instanceOf(UsageError).with.property('message').that.includes('splitRecords()');
    });
  }

  it('is refused by knexSink where items come instead of chunks', async () => {
    const sink = molstream.knexSink({ knex: knex as never, table: 't', toRow: () => null });
    const error = await new Promise((resolve) => sink.on('error', resolve).write({ a: 1 }));
    expect(error).to.be.instanceOf(UsageError).with.property('message').that.includes('batch()');
  });

  it('shows what was given, but nothing of what an object holds', () => {
    const settings = { url: 'postgres://me:secret@db' };
    expect(() => molstream.createSizer('fixed', { maxRows: settings as never })).to.throw('not [Object]');
    expect(() => molstream.createSizer('fixed', { maxRows: 10n as never })).to.throw('not 10n');
    expect(() => molstream.createSizer('fixed', { maxRows: (() => 1) as never })).to.throw('not [Function: maxRows]');
  });
});
