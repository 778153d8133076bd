import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Item } from '../../lib/types.js';
import { ImportFailed } from '../../pipelines/import-failed.js';
import { withDatabase } from '../support/database-rows.js';
import { importing } from '../support/importing.js';
import { KINDS } from '../support/stores.js';

for (const kind of KINDS) {
  describe(`importing again into ${kind}`, function () {
    this.timeout(60_000);
    const at = importing(kind);
    const { file, run } = at;
    const stored = (...columns: string[]) =>
      withDatabase(at.to, async (database) =>
        (
          await database('records')
            .join('molecules', 'molecules.structure_key', 'records.structure_key')
            .orderBy('records.record_key')
        ).map((row: Record<string, unknown>) => columns.map((column) => row[column])),
      );

    it('describes again what another column holds', async () => {
      const input = file('a.csv', 'id,salt,parent,label\n1,CCO.Cl,CCO,one\n2,CCN.Cl,CCN,two\n');
      const options = { inputs: [input], id: 'id' };
      expect(await run({ ...options, smiles: 'salt' })).to.include({ inserted: 2 });
      expect(await run({ ...options, smiles: 'salt' })).to.include({ unchanged: 2 });
      expect(await run({ ...options, smiles: 'parent' })).to.include({ updated: 2 });
      expect(await run({ ...options, smiles: 'parent', name: 'label' })).to.include({ updated: 2 });
      expect(await stored('formula', 'name')).to.deep.equal([
        ['C2H6O', 'one'],
        ['C2H7N', 'two'],
      ]);
    });

    it('tries a row again that was rejected for its number of columns', async () => {
      const input = file('a.csv', 'id,smiles\n1,CCO\n2,CCN,more\n');
      expect(await run({ inputs: [input], id: 'id' })).to.include({ inserted: 1, rejected: 1 });
      file('a.csv', 'id,smiles,note\n1,CCO,\n2,CCN,more\n');
      expect(await run({ inputs: [input], id: 'id' })).to.include({ inserted: 1, updated: 1, rejected: 0 });
    });

    it('keeps the bytes of records whose bytes were not kept before', async () => {
      const input = file('a.smi', 'CCO 1\nCCN 2\n');
      await run({ inputs: [input], raw: 'none' });
      expect(await run({ inputs: [input], raw: 'none' })).to.include({ unchanged: 2 });
      expect(await run({ inputs: [input] })).to.include({ updated: 2 });
      expect((await stored('raw')).map(([raw]) => String(raw)).sort()).to.deep.equal(['CCN 2', 'CCO 1']);
    });

    it('gives a record that took too long another chance', async () => {
      const input = file('a.smi', 'CCO 1\n');
      await run({ inputs: [input] });
      await withDatabase(at.to, async (database) => {
        const [row] = await database('records');
        const { input_id, ordinal, byte_offset, content_hash, described_with, raw, run_id } = row;
        const place = { input_id, ordinal, byte_offset, content_hash, described_with, raw, run_id };
        await database('rejections').insert({
          ...place,
          stage: 'describe',
          code: 'RECORD_TIMEOUT',
          message: 'too long',
        });
        await database('records').delete();
      });
      expect(await run({ inputs: [input] })).to.include({ inserted: 1, rejected: 0 });
    });

    it('takes each rejection of several sources back into its own', async () => {
      const rejects = join(at.folder, 'r.ndjson');
      const inputs = [
        file('a.csv', 'id,smiles\n1,CCO\nx,C1CC\n'),
        file('b.csv', 'id,smiles\n1,CCC\ny,C1CC\n3,CCN\n1,CCF\n'),
      ];
      expect(await run({ inputs, id: 'id', rejects })).to.include({ inserted: 3, rejected: 3 });
      writeFileSync(rejects, `${readFileSync(rejects, 'utf8')}no rejection\n`);
      const before = await stored('source_id', 'record_key', 'formula');
      const again = await run({ inputs: [rejects], onConflict: 'skip' });
      expect(again).to.include({ read: 4, rejected: 3, skipped: 1 });
      expect(again.inputs.map(({ read }) => read)).to.deep.equal([2, 2]);
      expect(await stored('source_id', 'record_key', 'formula')).to.deep.equal(before);
      // Named by hand, all of it is of one source.
      expect(await run({ inputs: [rejects], source: 'c' })).to.include({ read: 4, inserted: 1 });
    });

    it('takes a record back that was only too large for an earlier import', async () => {
      const rejects = join(at.folder, 'r.ndjson');
      const inputs = [file('a.csv', `id,smiles\n7,${'C'.repeat(60)}\n8,CCO\n`)];
      expect(await run({ inputs, id: 'id', rejects, maxRecordBytes: 20 })).to.include({ inserted: 1, rejected: 1 });
      expect(await run({ inputs: [rejects], maxRecordBytes: 20 })).to.include({ read: 1, rejected: 1 });
      expect(await run({ inputs: [rejects] })).to.include({ read: 1, inserted: 1 });
    });

    it('takes no database for a file of molecules', async () => {
      if (kind !== 'sqlite') return;
      await run({
        inputs: [
          file(
            'a.sdf',
            `\n\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 C   0  0\nM  END\n$$$$\n`,
          ),
        ],
      });
      const error = await run({ inputs: [at.to] }).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).to.include({ code: 'UNKNOWN_FORMAT' }).and.have.property('message').that.contains('SQLite');
    });

    it('writes the ids of what an earlier execution has rejected', async () => {
      const inputs = [file('a.csv', 'id,smiles\n7,C1CC\n8,C1CC\n9,CCO\n')];
      const rejects = join(at.folder, 'r.ndjson');
      await run({ inputs, id: 'id', rejects, limit: 1 });
      await run({ inputs, id: 'id', rejects });
      const ids = readFileSync(rejects, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).external_id);
      expect(ids).to.deep.equal(['7', '8']);
    });

    it('does not complete where a stage of the user keeps back the end of an input', async () => {
      const inputs = [file('a.smi', 'CCO 1\nCCN 2\nCCCCCCC 3\n')];
      const small = async function* (items: AsyncIterable<Item>): AsyncGenerator<Item> {
        for await (const item of items) if (item.kind === 'molecule' && item.heavyAtoms < 5) yield item;
      };
      const error = await run({ inputs }, { stages: () => [small] }).then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error)
        .to.be.instanceOf(ImportFailed)
        .and.have.property('message')
        .that.matches(/the end of .*a\.smi was not/);
      expect((error as ImportFailed).summary).to.include({ status: 'failed', read: 2 });
      const whole = async function* (items: AsyncIterable<Item>): AsyncGenerator<Item> {
        for await (const item of items) if (item.kind !== 'molecule' || item.heavyAtoms < 5) yield item;
      };
      expect(await run({ inputs }, { stages: () => [whole] })).to.include({ status: 'completed', read: 3, skipped: 1 });
    });
  });
}
