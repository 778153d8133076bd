import { getEventListeners, once } from 'node:events';
import fs, { existsSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { MolstreamError } from '../../lib/errors.js';
import type { ImportOptions } from '../../lib/options.js';
import { readHistory } from '../../lib/store/history.js';
import { openExistingStore, openStore } from '../../lib/store/open-store.js';
import type { Item } from '../../lib/types.js';
import type { ImportHooks } from '../../pipelines/execution.js';
import { ImportFailed } from '../../pipelines/import-failed.js';
import type { ImportProgress, ImportSummary } from '../../pipelines/summary.js';
import { contentOf, withDatabase } from '../support/database-rows.js';
import { importing } from '../support/importing.js';
import { KINDS } from '../support/stores.js';

const sample = fileURLToPath(new URL('../../../spec/fixtures/sample.sdf', import.meta.url));

const account = (summary: ImportSummary): number =>
  summary.inserted + summary.updated + summary.unchanged + summary.skipped + summary.rejected;

/** `n` different alkanols and amines; every tenth line cannot be read. */
function smiles(n: number): string {
  return Array.from({ length: n }, (_, i) => {
    if (i % 10 === 9) return `C1CC no-ring-${i}`;
    return `${'C'.repeat(1 + (i % 40))}${i < 40 ? 'O' : 'N'}${'C'.repeat(Math.floor(i / 40))} m${i}`;
  })
    .map((line) => `${line}\n`)
    .join('');
}

for (const kind of KINDS) {
  describe(`importMolecules into ${kind}`, function () {
    this.timeout(60_000);
    const at = importing(kind);
    const { file, run, freshTarget } = at;
    const failure = async (work: Promise<unknown>): Promise<ImportFailed> => {
      const error = await work.then(
        () => new Error('it did not fail'),
        (reason: Error) => reason,
      );
      expect(error).to.be.instanceOf(ImportFailed);
      return error as ImportFailed;
    };

    it('accounts for every record of the sample, and describes nothing twice', async () => {
      const first = await run({ inputs: [sample], id: 'COMPOUND_ID', descriptors: 'all', fingerprint: 'morgan' });
      expect(first).to.include({ status: 'completed', read: 319, inserted: 310, rejected: 9, molecules_new: 310 });
      expect(first.rejections).to.include({ DUPLICATE_ID: 1, INVALID_VALENCE: 1, NO_STRUCTURE: 1 });
      await withDatabase(at.to, async (database) => {
        const [aspirin] = await database('compounds').where({ name: 'Aspirin' });
        expect(aspirin).to.include({
          external_id: 'MS-0001',
          source: 'sample',
          canonical_smiles: 'CC(=O)Oc1ccccc1C(=O)O',
          inchikey: 'BSYNRYMUTXBXSQ-UHFFFAOYSA-N',
          formula: 'C9H8O4',
        });
        expect(aspirin.mol_weight).to.be.closeTo(180.16, 0.01);
        expect(aspirin.tpsa).to.be.closeTo(63.6, 0.01);
        const [{ morgan_fp }] = await database('molecules').where({ inchikey: aspirin.inchikey });
        expect(Buffer.from(morgan_fp)).to.have.length(256);
      });
      const again = await run({ inputs: [sample], id: 'COMPOUND_ID', descriptors: 'all', fingerprint: 'morgan' });
      expect(again).to.include({ read: 319, inserted: 0, unchanged: 310, rejected: 9, molecules_new: 0 });
      expect(again.run_id).to.equal(2);
    });

    it('goes on where a limit ended it, to the same rows', async () => {
      const input = file('a.smi', smiles(230));
      const seen: string[] = [];
      for (let i = 0; i < 3; i += 1) {
        const summary = await run({ inputs: [input], limit: 100, batchSize: 30 });
        expect(account(summary)).to.equal(summary.read);
        seen.push(`run ${summary.run_id} ${summary.status} ${summary.read}`);
      }
      expect(seen).to.deep.equal(['run 1 interrupted 100', 'run 1 interrupted 200', 'run 1 completed 230']);
      const whole = await freshTarget();
      await run({ inputs: [input], to: whole });
      expect(await contentOf(at.to)).to.deep.equal(await contentOf(whole));
    });

    it('does not wait for what a silent pipe may bring behind the limit', async () => {
      const stdin = new PassThrough();
      stdin.write(smiles(50));
      const options = { inputs: ['-'], source: 's', limit: 50 };
      expect(await run(options, { stdin })).to.include({ run_id: 1, status: 'interrupted', read: 50 });
      expect(stdin.destroyed).to.equal(true);
      const again = await run(options, { stdin: Readable.from([Buffer.from(smiles(70))]) });
      expect(again).to.include({ run_id: 1, status: 'completed', read: 70 });
    });

    it('completes a run whose limit is the number of its records', async () => {
      const options = { inputs: ['-'], source: 's', limit: 50 };
      const summary = await run(options, { stdin: Readable.from([Buffer.from(smiles(50))]) });
      expect(summary).to.include({ status: 'completed', read: 50 });
    });

    it('still knows how much was read once it is told to stop', async () => {
      const input = file('a.smi', smiles(5_000));
      const controller = new AbortController();
      const shares: (number | null)[] = [];
      const onProgress = ({ share }: ImportProgress): void => {
        shares.push(share);
        controller.abort();
      };
      await failure(run({ inputs: [input], batchSize: 10 }, { signal: controller.signal, onProgress }));
      expect(shares.length).to.be.above(1);
      for (const share of shares) expect(share).to.be.above(0);
    });

    it('begins anew where another run has read the input over since', async () => {
      const input = file('a.smi', smiles(60));
      await run({ inputs: [input], limit: 40 });
      await run({ inputs: [input], descriptors: 'all' });
      const summary = await run({ inputs: [input] });
      expect(summary).to.include({ run_id: 3, status: 'completed', read: 60, updated: 54, rejected: 6 });
      const described = await withDatabase(at.to, (database) => database('records').distinct('described_with'));
      expect(described).to.have.length(1);
    });

    it('stops in an orderly way when it is told to, and goes on', async () => {
      const input = file('a.smi', smiles(300));
      const controller = new AbortController();
      const error = await failure(
        run({ inputs: [input], batchSize: 20 }, { signal: controller.signal, onProgress: () => controller.abort() }),
      );
      expect(error.code).to.equal('INTERRUPTED');
      expect(error.summary.status).to.equal('interrupted');
      expect(error.summary.read).to.be.within(20, 300);
      expect(account(error.summary)).to.equal(error.summary.read);
      const rest = await run({ inputs: [input] });
      expect(rest).to.include({ run_id: 1, status: 'completed', read: 300, rejected: 30 });
    });

    it('ends with what the hook of progress rejects with, and goes on', async () => {
      const input = file('a.smi', smiles(100));
      const onProgress = async (): Promise<void> => {
        await sleep(1);
        throw new Error('nobody listens');
      };
      const error = await failure(run({ inputs: [input], batchSize: 20 }, { onProgress }));
      expect(error).to.include({ code: 'INTERNAL', message: 'nobody listens' });
      expect(error.summary).to.include({ status: 'failed', read: 20 });
      expect(await run({ inputs: [input] })).to.include({ run_id: 1, status: 'completed', read: 100 });
    });

    it('stops while it waits for the first byte of a pipe, and begins nothing', async () => {
      const controller = new AbortController();
      const work = run({ inputs: ['-'], source: 's' }, { stdin: new PassThrough(), signal: controller.signal });
      setTimeout(() => controller.abort(), 100);
      const error = await work.catch((reason: unknown) => reason);
      expect(error).to.include({ code: 'INTERRUPTED' }).and.not.be.instanceOf(ImportFailed);
      if (kind === 'sqlite') expect(existsSync(at.to)).to.equal(false);
    });

    it('leaves no pipe open where nothing was begun', async () => {
      const stdin = new PassThrough();
      stdin.write(smiles(50));
      const rejects = join(at.folder, 'none', 'rejects.ndjson');
      const error = await run({ inputs: ['-'], source: 's', rejects }, { stdin }).catch((reason: unknown) => reason);
      expect(error).to.include({ code: 'OUTPUT_FAILED' });
      expect(stdin.destroyed).to.equal(true);
    });

    it('stops above the most rejections, and goes on with more', async () => {
      const input = file('a.smi', smiles(200));
      const error = await failure(run({ inputs: [input], batchSize: 10, maxRejects: 3 }));
      expect(error.code).to.equal('TOO_MANY_REJECTS');
      expect(error.summary).to.include({ status: 'failed', rejected: 4 });
      const again = await failure(run({ inputs: [input], maxRejects: 3 }));
      expect(again.summary).to.include({ run_id: 1, read: error.summary.read, rejected: 4 });
      expect(await run({ inputs: [input], maxRejects: 20 })).to.include({ run_id: 1, read: 200, rejected: 20 });
    });

    it('stops above a share of rejections, which counts from 1,000 records on', async () => {
      const few = file('few.smi', smiles(900));
      expect(await run({ inputs: [few], batchSize: 100, maxRejects: '5%' })).to.include({ read: 900, rejected: 90 });
      const many = file('many.smi', smiles(1_200));
      const error = await failure(run({ inputs: [many], batchSize: 100, maxRejects: '5%' }));
      expect(error.code).to.equal('TOO_MANY_REJECTS');
      expect(error.summary).to.include({ status: 'failed', read: 1_000, rejected: 100 });
      expect(await run({ inputs: [many], maxRejects: '10%' })).to.include({ read: 1_200, rejected: 120 });
    });

    it('does not wait for more of a silent pipe when it ends for another reason', async () => {
      const stdin = new PassThrough();
      stdin.write(smiles(50));
      const options = { inputs: ['-'], source: 's', format: 'smiles' as const, maxRejects: 0, maxBatchAgeMs: 50 };
      const error = await failure(run(options, { stdin }));
      expect(error.code).to.equal('TOO_MANY_REJECTS');
      expect(stdin.destroyed).to.equal(true);
    });

    it('commits all that came before a pipe broke', async () => {
      const stdin = new PassThrough({ highWaterMark: 1e6 });
      stdin.write(smiles(5_000));
      const options = { inputs: ['-'], source: 's', format: 'smiles' as const, descriptors: 'none' as const };
      const work = failure(run(options, { stdin, onProgress: () => stdin.destroy(new Error('the cable is out')) }));
      const { code, message, summary } = await work;
      expect(code).to.equal('INPUT_UNREADABLE');
      expect(message).to.include('the cable is out');
      expect(summary).to.include({ read: 5_000, inserted: 4_500, rejected: 500 });
    });

    it('refuses a file that is another now, unless it is to begin anew', async () => {
      const input = file('a.smi', smiles(100));
      await run({ inputs: [input], limit: 50 });
      file('a.smi', `CCO first\n${smiles(100)}`);
      const error = await failure(run({ inputs: [input] }));
      expect(error.code).to.equal('INPUT_CHANGED');
      expect(error.message).to.include('--restart');
      const summary = await run({ inputs: [input], restart: true });
      expect(summary).to.include({ status: 'completed', read: 101, rejected: 10 });
      expect(summary.unchanged).to.equal(45);
    });

    for (const pack of [(text: string) => Buffer.from(text), (text: string) => gzipSync(text)]) {
      const name = `a.smi${pack('').length > 0 ? '.gz' : ''}`;
      it(`refuses one that it read to its end already and that is another now: ${name}`, async () => {
        const inputs = [file(name, pack(smiles(20))), file('b.smi', smiles(30))];
        await run({ inputs, limit: 35 });
        for (const text of [`${smiles(20)}CCS more\n`, smiles(20).replace('m3\n', 'm4\n'), smiles(19)]) {
          file(name, pack(text));
          const error = await failure(run({ inputs }));
          expect(error).to.include({ code: 'INPUT_CHANGED', input: inputs[0] });
          expect(error.summary).to.include({ status: 'failed', read: 35 });
        }
        file(name, pack(smiles(20)));
        expect(await run({ inputs })).to.include({ run_id: 1, status: 'completed', read: 50, rejected: 5 });
      });
    }

    it('knows again what it read to its end, however that ends or is encoded', async () => {
      const inputs = [
        sample,
        file('blank.smi', `${smiles(3)}\n \n`),
        file('cut.smi', smiles(3).trimEnd()),
        file('mark.smi', `\ufeff${smiles(3)}`),
        file('wide.smi', Buffer.from(`\ufeff${smiles(3)}`, 'utf16le')),
        file('blank.sdf.gz', gzipSync(`${readFileSync(sample, 'utf8')}\n\n`)),
        file('table.csv', 'id,smiles\r\n1,CCO\r\n\r\n'),
        file('last.smi', smiles(20)),
      ];
      const { read } = await run({ inputs, limit: 2 * 319 + 4 * 3 + 1 + 10 });
      expect(await run({ inputs })).to.include({ run_id: 1, status: 'completed', read: read + 10 });
    });

    it('commits what stands before the damage of a gzip file, and goes on once it is whole', async () => {
      const text = smiles(2_000);
      const whole = gzipSync(text, { level: 1 });
      const input = file('a.smi.gz', whole.subarray(0, whole.length / 2));
      const error = await failure(run({ inputs: [input] }));
      expect(error.code).to.equal('INPUT_TRUNCATED');
      expect(error.offset).to.be.above(0);
      const { read } = error.summary;
      expect(read).to.be.above(100);
      expect(text.slice(0, error.offset).split('\n').length - 1).to.equal(read);
      file('a.smi.gz', whole);
      expect(await run({ inputs: [input] })).to.include({ run_id: 1, status: 'completed', read: 2_000, rejected: 200 });
    });

    it('counts what would happen and writes nothing', async () => {
      const input = file('a.csv', 'id,smiles\n1,CCO\n2,CCN\n1,CCC\n3,C1CC\n');
      const dry = await run({ inputs: [input], id: 'id', dryRun: true });
      expect(dry).to.include({ run_id: null, dry_run: true, read: 4, inserted: 2, rejected: 2, molecules_new: 2 });
      if (kind === 'sqlite') expect(existsSync(at.to)).to.equal(false);
      const wet = await run({ inputs: [input], id: 'id' });
      expect(wet).to.include({ read: 4, inserted: 2, rejected: 2, molecules_new: 2 });
      const before = await contentOf(at.to);
      file('a.csv', 'id,smiles\n1,CCO\n2,CCCC\n4,CCF\n');
      const next = await run({ inputs: [input], id: 'id', dryRun: true });
      expect(next).to.include({ read: 3, inserted: 1, updated: 1, unchanged: 1, rejected: 0 });
      expect(await contentOf(at.to)).to.deep.equal(before);
    });

    for (const [onConflict, counts] of [
      ['update', { updated: 1, skipped: 0, rejected: 0 }],
      ['skip', { updated: 0, skipped: 1, rejected: 0 }],
      ['reject', { updated: 0, skipped: 0, rejected: 1 }],
    ] as const) {
      it(`does as it is told with a changed record: ${onConflict}`, async () => {
        await run({ inputs: [file('a.csv', 'id,smiles\n007,CCO\n2,CCN\n')], id: 'id' });
        const next = file('b.csv', 'id,smiles\n007,CCCO\n2,CCN\n');
        const summary = await run({ inputs: [next], id: 'id', source: 'a', onConflict });
        expect(summary).to.include({ read: 2, inserted: 0, unchanged: 1, ...counts });
        const rows = await withDatabase(at.to, (database) => database('compounds').where({ external_id: '007' }));
        expect(rows.map((row) => row.canonical_smiles)).to.deep.equal([onConflict === 'update' ? 'CCCO' : 'CCO']);
      });
    }

    it('writes rejections that can be imported again, byte for byte', async () => {
      const rejects = join(at.folder, 'r.ndjson');
      const first = await run({ inputs: [sample], rejects });
      const second = await run({ inputs: [rejects], source: 'again' });
      expect(second.read).to.equal(first.rejected);
      expect(second.rejections).to.deep.equal(first.rejections);
      const raws = await withDatabase(at.to, async (database) =>
        (await database('rejections').orderBy(['input_id', 'ordinal'])).map((row) => row.raw.toString('latin1')),
      );
      expect(raws).to.have.length(2 * first.rejected);
      expect(raws.slice(first.rejected)).to.deep.equal(raws.slice(0, first.rejected));
    });

    it('says how many rejections an SDF cannot hold', async () => {
      const warned: unknown[] = [];
      const logger: NonNullable<ImportHooks['logger']> = {
        debug: () => {},
        info: () => {},
        warn: (fields: unknown) => warned.push(fields),
        error: () => {},
      };
      const inputs = [file('a.sdf', `${'x'.repeat(200)}\n$$$$\n`)];
      for (const name of ['r.ndjson', 'r.sdf']) {
        const again = { source: name, rejects: join(at.folder, name), format: 'sdf', maxRecordBytes: 100 } as const;
        expect(await run({ inputs, ...again }, { logger })).to.include({ rejected: 1 });
      }
      expect(warned).to.deep.equal([{ rejections: 1 }]);
    });

    it('completes the file of rejections of a run that was interrupted', async () => {
      const input = file('a.smi', smiles(100));
      const [cut, whole] = [join(at.folder, 'cut.ndjson'), join(at.folder, 'whole.ndjson')];
      await run({ inputs: [input], limit: 50 });
      await run({ inputs: [input], rejects: cut });
      await run({ inputs: [input], rejects: whole, to: await freshTarget() });
      const lines = (path: string): unknown[] =>
        readFileSync(path, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown);
      expect(lines(cut)).to.have.length(10);
      expect(lines(cut)).to.deep.equal(lines(whole));
    });

    it('writes what it rejects of a file of rejections as the records that they are', async () => {
      // An unknown element, a wrong ring, and a key that comes twice.
      const text = `smiles,id\n${['C1CC,a', 'CCO,b', '[Xx],c', 'CCN,b', 'c1cc1,d'].join('\n')}\n`;
      const first = join(at.folder, 'first.ndjson');
      await run({ inputs: [file('a.csv', text)], id: 'id', rejects: first });
      const rawOf = (path: string) =>
        readFileSync(path, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as { code: string; layout: object; raw: string })
          .map(({ code, layout, raw }) => ({ code, layout, raw }));
      expect(rawOf(first).map(({ code }) => code))
        .to.include('DUPLICATE_ID')
        .and.have.length(4);
      const to = await freshTarget();
      await run({ inputs: [file('b.csv', 'smiles,id\nCCCC,b\n')], to, id: 'id', source: 'a' });
      const second = join(at.folder, 'second.ndjson');
      const again: Partial<ImportOptions> & { inputs: string[] } = {
        inputs: [first],
        to,
        onConflict: 'reject',
        rejects: second,
      };
      await run({ ...again, limit: 3 });
      await run(again);
      const expected = rawOf(first).map((line) =>
        line.code === 'DUPLICATE_ID' ? { ...line, code: 'CONFLICT' } : line,
      );
      expect(rawOf(second)).to.deep.equal(expected);
      // What an earlier run rejected is rejected again without a look at it.
      await run({ ...again, restart: true });
      expect(rawOf(second)).to.deep.equal(expected);
    });

    it('counts what a stage of one own leaves out as skipped', async () => {
      async function* even(items: AsyncIterable<Item>): AsyncGenerator<Item> {
        for await (const item of items) if (item.kind !== 'molecule' || item.ordinal % 2 === 0) yield item;
      }
      const summary = await run({ inputs: [file('a.smi', smiles(40))] }, { stages: () => [even] });
      expect(summary).to.include({ read: 40, inserted: 20, skipped: 16, rejected: 4 });
    });

    it('reads several inputs, one that is named twice once, and stdin', async () => {
      const a = file('a.smi', smiles(30));
      const b = file('b.csv', 'smiles;name\nCCO;ethanol\n');
      const summary = await run({ inputs: [a, b, a, join(at.folder, '*.smi')] });
      expect(summary.inputs.map(({ uri, read }) => [uri, read])).to.deep.equal([
        [a, 30],
        [b, 1],
      ]);
      const piped = await run(
        { inputs: ['-'], source: 'pipe' },
        { stdin: Readable.from([Buffer.from('CCO x\nCCN y\n')]) },
      );
      expect(piped.inputs).to.deep.equal([{ uri: 'stdin:pipe', read: 2, rejected: 0 }]);
    });

    it('stores what it measured', async () => {
      await run({ inputs: [file('a.smi', smiles(400))], maxBatchRows: 20 });
      const store = await openStore(at.to);
      const [{ statistics, ...latest } = expect.fail()] = await readHistory(store).finally(() => store.close());
      expect(latest).to.deep.include({ status: 'completed', sources: ['a'], read: 400 });
      expect(statistics).to.include({ records: 400 });
      expect(statistics?.recordsPerSecond).to.be.above(0);
      expect(Object.keys(statistics!.dataSources)).to.deep.equal(['a']);
      const { describe, commit } = statistics!.operations;
      expect(describe?.items).to.equal(400);
      expect(commit?.items).to.equal(400);
      expect(commit?.batchItems.largest).to.be.at.most(20);
      expect(commit?.batchSeconds.p95).to.be.above(0);
    });

    it('starts with what earlier runs of such a source learned', async () => {
      const rows: (number | undefined)[] = [];
      const logger = { debug: (fields: { rows?: number }) => rows.push(fields.rows), info() {}, warn() {}, error() {} };
      const options = { inputs: [file('a.smi', smiles(60))], maxBatchAgeMs: 60_000, maxBatchRows: 30 };
      await run(options, { logger: logger as NonNullable<ImportHooks['logger']> });
      expect(rows[0]).to.equal(30);
      const store = await openStore(at.to);
      const [first] = await readHistory(store);
      const learned = { profile: 'smiles', rows: 14, bytesPerRow: 9_000, fixedMs: 9, rowMs: 0.1 };
      await store.knex(store.tables.runs).update({ statistics: JSON.stringify({ ...first?.statistics, learned }) });
      await store.close();
      rows.length = 0;
      await run({ ...options, redescribe: true }, { logger: logger as NonNullable<ImportHooks['logger']> });
      expect(rows[0]).to.equal(7);
    });

    it('shows metrics of describing and committing while it runs', async () => {
      let port = 0;
      let text = '';
      const log = (fields: { port?: number }): void => {
        port = fields.port ?? port;
      };
      const logger = { debug: log, info: log, warn: log, error: log } as NonNullable<ImportHooks['logger']>;
      const onProgress = async (): Promise<void> => {
        text ||= await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      };
      async function* slowly(items: AsyncIterable<Item>): AsyncGenerator<Item> {
        for await (const item of items) {
          if (item.ordinal === 50) await onProgress();
          yield item;
        }
      }
      await run(
        { inputs: [file('a.smi', smiles(100))], metricsPort: 0, batchSize: 10 },
        { logger, stages: () => [slowly] },
      );
      expect(text).to.match(/^molstream_batch_items_total\{operation="describe",data_source="a"\} [1-9]\d*$/m);
      expect(text).to.match(/^molstream_sizer_rows\{sizer="commit"\} 10$/m);
      expect(text).to.match(/^molstream_sizer_rows\{sizer="describe"\} \d+$/m);
      expect(text).to.match(/^molstream_sizer_bound\{sizer="commit",bound="fixed"\} 1$/m);
      expect(text).to.match(/^molstream_breaker_open\{breaker="database"\} 0$/m);
      expect(await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => null)).to.equal(null);
    });

    it('begins nothing where the port of its metrics is taken', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port: metricsPort } = taken.address() as AddressInfo;
      const inputs = [file('a.smi', smiles(10))];
      const error = await run({ inputs, metricsPort }).catch((reason: unknown) => reason);
      taken.close();
      expect(error).to.be.instanceOf(MolstreamError).and.not.instanceOf(ImportFailed);
      expect(error).to.have.property('code', 'BAD_OPTION');
      expect(await openExistingStore(at.to)).to.equal(null);
    });

    it('tells what ended the run, and that its file of rejections is not whole', async () => {
      const { fsyncSync } = fs;
      const broken = (): never => {
        throw Object.assign(new Error('EIO: the disk is failing'), { code: 'EIO' });
      };
      const inputs = [file('a.smi', smiles(100))];
      const rejects = join(at.folder, 'r.ndjson');
      fs.fsyncSync = broken;
      syncBuiltinESMExports();
      try {
        const stopped = await failure(run({ inputs, rejects, maxRejects: 2 }));
        expect(stopped.code).to.equal('TOO_MANY_REJECTS');
        expect(stopped.message).to.contain('higher limit').and.contain('EIO');
        expect(stopped.summary.error?.message).to.equal(stopped.message);
        const unwritten = await failure(run({ inputs, rejects }));
        expect(unwritten).to.include({ code: 'OUTPUT_FAILED' });
        expect(unwritten.summary).to.include({ status: 'failed', read: 100, rejected: 10 });
      } finally {
        fs.fsyncSync = fsyncSync;
        syncBuiltinESMExports();
      }
      rmSync(rejects);
      expect(await run({ inputs, rejects })).to.include({ status: 'completed', read: 100, rejected: 10 });
      expect(readFileSync(rejects, 'utf8').trimEnd().split('\n')).to.have.length(10);
    });

    it('reads an empty file to its end', async () => {
      expect(await run({ inputs: [file('a.smi', '')] })).to.include({ status: 'completed', read: 0 });
    });

    it('describes again what was described with other options', async () => {
      const input = file('a.smi', smiles(20));
      await run({ inputs: [input] });
      const summary = await run({ inputs: [input], descriptors: 'all' });
      expect(summary).to.include({ read: 20, updated: 18, unchanged: 0, rejected: 2 });
      const weights = await withDatabase(at.to, (database) => database('molecules').whereNull('mol_weight'));
      expect(weights).to.deep.equal([]);
    });

    it('standardises what is identified and described, and keeps what was read', async () => {
      const input = file('a.smi', 'CC(=O)[O-].[Na+] acetate\nCCO ethanol\n');
      const summary = await run({ inputs: [input], standardize: 'parent' });
      expect(summary).to.include({ inserted: 2, molecules_new: 2 });
      expect(summary.warnings).to.deep.equal({ FRAGMENTS_REMOVED: 1, PROTONATION_CHANGED: 1 });
      const stored = () =>
        withDatabase(at.to, async (database) =>
          (
            await database('records as r')
              .join('molecules as m', 'm.structure_key', 'r.structure_key')
              .where('r.name', 'acetate')
          ).map((row) => [row.formula, String(row.raw), row.standardizer === 'none']),
        );
      expect(await stored()).to.deep.equal([['C2H4O2', 'CC(=O)[O-].[Na+] acetate', false]]);
      expect(await run({ inputs: [input] })).to.include({ updated: 2 });
      expect(await stored()).to.deep.equal([['C2H3NaO2', 'CC(=O)[O-].[Na+] acetate', true]]);
    });

    it('trusts the identifiers that records carry when it is told to, but for a sample', async () => {
      // Butanes that call themselves methanol; ids decide the content, and so which of them are computed all the same.
      const methanol = { inchi: '"InChI=1S/CH4O/c1-2/h2H,1H3"', key: 'OKKJLVBELUTLKV-UHFFFAOYSA-N' };
      const rows = Array.from({ length: 300 }, (_, id) => `CHEMBL${id},CCCC,${methanol.inchi},${methanol.key}\n`);
      const text = `ChEMBL ID,Smiles,Inchi,Inchi Key\n${rows.join('')}`;
      const inputs = [file('a.csv', text)];
      const { inserted, warnings } = await run({ inputs, trustTags: true });
      expect(inserted).to.equal(300);
      expect(warnings.IDENTIFIER_MISMATCH).to.be.within(1, 20);
      const stored = await withDatabase(at.to, (database) =>
        database('records').where({ structure_key: methanol.key }).count({ n: '*' }),
      );
      expect(Number(stored[0]?.n)).to.equal(300 - warnings.IDENTIFIER_MISMATCH!);
      expect(await run({ inputs, trustTags: true, restart: true })).to.include({ unchanged: 300 });
      const computed = await run({ inputs });
      expect(computed).to.include({ updated: 300 });
      expect(computed.warnings).to.include({ IDENTIFIER_MISMATCH: 300 });
    });

    it('puts its tables where it is told', async () => {
      const inputs = [file('a.smi', smiles(9))];
      const place = kind === 'sqlite' ? { tablePrefix: 'lab_' } : { schema: 'lab' };
      for (const read of [4, 9]) {
        expect(await run({ inputs, ...place, limit: read === 4 ? 4 : 0 })).to.include({
          run_id: 1,
          read,
          inserted: read,
        });
      }
      const store = await openExistingStore(at.to, place);
      expect(await store!.knex(store!.tables.records)).to.have.length(9);
      await store!.close();
      const elsewhere = await openExistingStore(at.to);
      await elsewhere?.close();
      expect(elsewhere).to.equal(null);
    });

    it('leaves nothing on the signal that it was given', async () => {
      const { signal } = new AbortController();
      const inputs = [file('a.smi', smiles(20)), '-'];
      await run({ inputs, source: 's' }, { signal, stdin: Readable.from([Buffer.from(smiles(5))]) });
      expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
    });

    it('reads nothing where it is stopped as it begins', async () => {
      const controller = new AbortController();
      const inputs = [file('a.smi', smiles(20))];
      const hooks = { signal: controller.signal, onBegin: () => controller.abort() };
      const error = await failure(run({ inputs }, hooks));
      expect(error).to.include({ code: 'INTERRUPTED' });
      expect(error.summary).to.include({ run_id: 1, status: 'interrupted', read: 0 });
      expect(await run({ inputs })).to.include({ run_id: 1, status: 'completed', read: 20 });
    });

    it('begins nothing where it cannot open an input', async () => {
      const error = await run({ inputs: [join(at.folder, 'none.sdf')] }).then(
        () => null,
        (reason: MolstreamError) => reason,
      );
      expect(error).to.be.instanceOf(MolstreamError).and.not.instanceOf(ImportFailed);
      expect(error?.code).to.equal('INPUT_NOT_FOUND');
      if (kind === 'sqlite') expect(existsSync(at.to)).to.equal(false);
    });
  });
}
