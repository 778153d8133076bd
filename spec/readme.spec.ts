/** The README is executed: its examples, its queries and its commands. What it lists is held against the code. */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import knex from 'knex';
import { DESCRIPTOR_COLUMNS } from '../lib/chemistry/columns.js';
import { REJECTION_CODES, RUN_CODES, WARNING_CODES } from '../lib/errors.js';
import { TABLE_NAMES } from '../lib/store/tables.js';
import { buildProgram } from '../pipelines/cli/program.js';
import { MAIN as main } from './support/command.js';
import { freshPostgres } from './support/postgres.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const sample = join(root, 'spec/fixtures/sample.sdf');
const execute = promisify(execFile);

interface Snippet {
  name: string | undefined;
  language: string;
  text: string;
}

const snippets: Snippet[] = [...readme.matchAll(/(?:<!-- (.+?) -->\n)?```(\w+)\n([\s\S]*?)```/g)].map((match) => ({
  name: match[1],
  language: match[2]!,
  text: match[3]!,
}));
const commands = snippets
  .filter((snippet) => snippet.language === 'sh')
  .flatMap((snippet) => snippet.text.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').trim())
  .filter((line) => line !== '');

/** What the code in the first column of a table names: the first of each piece. */
function namesUnder(heading: string, name: RegExp): string[] {
  const [, table = ''] = readme.split(new RegExp(`^\\| ${heading} +\\|.*\\n\\|[ -|]+\\n`, 'm'));
  const cells = table
    .split('\n\n', 1)[0]!
    .split('\n')
    .map((row) => row.replaceAll('\\|', '/').split('|')[1] ?? '');
  return cells
    .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)])
    .map(([, code = '']) => code.match(name)?.[0] ?? code);
}

describe('the README', function () {
  this.timeout(120_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'molstream-readme-'));
    copyFileSync(sample, join(folder, 'molecules.sdf'));
    writeFileSync(join(folder, 'compounds.sdf.gz'), gzipSync(readFileSync(sample)));
    mkdirSync(join(folder, 'pubchem'));
    copyFileSync(join(folder, 'compounds.sdf.gz'), join(folder, 'pubchem/a.sdf.gz'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const examples: Record<string, RegExp> = {
    'import.ts': /^3\d\d inserted, \d+ rejected\n$/,
    'filter-stage.ts': /^\d+ inserted, [1-9]\d* skipped\n$/,
    'highland.ts': /^BSYNRYMUTXBXSQ-UHFFFAOYSA-N Aspirin\n(\S+ \S+\n){2}$/,
    'highland-through.ts': /INVALID_VALENCE/,
    'for-await.ts': /^\S.* \d{3,4}\.\d\n$/,
    'gzip-ndjson.ts': /^$/,
    'own-table.ts': /^10000 rows\n$/,
    'process-in-batches.ts': /^311 done, 8 failed\n$/,
    'batch-manager.ts': /^2 and 1000 of 1002 items, the longest of 1000\n$/,
  };

  it('shows the examples as they are, and no other code', () => {
    const shown = snippets.filter((snippet) => snippet.language === 'ts');
    expect(shown.map((snippet) => snippet.name)).to.have.members(Object.keys(examples));
    for (const { name, text } of shown) {
      expect(text, name).to.equal(readFileSync(join(root, 'spec/examples', name!), 'utf8'));
    }
  });

  for (const [name, output] of Object.entries(examples)) {
    it(`runs ${name}`, async () => {
      const script = join(root, 'dist/spec/examples', name.replace('.ts', '.js'));
      const { stdout, stderr } = await execute(process.execPath, [script], { cwd: folder });
      expect(stdout).to.match(output);
      expect(stderr).to.equal('');
    });
  }

  it('shows queries that run on SQLite and on PostgreSQL', async () => {
    const postgres = await freshPostgres();
    const targets = [
      { to: join(folder, 'molecules.sqlite'), client: 'better-sqlite3' },
      { to: postgres, client: 'pg' },
    ];
    const queries = snippets
      .filter((snippet) => snippet.language === 'sql')
      .flatMap((snippet) => snippet.text.replace(/--.*$/gm, '').split(';'))
      .map((query) => query.trim())
      .filter((query) => query !== '');
    expect(queries.length).to.be.at.least(4);
    for (const { to, client } of targets) {
      await execute(process.execPath, [main, 'import', '--quiet', '--to', to, join(folder, 'molecules.sdf')]);
      const database = knex({
        client,
        connection: client === 'pg' ? { connectionString: to, options: '-c search_path=molstream' } : { filename: to },
        useNullAsDefault: true,
      });
      try {
        for (const query of queries) {
          const result = (await database.raw(query)) as { rows?: unknown[] } | unknown[];
          const rows = Array.isArray(result) ? result : (result.rows ?? []);
          expect(rows, `${client}: ${query}`).to.not.have.length(0);
        }
      } finally {
        await database.destroy();
      }
    }
  });

  it('shows commands that run', async () => {
    const postgres = await freshPostgres();
    const ran = commands.filter((line) => line.startsWith('npx molstream'));
    expect(ran.length).to.be.at.least(5);
    for (const line of ran) {
      const shell = line
        .replace('npx molstream', `"${process.execPath}" "${main}"`)
        .replace(/postgres:\/\/\S+/, postgres)
        .replaceAll('| molstream', `| "${process.execPath}" "${main}"`);
      await execute('bash', ['-c', shell], { cwd: folder }).catch((error: Error & { stderr?: string }) => {
        throw new Error(`${line}: ${error.stderr ?? error.message}`);
      });
    }
  });

  it('lists every flag, code, descriptor and table', () => {
    const noop = async (): Promise<number> => 0;
    const program = buildProgram('0', {}, { import: noop, inspect: noop, status: noop, verify: noop }, () => {});
    const flags = program.commands.flatMap((command) => command.options.map((option) => option.long ?? ''));
    const words = [
      ...new Set(flags),
      ...REJECTION_CODES,
      ...WARNING_CODES,
      ...RUN_CODES,
      ...DESCRIPTOR_COLUMNS.map((column) => column.replace(/^chi\d([vn])$/, 'chi0$1')),
      ...TABLE_NAMES,
    ];
    expect(words.filter((word) => !readme.includes(word))).to.deep.equal([]);

    const importing = program.commands.find((command) => command.name() === 'import');
    const flagsOfImport = importing?.options.map((option) => option.long);
    expect(namesUnder('flag of import', /--[a-z-]+/g)).to.have.members(flagsOfImport ?? []);
    const codes = /[A-Z]+(?:_[A-Z]+)*/g;
    expect(namesUnder('a record is rejected with', codes)).to.have.members([...REJECTION_CODES]);
    expect(namesUnder('a record is taken with a warning', codes)).to.have.members([...WARNING_CODES]);
    expect(namesUnder('a run ends with', codes)).to.have.members([...RUN_CODES]);
    expect(namesUnder('table', /\w+/g)).to.have.members(TABLE_NAMES.filter((name) => name !== 'molstream_migrations'));
  });
});
