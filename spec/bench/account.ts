/**
 * `npm run bench -- account [--limit N] [--json] [FOLDER or FILE...]`: imports each file into a SQLite database of its
 * own, checks that every record is accounted for, reads the file again and compares. Default: the folders of real files
 * that may stand beside the project. Files that cannot be imported are listed with the reason. Exits 1 where an account
 * is wrong or an import fails for a reason that is not the file's.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sharedDataFolder } from '../support/shared-data.js';
import { type Account, accountFor, filesIn } from './account/account.js';
import { machine } from './machine.js';

const FOLDERS = ['perf', 'variety', 'malformed'];

export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { limit: { type: 'string', default: '0' }, json: { type: 'boolean', default: false } },
  });
  const shared = sharedDataFolder === null ? [] : FOLDERS.map((name) => join(sharedDataFolder as string, name));
  const places = positionals.length > 0 ? positionals : shared.filter(existsSync);
  if (places.length === 0) throw new Error('name folders or files: there is no shared data beside the project');
  const began = performance.now();
  const accounts: Account[] = [];
  for await (const account of accountFor(filesIn(places), { limit: Number(values.limit) })) {
    accounts.push(account);
    if (!values.json) console.log(line(account));
  }
  const total = {
    files: accounts.length,
    imported: accounts.filter(({ status }) => status === 'completed').length,
    damaged: accounts.filter(({ status }) => status === 'damaged').length,
    refused: accounts.filter(({ status }) => status === 'refused').length,
    wrong: accounts.filter(({ wrong }) => wrong.length > 0).length,
    records: accounts.reduce((sum, { read }) => sum + read, 0),
    rejected: accounts.reduce((sum, { rejected }) => sum + rejected, 0),
    seconds: Math.round((performance.now() - began) / 1000),
  };
  if (values.json) console.log(JSON.stringify({ machine: machine(), ...total, accounts }));
  else {
    console.log(machine());
    console.log(
      `${total.files} files in ${total.seconds} s: ${total.imported} imported, ${total.damaged} up to where they are ` +
        `damaged, ${total.refused} not importable, ${total.wrong} wrong; ` +
        `${total.records} records, ${total.rejected} rejected`,
    );
  }
  if (total.wrong > 0) process.exitCode = 1;
}

function line({ file, status, reason, wrong, rejections, ...counts }: Account): string {
  const { read, inserted, updated, unchanged, skipped, rejected } = counts;
  const sum = `${read} = ${inserted} + ${updated} + ${unchanged} + ${skipped} + ${rejected}`;
  const codes = Object.entries(rejections).map(([code, n]) => `${code} ${n}`);
  return [
    `${wrong.length === 0 ? 'ok   ' : 'WRONG'} ${file}: ${status === 'refused' ? reason : sum}`,
    ...(codes.length > 0 ? [`(${codes.join(', ')})`] : []),
    ...(status === 'damaged' ? [`then ${reason}`] : []),
    ...wrong.map((text) => `\n      ${text}`),
  ].join(' ');
}
