import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { type Account, accountFor, filesIn } from './bench/account/account.js';
import { molblock } from './support/records.js';
import { sharedFile } from './support/shared-data.js';

const FIXTURES = fileURLToPath(new URL('../../spec/fixtures/', import.meta.url));

async function accountsOf(files: readonly string[], limit: number): Promise<Account[]> {
  const accounts: Account[] = [];
  for await (const account of accountFor(files, { limit })) accounts.push(account);
  return accounts;
}

describe('the account of whole folders', function () {
  this.timeout(300_000);

  it('adds up for the fixtures', async () => {
    const accounts = await accountsOf(filesIn([FIXTURES]), 40);
    expect(accounts.flatMap(({ file, wrong }) => wrong.map((text) => `${file}: ${text}`))).to.deep.equal([]);
    expect(accounts.filter(({ status }) => status === 'completed')).to.have.length.above(1);
  });

  it('adds up for real files that others cannot read', async function () {
    const folders = ['malformed/sdf-parser', 'malformed/datamol', 'malformed/rdkit/FileParsers/good_bad_good_bad.sdf'];
    const accounts = await accountsOf(filesIn(folders.map((name) => sharedFile(this, name))), 100);
    expect(accounts.flatMap(({ file, wrong }) => wrong.map((text) => `${file}: ${text}`))).to.deep.equal([]);
    expect(accounts.filter(({ status }) => status === 'failed')).to.deep.equal([]);
  });

  it('tells apart what is damaged and what molstream does not read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'molstream-account-spec-'));
    try {
      const records = Array.from({ length: 300 }, (_, index) => `${molblock(`record ${index}`)}$$$$\n`).join('');
      await writeFile(join(folder, 'cut.sdf.gz'), gzipSync(records).subarray(0, -200));
      await writeFile(join(folder, 'letter.txt'), 'Dear Sir or Madam,\nwhat is this?\n');
      const [cut, letter] = await accountsOf(filesIn([folder]), 0);
      expect(cut).to.include({ status: 'damaged', rejected: 0 });
      expect(cut?.reason).to.match(/^INPUT_TRUNCATED: /);
      expect(cut?.wrong).to.deep.equal([]);
      expect(letter).to.include({ status: 'refused', read: 0 });
      expect(letter?.reason).to.match(/^UNKNOWN_FORMAT: /);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
