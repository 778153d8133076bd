import { link, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { RejectsFile } from '../../pipelines/rejects-file.js';
import { importing } from '../support/importing.js';
import { inputOf } from '../support/records.js';

describe('the file of rejections', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'molstream-rejects-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const at = (name: string): string => join(folder, name);
  const refusal = (path: string, others: readonly string[] = []): Promise<unknown> =>
    RejectsFile.check(path, [inputOf({}, at('a.sdf'))], others).then(
      () => null,
      (error: unknown) => error,
    );

  it('is none that the import reads or writes, whatever its name there', async () => {
    for (const name of ['a.sdf', 'other.sdf', 'm.sqlite']) await writeFile(at(name), 'x');
    await symlink(at('a.sdf'), at('symbolic.sdf'));
    await link(at('a.sdf'), at('linked.sdf'));
    await link(at('m.sqlite'), at('m.ndjson'));
    for (const name of ['a.sdf', 'symbolic.sdf', 'linked.sdf', 'm.ndjson']) {
      expect(await refusal(at(name), [at('m.sqlite')]), name).to.include({ code: 'BAD_OPTION' });
    }
    for (const name of ['other.sdf', 'new.sdf']) expect(await refusal(at(name), [at('m.sqlite')])).to.equal(null);
    expect(await refusal(at('other.sdf'), [at('not-there.sqlite')])).to.equal(null);
    expect(await readdir(folder)).to.not.include('new.sdf');
  });

  it('is refused where it could not be written, before anything is begun', async () => {
    await mkdir(at('r.sdf'));
    await writeFile(at('file'), 'x');
    for (const [path, why] of [
      [at('r.sdf'), /it is a folder/],
      [at('none/r.sdf'), /ENOENT/],
      [at('file/r.sdf'), /ENOTDIR/],
    ] as const) {
      const error = (await refusal(path)) as Error;
      expect(error).to.include({ code: 'OUTPUT_FAILED' });
      expect(error.message).to.match(why);
    }
  });
});

describe('an import that would write its rejections over its database', () => {
  const { file, run } = importing('sqlite');
  it('is refused', async () => {
    const inputs = [file('a.smi', 'C a\n')];
    const to = file('m.ndjson', '');
    const error = await run({ inputs, to, rejects: to }).catch((reason: unknown) => reason);
    expect(error).to.include({ code: 'BAD_OPTION' });
  });
});
