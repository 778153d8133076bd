import { expect } from 'chai';
import { buildProgram, type Commands } from '../../../pipelines/cli/program.js';

/** What the command that the arguments name is given. */
async function given(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const called: { command: string; inputs: string[]; flags: object; exitCode: number | null }[] = [];
  const command =
    (name: string, code: number) =>
    async (inputs: string[], flags: object): Promise<number> => {
      called.push({ command: name, inputs, flags, exitCode: null });
      return code;
    };
  const commands: Commands = {
    import: command('import', 0),
    inspect: command('inspect', 1),
    status: (flags) => command('status', 2)([], flags),
    verify: command('verify', 3),
  };
  const setExitCode = (code: number): void => {
    called[0]!.exitCode = code;
  };
  await buildProgram('1.2.3', environment, commands, setExitCode).parseAsync(['node', 'molstream', ...args]);
  expect(called).to.have.length(1);
  return called[0]!;
}

const TABLES = '--to x.sqlite --schema s --table-prefix p';
const READING = '--format csv --encoding latin1 --source src --id ID --name NAME --smiles SMI';
const READ = { format: 'csv', encoding: 'latin1', source: 'src', id: 'ID', name: 'NAME', smiles: 'SMI' };
const IN_TABLES = { to: 'x.sqlite', schema: 's', tablePrefix: 'p' };

describe('the flags of the command line', () => {
  it('reach the import, each in its own unit', async () => {
    const flags =
      '--descriptors none --fingerprint none --standardize parent --trust-tags --on-conflict reject --redescribe ' +
      '--raw none --batch-size 7 --max-batch-rows 8 --max-batch-bytes 9kB --max-batch-age 500ms --commit-target 2s ' +
      '--workers 3 --memory-limit 1.5GB --record-timeout 4min --max-record-bytes 2MiB --database-timeout 1h ' +
      '--max-rejects 5% --rejects r.sdf --limit 11 --dry-run --restart --metrics-port 9100 --json --quiet --log-level debug';
    const args = `import ${TABLES} ${READING} ${flags} a.csv b.csv`.split(' ');
    expect(await given(args)).to.deep.equal({
      command: 'import',
      inputs: ['a.csv', 'b.csv'],
      exitCode: 0,
      flags: {
        ...IN_TABLES,
        ...READ,
        descriptors: 'none',
        fingerprint: 'none',
        standardize: 'parent',
        trustTags: true,
        onConflict: 'reject',
        redescribe: true,
        raw: 'none',
        batchSize: 7,
        maxBatchRows: 8,
        maxBatchBytes: 9_000,
        maxBatchAge: 500,
        commitTarget: 2_000,
        workers: 3,
        memoryLimit: 1_500_000_000,
        recordTimeout: 240_000,
        maxRecordBytes: 2_097_152,
        databaseTimeout: 3_600_000,
        maxRejects: '5%',
        rejects: 'r.sdf',
        limit: 11,
        dryRun: true,
        restart: true,
        metricsPort: 9_100,
        json: true,
        quiet: true,
        logLevel: 'debug',
      },
    });
  });

  it('have the defaults that are written down', async () => {
    expect((await given(['import', '-'])).flags).to.deep.equal({
      to: 'molecules.sqlite',
      schema: 'molstream',
      tablePrefix: '',
      descriptors: 'all',
      fingerprint: 'morgan',
      standardize: 'none',
      onConflict: 'update',
      raw: 'all',
      maxBatchRows: 10_000,
      maxBatchAge: 2_000,
      commitTarget: 1_000,
      recordTimeout: 30_000,
      maxRecordBytes: 16_000_000,
      databaseTimeout: 600_000,
      logLevel: 'warn',
    });
  });

  it('reach the other commands, whose codes are those of the process', async () => {
    const inspect = await given(`inspect ${READING} --max-record-bytes 5 --json a.csv`.split(' '));
    expect(inspect).to.deep.equal({
      command: 'inspect',
      inputs: ['a.csv'],
      exitCode: 1,
      flags: { ...READ, maxRecordBytes: 5, json: true },
    });
    const status = await given(`status ${TABLES} --history --json`.split(' '));
    const shown = { ...IN_TABLES, history: true, json: true };
    expect(status).to.deep.equal({ command: 'status', inputs: [], exitCode: 2, flags: shown });
    const verify = await given(`verify ${TABLES} ${READING} --max-record-bytes 5 --json a.csv`.split(' '));
    const compared = { ...IN_TABLES, ...READ, maxRecordBytes: 5, json: true };
    expect(verify).to.deep.equal({ command: 'verify', inputs: ['a.csv'], exitCode: 3, flags: compared });
  });

  it('come before MOLSTREAM_TO, which all commands on a database take', async () => {
    const environment = { MOLSTREAM_TO: 'elsewhere.sqlite' };
    for (const args of [['import', 'a'], ['status'], ['verify', 'a']]) {
      expect((await given(args, environment)).flags).to.include({ to: 'elsewhere.sqlite' });
      expect((await given([...args, '--to', 'here.sqlite'], environment)).flags).to.include({ to: 'here.sqlite' });
      expect((await given(args, { MOLSTREAM_TO: '' })).flags).to.include({ to: 'molecules.sqlite' });
    }
  });
});
