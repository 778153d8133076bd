/** The command as a user runs it: a process with arguments, streams, signals and an exit code. */
import type { ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect } from 'chai';
import knex from 'knex';
import { type Ended, MAIN, start as startProcess } from '../../support/command.js';
import { freshPostgres } from '../../support/postgres.js';
import { createProxy } from '../../support/proxy.js';

const sample = fileURLToPath(new URL('../../../../spec/fixtures/sample.sdf', import.meta.url));

describe('the command line', function () {
  this.timeout(120_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'molstream-cli-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const start = (
    args: readonly string[],
    stdin: 'pipe' | number = 'pipe',
  ): { child: ChildProcess; result: Promise<Ended> } => {
    const { MOLSTREAM_TO: _, ...env } = process.env;
    const stdio = [stdin, 'pipe', 'pipe'] as const;
    const { child, ended } = startProcess([process.execPath, MAIN, ...args], { cwd: folder, env, stdio: [...stdio] });
    return { child, result: ended };
  };
  const run = (...args: string[]): Promise<Ended> => {
    const { child, result } = start(args);
    child.stdin!.end();
    return result;
  };
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return name;
  };
  const lines = (n: number): string =>
    Array.from({ length: n }, (_, i) => `${'C'.repeat(1 + (i % 50))}O${'C'.repeat(Math.floor(i / 50))} m${i}\n`).join(
      '',
    );
  const fast = ['--descriptors', 'none', '--fingerprint', 'none'];
  /** Until the default database holds a record. */
  const firstCommit = async (): Promise<void> => {
    const target = join(folder, 'molecules.sqlite');
    const holdsRecord = async (): Promise<boolean> => {
      if (!existsSync(target)) return false;
      const database = knex({ client: 'better-sqlite3', connection: { filename: target }, useNullAsDefault: true });
      try {
        return (await database.schema.hasTable('records')) && (await database('records').first()) !== undefined;
      } finally {
        await database.destroy();
      }
    };
    while (!(await holdsRecord())) await sleep(50);
  };

  /** One line on stderr that says what is wrong, nothing on stdout, nothing created. */
  const refused = (result: Ended, pattern: RegExp): void => {
    expect(result.code).to.equal(2);
    expect(result.stdout).to.equal('');
    expect(result.stderr).to.match(pattern);
    expect(result.stderr).to.not.match(/\n\s+at |Error:/);
    expect(
      result.stderr
        .trim()
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('(')),
    ).to.have.length(1);
  };

  const wrong: [string, string[], RegExp][] = [
    ['a file that is not there', ['import', 'none.sdf'], /INPUT_NOT_FOUND.*none\.sdf/],
    ['a glob that matches nothing', ['import', 'none*.sdf'], /INPUT_NOT_FOUND.*none\*\.sdf/],
    ['no input', ['import'], /missing required argument 'input'/],
    ['an unknown flag', ['import', '--fast', 'a.smi'], /unknown option '--fast'/],
    ['an unknown command', ['imports', 'a.smi'], /unknown command 'imports'/],
    ['a wrong choice', ['import', '--raw', 'some', 'a.smi'], /--raw.*all, none/],
    ['a wrong size', ['import', '--max-batch-bytes', 'lots', 'a.smi'], /--max-batch-bytes.*16MB/],
    ['a wrong time', ['import', '--record-timeout', 'soon', 'a.smi'], /--record-timeout.*30s/],
    ['a wrong count', ['import', '--batch-size', '0', 'a.smi'], /--batch-size.*1 or more/],
    ['a wrong percentage', ['import', '--max-rejects', '120%', 'a.smi'], /BAD_OPTION: --max-rejects: must be/],
    ['a rejects file of another kind', ['import', '--rejects', 'r.txt', 'a.smi'], /BAD_OPTION.*\.ndjson/],
    ['a time that is none', ['import', '--record-timeout', '0', 'a.smi'], /BAD_OPTION: --record-timeout: must be/],
    ['a target that is none', ['import', '--commit-target', '0', 'a.smi'], /BAD_OPTION: --commit-target: must be/],
    [
      'patience beyond timers',
      ['import', '--database-timeout', '1000h', 'a.smi'],
      /BAD_OPTION: --database-timeout: must be/,
    ],
    ['a time beyond timers', ['import', '--max-batch-age', '1000h', 'a.smi'], /BAD_OPTION: --max-batch-age: must be/],
    [
      'rejections in place of the input',
      ['import', '--rejects', 'r.ndjson', 'a.smi', 'r.ndjson'],
      /BAD_OPTION: --rejects: r\.ndjson is what/,
    ],
    ['rejections of SMILES as SDF', ['import', '--rejects', 'r.sdf', 'a.smi'], /BAD_OPTION: --rejects:.*\.ndjson/],
    ['more workers than can be', ['import', '--workers', '300', 'a.smi'], /BAD_OPTION: --workers: must be at most 256/],
    ['an empty target', ['import', '--to', '', 'a.smi'], /BAD_OPTION: --to: must be not empty/],
    ['the status of an empty target', ['status', '--to', ''], /BAD_OPTION: --to: must be not empty/],
    ['a wrong schema', ['status', '--schema', 'a"b'], /BAD_OPTION: --schema: must be/],
    ['a wrong prefix', ['verify', '--table-prefix', '1', 'a.smi'], /BAD_OPTION: --table-prefix: must be/],
    ['a column that is not there', ['import', '--id', 'key', 'a.csv'], /BAD_OPTION: --id: there is no column "key"/],
    ['stdin without a name', ['import', '-'], /BAD_OPTION: --source: stdin has no name/],
    ['a packed file', ['import', 'a.zip'], /UNSUPPORTED_COMPRESSION.*unzip/],
    ['a table without SMILES', ['import', 'a.csv'], /BAD_OPTION.*weight/],
    ['a database that cannot be there', ['import', '--to', 'no/such/folder/m.sqlite', 'a.smi'], /DATABASE_/],
    ['a file that is no database', ['import', '--to', 'a.zip', 'a.smi'], /DATABASE_REFUSED.*a\.zip/],
    [
      'a file of rejections that cannot be there',
      ['import', '--rejects', 'no/r.ndjson', 'a.smi'],
      /OUTPUT_FAILED.*no\/r/,
    ],
    [
      'a server that is not there',
      ['import', '--to', 'postgres://u:pass@127.0.0.1:1/x', 'a.smi'],
      /DATABASE_UNAVAILABLE/,
    ],
    ['the status of nothing', ['status'], /DATABASE_UNAVAILABLE.*molecules\.sqlite/],
    ['the proof of nothing', ['verify', 'a.smi'], /DATABASE_UNAVAILABLE.*molecules\.sqlite/],
  ];
  const rejected =
    '{"input":"/a.smi","source":"a","ordinal":0,"byte_offset":0,"stage":"describe","code":"PARSE_FAILED","message":"no",' +
    '"external_id":null,"layout":{"format":"smiles"},"raw":"QzE="}\n';
  for (const [name, args, pattern] of wrong) {
    it(`refuses ${name} in one line`, async () => {
      file('a.smi', 'CCO ethanol\n');
      file('a.csv', 'id,weight\n1,3.5\n');
      file('r.ndjson', rejected);
      file('a.zip', 'PK\u0003\u0004 and so on');
      const result = await run(...args);
      refused(result, pattern);
      expect(result.stderr).to.not.include('pass@');
      expect(readdirSync(folder)).to.have.members(['a.smi', 'a.csv', 'a.zip', 'r.ndjson']);
      expect(readFileSync(join(folder, 'r.ndjson'), 'utf8')).to.equal(rejected);
    });
  }

  for (const command of ['import', 'inspect', 'verify']) {
    it(`refuses a folder as the stdin of ${command}`, async () => {
      const descriptor = openSync(folder, 'r');
      const { result } = start([command, '-', '--source', 's'], descriptor);
      closeSync(descriptor);
      refused(await result, /INPUT_UNREADABLE: stdin:s: is a folder/);
      expect(readdirSync(folder)).to.deep.equal([]);
    });
  }

  it('prints one JSON object, and progress beside it', async () => {
    const result = await run('import', '--json', sample);
    expect(result.code).to.equal(0);
    const summary = JSON.parse(result.stdout) as Record<string, unknown>;
    expect(summary).to.include({ run_id: 1, status: 'completed', read: 319, inserted: 311, rejected: 8, updated: 0 });
    expect(summary).to.have.all.keys(
      'run_id status read inserted updated unchanged skipped rejected molecules_new bytes elapsed_ms records_per_second peak_rss_bytes chunks rejections warnings inputs'.split(
        ' ',
      ),
    );
    expect(summary.inputs).to.deep.equal([{ uri: sample, read: 319, rejected: 8 }]);
    expect(summary.bytes).to.equal(readFileSync(sample).length);
  });

  it('says what it did, and is silent when told to be', async () => {
    file('a.smi', 'CCO ethanol\nC1CC broken\n');
    const first = await run('import', ...fast, 'a.smi');
    expect(first.stdout).to.include('2 records = 1 inserted + 1 rejected').and.to.include('SMILES_SYNTAX 1');
    const second = await run('import', ...fast, '--quiet', 'a.smi');
    expect(second).to.deep.equal({ code: 0, signal: null, stdout: '', stderr: '' });
    const status = await run('status');
    expect(status.stdout).to.include('1 records, 1 molecules').and.to.include('run 2 completed');
    const verified = await run('verify', 'a.smi');
    expect(verified.code).to.equal(0);
    expect(verified.stdout).to.include('2 records = 1 stored + 1 rejected');
  });

  it('finds what was changed behind its back', async () => {
    file('a.smi', lines(30));
    await run('import', ...fast, '--quiet', 'a.smi');
    const database = knex({
      client: 'better-sqlite3',
      connection: { filename: join(folder, 'molecules.sqlite') },
      useNullAsDefault: true,
    });
    await database('records').where({ ordinal: 7 }).delete();
    await database.destroy();
    const result = await run('verify', 'a.smi', '--json');
    expect(result.code).to.equal(1);
    const report = JSON.parse(result.stdout) as { differences: number; listed: { kind: string; ordinal: number }[] };
    expect(report.listed.some(({ kind, ordinal }) => kind === 'MISSING' && ordinal === 7)).to.equal(true);
  });

  it('puts runs side by side', async () => {
    file('a.smi', lines(30));
    await run('import', ...fast, '--quiet', '--batch-size', '10', 'a.smi');
    await run('import', ...fast, '--quiet', '--redescribe', '--source', 'again', 'a.smi');
    const { stdout } = await run('status', '--history');
    const [header, second, first, ...rest] = stdout.trimEnd().split('\n');
    expect(header).to.match(/^run {2}source +records +records\/s +chunk min\/mean\/max +commit p50\/p95 +peak memory$/);
    expect(second).to.match(/^ +2 +again +30 +[\d,]+ /);
    expect(first).to.match(/^ +1 +a +30 +[\d,]+ +\d+\/\d+\/10 +[\d.]+ m?s\/[\d.]+ m?s +[\d.]+ MB$/);
    expect(rest).to.deep.equal([]);
    const { runs } = JSON.parse((await run('status', '--history', '--json')).stdout) as { runs: object[] };
    expect(runs[1]).to.deep.include({ run_id: 1, status: 'completed', sources: ['a'], read: 30 });
    expect(runs[1]).to.have.nested.property('statistics.operations.commit.batch_items.largest', 10);
    expect(runs[1]).to.have.nested.property('statistics.data_sources.a.batch_seconds.p95').above(0);
  });

  it('counts records in the history, and nothing where there are none', async () => {
    file('one.smi', 'CCO ethanol\n');
    file('none.smi', '# nothing\n');
    await run('import', ...fast, '--quiet', 'one.smi');
    await run('import', ...fast, '--quiet', 'none.smi');
    const { stdout } = await run('status', '--history');
    expect(stdout).to.match(/^ +2 +none +0( +-){4}$/m);
    expect(stdout).to.match(/^ +1 +one +1 +[\d,]+ +1\/1\/1 /m);
  });

  for (const [name, args] of [
    ['verify', ['verify', '-', '--source', 's', '--to', 'missing.sqlite']],
    ['inspect', ['inspect', 'cut.smi.gz', '-']],
  ] as const) {
    it(`does not wait for a silent pipe once it has failed: ${name}`, async () => {
      writeFileSync(join(folder, 'cut.smi.gz'), gzipSync('CCO a\n'.repeat(1_000)).subarray(0, -10));
      const { child, result } = start(args);
      child.stdin!.write('CCO ethanol\n');
      expect((await result).code).to.be.within(1, 2);
    });
  }

  it('takes the target from the environment', async () => {
    file('a.smi', 'CCO ethanol\n');
    const env = { ...process.env, MOLSTREAM_TO: 'elsewhere.sqlite' };
    await startProcess([process.execPath, MAIN, 'import', ...fast, '--quiet', 'a.smi'], { cwd: folder, env }).ended;
    expect(existsSync(join(folder, 'elsewhere.sqlite'))).to.equal(true);
  });

  it('ends with 3 above the most rejections, with its JSON', async () => {
    file('a.smi', 'C1CC a\nC1CC b\nCCO c\n');
    const result = await run('import', ...fast, '--json', '--max-rejects', '1', 'a.smi');
    expect(result.code).to.equal(3);
    expect(JSON.parse(result.stdout)).to.have.nested.property('error.code', 'TOO_MANY_REJECTS');
    expect(result.stderr).to.match(/^molstream: TOO_MANY_REJECTS: 2 of 3 records/);
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`stops at ${signal} after the chunk in flight, and goes on`, async () => {
      const { child, result } = start(['import', ...fast, '--json', '--source', 's', '--max-batch-age', '100ms', '-']);
      child.stdin!.write(lines(200));
      await firstCommit();
      child.kill(signal);
      const { code: ended, stdout } = await result;
      expect(ended).to.equal(code);
      const summary = JSON.parse(stdout) as { status: string; read: number; error: { code: string } };
      expect(summary.status).to.equal('interrupted');
      expect(summary.error.code).to.equal('INTERRUPTED');
      const again = start(['import', ...fast, '--json', '--source', 's', '-']);
      again.child.stdin!.end(lines(300));
      const rest = await again.result;
      expect(JSON.parse(rest.stdout)).to.include({ run_id: 1, status: 'completed', read: 300, inserted: 300 });
    });
  }

  it('ends at once at a second signal, with its JSON', async () => {
    const { child, result } = start(['import', ...fast, '--json', '--source', 's', '--max-batch-age', '100ms', '-']);
    child.stdin!.write(lines(200));
    await firstCommit();
    // While another connection writes, an orderly end has to wait.
    const other = new Database(join(folder, 'molecules.sqlite'));
    try {
      other.exec('BEGIN IMMEDIATE');
      const stopping = new Promise<void>((resolve) => {
        child.stderr!.on('data', (text: string) => {
          if (text.includes('once more to stop at once')) resolve();
        });
      });
      child.kill('SIGINT');
      await stopping;
      child.kill('SIGTERM');
      const { code, stdout } = await result;
      expect(code).to.equal(143);
      const summary = JSON.parse(stdout) as { read: number; inserted: number; error: object };
      expect(summary).to.include({ run_id: 1, status: 'interrupted' });
      expect(summary.error).to.include({ code: 'INTERRUPTED' });
      const { n } = other.prepare('SELECT count(*) AS n FROM records').get() as { n: number };
      expect(n).to.be.above(0);
      expect(summary).to.include({ read: n, inserted: n });
    } finally {
      other.close();
    }
    const again = start(['import', ...fast, '--json', '--source', 's', '-']);
    again.child.stdin!.end(lines(300));
    const { stdout: rest } = await again.result;
    expect(JSON.parse(rest)).to.include({ run_id: 1, status: 'completed', read: 300, inserted: 300 });
  });

  it('stops at the first SIGINT while PostgreSQL is away, and goes on', async () => {
    const target = await freshPostgres();
    const proxy = await createProxy(target);
    const args = ['import', '--json', '--batch-size', '100', '--source', 'a', ...fast];
    const { child, result } = start([...args, '--to', proxy.url, '--log-level', 'debug', '-']);
    const heard = (text: RegExp): Promise<void> =>
      new Promise((resolve) => {
        child.stderr!.on('data', (said: string) => {
          if (text.test(said)) resolve();
        });
      });
    const committed = heard(/chunk committed/);
    child.stdin!.on('error', () => {});
    child.stdin!.write(lines(400));
    await committed;
    await proxy.shut();
    child.stdin!.write(lines(800));
    // Long enough for the sink to find out, and far from the ten minutes that it would wait.
    await sleep(1_500);
    child.kill('SIGINT');
    const { code, stdout } = await result;
    expect(code).to.equal(130);
    const { status, error, read } = JSON.parse(stdout) as { status: string; error: { code: string }; read: number };
    expect({ status, code: error.code }).to.deep.equal({ status: 'failed', code: 'DATABASE_UNAVAILABLE' });
    expect(read).to.be.within(100, 400);
    const again = start([...args, '--to', target, '-']);
    again.child.stdin!.end(lines(1_200));
    const { code: last, stdout: whole } = await again.result;
    expect(last).to.equal(0);
    expect(JSON.parse(whole)).to.include({ run_id: 1, status: 'completed', read: 1_200 });
  });

  it('says who holds an input, and takes it over from the dead', async () => {
    file('a.smi', lines(200));
    const pipe = ['import', ...fast, '--json', '--source', 's', '--max-batch-age', '100ms', '-'];
    const first = start(pipe);
    first.child.stdin!.write(lines(50));
    await firstCommit();
    const second = start(pipe);
    second.child.stdin!.end(lines(200));
    const told = await second.result;
    expect(told.code).to.equal(1);
    expect(told.stderr).to.match(/INPUT_IN_USE.*\d+/);
    const summary = JSON.parse(told.stdout) as { error: object };
    expect(summary).to.include({ run_id: null, status: 'failed', read: 0 });
    expect(summary.error).to.include({ code: 'INPUT_IN_USE', input: 'stdin:s' });
    first.child.kill('SIGKILL');
    await first.result;
    const third = start(pipe);
    third.child.stdin!.end(lines(200));
    const { code, stdout } = await third.result;
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).to.include({ run_id: 1, read: 200, inserted: 200 });
  });

  (existsSync('/dev/full') ? it : () => {})('says in one line that its output cannot be written', async () => {
    file('a.smi', 'CCO a\n');
    const command = ['sh', '-c', `"$0" "$@" > /dev/full`, process.execPath, MAIN, 'import', ...fast, 'a.smi'] as const;
    const { code, stderr } = await startProcess(command, { cwd: folder }).ended;
    expect(code).to.equal(1);
    expect(stderr).to.match(/^molstream: OUTPUT_FAILED: standard output cannot be written \(.*\)\n$/);
  });

  (existsSync('/dev/full') ? it : () => {})('goes on where nobody can be shown anything', async () => {
    file('a.smi', 'CCO a\n');
    const unheard = async (...args: string[]): Promise<number | null> =>
      (
        await startProcess(['sh', '-c', `"$0" "$@" 2> /dev/full`, process.execPath, MAIN, ...args], {
          cwd: folder,
          stdio: 'ignore',
        }).ended
      ).code;
    expect(await unheard('import', 'none.smi')).to.equal(2);
    expect(await unheard('import', ...fast, '--log-level', 'debug', 'a.smi')).to.equal(0);
  });

  it('shows help and version', async () => {
    const help = await run('--help');
    expect(help.code).to.equal(0);
    expect(help.stdout).to.include('import').and.to.include('verify');
    const version = await run('--version');
    expect(version).to.deep.include({ code: 0, stderr: '' });
    expect(version.stdout).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it('does not mind a reader that leaves', async () => {
    const { child, result } = start(['inspect', sample]);
    child.stdin!.end();
    child.stdout!.destroy();
    expect((await result).code).to.equal(0);
  });
});
