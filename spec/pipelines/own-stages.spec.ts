/** Stages of one's own in an import: those that do what they should not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { DescribePool } from '../../lib/chemistry/pool.js';
import type { Item } from '../../lib/types.js';
import type { ItemStage } from '../../pipelines/execution.js';
import { ImportFailed } from '../../pipelines/import-failed.js';
import { importMolecules } from '../../pipelines/import-molecules.js';
import type { ImportSummary } from '../../pipelines/summary.js';

type Items = AsyncIterable<Item>;

describe("a stage of one's own", () => {
  let folder: string;
  let pool: DescribePool;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'molstream-stages-'));
    writeFileSync(join(folder, 'a.smi'), 'C a\nCC b\nCCC c\n');
    pool = new DescribePool({ workers: 1 });
  });
  after(async () => {
    await pool.destroy();
    rmSync(folder, { recursive: true });
  });

  const run = (stages: () => readonly unknown[]): Promise<ImportSummary> =>
    importMolecules(
      { inputs: [join(folder, 'a.smi')], to: join(mkdtempSync(join(folder, 'db-')), 'm.sqlite'), restart: true },
      { pool, stages: stages as () => readonly ItemStage[] },
    );
  const failureOf = (stages: () => readonly unknown[]): Promise<ImportFailed> =>
    run(stages).then(
      () => expect.fail('it did not fail'),
      (error: ImportFailed) => error,
    );

  it('may end behind the last end of input', async () => {
    async function* untilTheEnd(items: Items): AsyncGenerator<Item> {
      for await (const item of items) {
        yield item;
        if (item.kind === 'end') return;
      }
    }
    expect(await run(() => [untilTheEnd])).to.include({ status: 'completed', read: 3, inserted: 3 });
  });

  it('that ends before its input is told that it did', async () => {
    async function* first(items: Items): AsyncGenerator<Item> {
      for await (const item of items) {
        yield item;
        return;
      }
    }
    const failure = await failureOf(() => [first]);
    expect(failure).to.be.instanceOf(ImportFailed).with.property('code', 'INTERNAL');
    expect(failure.message).to.match(/^the end of .*a\.smi was not committed: a stage of one's own has to pass on/);
  });

  it('that makes up items is told so', async () => {
    async function* madeUp(): AsyncGenerator<unknown> {
      yield { smiles: 'C' };
    }
    expect((await failureOf(() => [madeUp])).message).to.match(
      /^an item came that is of no input: a stage of one's own/,
    );
  });

  it('has to be a stream in object mode, or a function', async () => {
    const half = [new PassThrough({ readableObjectMode: true }), new PassThrough({ writableObjectMode: true })];
    for (const stage of [3, null, new PassThrough(), ...half]) {
      const failure = await failureOf(() => [stage]);
      expect(failure).to.include({ code: 'BAD_OPTION' });
      expect(failure.message).to.match(/^stages: must be streams in object mode, or async generator functions, not /);
    }
    expect((await failureOf(() => 3 as never)).message).to.equal(
      'stages: must be a function that gives a list of stages, not 3',
    );
  });
});
