/** The command line: its commands and flags. What they do is in the files beside this one. */
import { Command, Option } from 'commander';
import { DEFAULTS } from '../../lib/options.js';
import { FORMATS } from '../../lib/types.js';
import type { ImportFlags } from './import-command.js';
import type { InspectFlags } from './inspect-command.js';
import type { StatusFlags } from './status-command.js';
import { parseCount, parseDuration, parsePort, parseSize } from './values.js';
import type { VerifyFlags } from './verify-command.js';

/** What each command does; resolves to the exit code. */
export interface Commands {
  import(inputs: string[], flags: ImportFlags): Promise<number>;
  inspect(inputs: string[], flags: InspectFlags): Promise<number>;
  status(flags: StatusFlags): Promise<number>;
  verify(inputs: string[], flags: VerifyFlags): Promise<number>;
}

/** `setExitCode` is called once, when the command has ended. */
export function buildProgram(
  version: string,
  environment: NodeJS.ProcessEnv,
  commands: Commands,
  setExitCode: (code: number) => void,
): Command {
  const program = new Command('molstream')
    .description('Streams molecule dumps (SDF, SMILES, CSV) into a database.')
    .version(version)
    .showHelpAfterError('(molstream --help, or molstream COMMAND --help, lists what there is)')
    .exitOverride();

  const target = (): Option =>
    new Option('--to <target>', 'SQLite file, or postgres:// URL (also MOLSTREAM_TO)').default(
      environment.MOLSTREAM_TO || DEFAULTS.to,
      environment.MOLSTREAM_TO ? 'MOLSTREAM_TO' : DEFAULTS.to,
    );
  const tables = (command: Command): Command =>
    command
      .addOption(target())
      .option('--schema <name>', 'PostgreSQL schema of the tables', DEFAULTS.schema)
      .option('--table-prefix <prefix>', "what the tables' names start with", DEFAULTS.tablePrefix);
  const reading = (command: Command): Command =>
    command
      .addOption(new Option('--format <format>', 'format of the inputs; detected otherwise').choices(FORMATS))
      .option('--encoding <label>', 'text encoding; UTF-8, or Windows-1252 where a record is not UTF-8, otherwise')
      .option('--source <name>', "the source's name in the database; the profile's or the file's name otherwise")
      .option('--id <tag>', "tag or column that holds a record's id; none: key by content")
      .option('--name <tag>', "tag or column that holds a record's name")
      .option('--smiles <column>', 'column that holds the SMILES');
  const longest = (text = 'longest record'): Option =>
    measured('--max-record-bytes <size>', text, parseSize, DEFAULTS.maxRecordBytes, '16MB');

  const importing = tables(reading(program.command('import')))
    .description('Streams files, globs or stdin (-) into a database.')
    .argument('<input...>', 'files, globs, or - for stdin')
    .addOption(choice('--descriptors <set>', "RDKit's 43 descriptors", ['all', 'none'], DEFAULTS.descriptors))
    .addOption(choice('--fingerprint <kind>', 'fingerprint', ['morgan', 'none'], DEFAULTS.fingerprint))
    .addOption(
      choice(
        '--standardize <level>',
        'standardise structures first',
        ['none', 'cleanup', 'fragment', 'parent'],
        DEFAULTS.standardize,
      ),
    )
    .option('--trust-tags', 'take over InChI and key of PubChem, ChEMBL and DrugBank records; 1 in 50 is computed too')
    .addOption(
      choice(
        '--on-conflict <what>',
        'for a record that an earlier run stored with other content',
        ['update', 'skip', 'reject'],
        DEFAULTS.onConflict,
      ),
    )
    .option('--redescribe', 'describe records again that are held unchanged')
    .addOption(choice('--raw <what>', "keep each record's bytes", ['all', 'none'], DEFAULTS.raw))
    .option('--batch-size <n>', 'a fixed number of rows a chunk; adaptive otherwise', parseCount)
    .option('--max-batch-rows <n>', 'most rows of an adaptive chunk', parseCount, DEFAULTS.maxBatchRows)
    .option('--max-batch-bytes <size>', 'most bytes of a chunk; 16MB otherwise, less where memory is short', parseSize)
    .addOption(
      measured('--max-batch-age <time>', 'oldest a chunk may grow', parseDuration, DEFAULTS.maxBatchAgeMs, '2s'),
    )
    .addOption(
      measured('--commit-target <time>', 'longest a commit should take', parseDuration, DEFAULTS.commitTargetMs, '1s'),
    )
    .option('--workers <n>', 'worker threads; as many as cores and memory allow otherwise', parseCount)
    .option('--memory-limit <size>', "memory to stay below; the system's or cgroup's limit otherwise", parseSize)
    .addOption(
      measured(
        '--record-timeout <time>',
        'longest for describing one record',
        parseDuration,
        DEFAULTS.recordTimeoutMs,
        '30s',
      ),
    )
    .addOption(longest())
    .addOption(
      measured(
        '--database-timeout <time>',
        'how long to wait for a database that is away',
        parseDuration,
        DEFAULTS.databaseTimeoutMs,
        '10min',
      ),
    )
    .option('--max-rejects <n>', 'stop above N rejections, or N% of the records')
    .option('--rejects <file>', 'write rejections to FILE.ndjson or FILE.sdf')
    .option('--limit <n>', 'read N records in this execution; run again for the next', parseCount)
    .option('--dry-run', 'count what would happen, write nothing')
    .option('--restart', 'forget the checkpoint (not the data) and read from the start')
    .option('--metrics-port <port>', 'serve Prometheus metrics at this port while it runs', parsePort)
    .option('--json', 'print one JSON object on stdout at the end')
    .option('--quiet', 'no progress, no summary')
    .addOption(
      choice('--log-level <level>', 'log lines (JSON) on stderr', ['debug', 'info', 'warn', 'error', 'silent'], 'warn'),
    );
  importing.action(async (inputs: string[], flags: ImportFlags) => setExitCode(await commands.import(inputs, flags)));

  reading(program.command('inspect'))
    .description('Shows what is in files: format, records, tags, and what would be rejected. Touches no database.')
    .argument('<input...>', 'files, globs, or - for stdin')
    .addOption(longest())
    .option('--json', 'print one JSON object on stdout')
    .action(async (inputs: string[], flags: InspectFlags) => setExitCode(await commands.inspect(inputs, flags)));

  tables(program.command('status'))
    .description('Shows runs, inputs, checkpoints and rejections of a database.')
    .option('--history', 'a table of the last 20 runs: rate, chunk sizes, time of commits, memory')
    .option('--json', 'print one JSON object on stdout')
    .action(async (flags: StatusFlags) => setExitCode(await commands.status(flags)));

  tables(reading(program.command('verify')))
    .description(
      'Reads inputs again and proves that every record is in the database in exactly one state, with its bytes.',
    )
    .argument('<input...>', 'the files that were imported')
    .addOption(longest('as given to import'))
    .option('--json', 'print one JSON object on stdout')
    .action(async (inputs: string[], flags: VerifyFlags) => setExitCode(await commands.verify(inputs, flags)));

  return program;
}

function choice(flag: string, text: string, choices: readonly string[], otherwise: string): Option {
  return new Option(flag, text).choices(choices).default(otherwise);
}

function measured(
  flag: string,
  text: string,
  parse: (value: string) => number,
  otherwise: number,
  shown: string,
): Option {
  return new Option(flag, text).argParser(parse).default(otherwise, shown);
}
