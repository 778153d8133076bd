import { expect } from 'chai';
import { MolstreamError, type RunCode } from '../../../lib/errors.js';
import { type Place, summaryText } from '../../../pipelines/cli/summary-text.js';
import { type ImportSummary, nothingBegun } from '../../../pipelines/summary.js';

describe('the summary of a run that ended early', () => {
  const headline = (code: RunCode): string | undefined =>
    summaryText({ ...nothingBegun(new MolstreamError(code, 'why')), run_id: 3 }, { to: 'm.sqlite' }).split('\n')[0];

  it('says that the same command goes on, where it does', () => {
    expect(headline('DATABASE_UNAVAILABLE')).to.equal('run 3 failed; the same command goes on from here');
    expect(headline('INTERRUPTED')).to.equal('run 3 interrupted; the same command goes on from here');
    for (const code of ['INPUT_CHANGED', 'TOO_MANY_REJECTS'] as const) expect(headline(code)).to.equal('run 3 failed');
  });
});

describe('the summary of an import', () => {
  const nothing = nothingBegun(new MolstreamError('INTERNAL', 'why'));
  const completed = { ...nothing, run_id: 3, status: 'completed' } as const;
  /** Without the next steps. */
  const lines = (summary: ImportSummary): string[] =>
    summaryText(summary, { to: 'm.sqlite' }).split('\n\n')[0]!.split('\n');

  it('accounts for all records, and says what it took', () => {
    const summary = {
      ...completed,
      read: 1_000,
      inserted: 990,
      rejected: 10,
      molecules_new: 975,
      elapsed_ms: 812,
      records_per_second: 1_231,
      peak_rss_bytes: 301_989_888,
      chunks: { count: 12, smallest: 20, largest: 140, last: 96 },
      rejections: { PARSE_FAILED: 3, INVALID_VALENCE: 7 },
      warnings: { INCHI_FAILED: 2 },
    };
    expect(lines(summary)).to.deep.equal([
      'run 3 completed',
      '  1,000 records = 990 inserted + 10 rejected',
      '  975 new molecules',
      '  rejected: INVALID_VALENCE 7, PARSE_FAILED 3',
      '  warnings: INCHI_FAILED 2',
      '  812 ms, 1,231 records/s, 12 chunks of 20 to 140, peak memory 302.0 MB',
    ]);
  });

  it('leaves out what there was none of', () => {
    const account = ['  0 records = 0 inserted + 0 rejected', '  0 new molecules'];
    expect(lines(completed)).to.deep.equal(['run 3 completed', ...account]);
    expect(summaryText(completed, {})).not.to.contain('what was rejected');
    const dry: ImportSummary = { ...completed, run_id: null, dry_run: true };
    expect(summaryText(dry, {}).split('\n')).to.deep.equal(['dry run: nothing was written', ...account]);
  });
});

describe('the next steps after an import', () => {
  const steps = (place: Place): string[] => {
    const nothing = nothingBegun(new MolstreamError('INTERNAL', 'why'));
    const lines = summaryText({ ...nothing, run_id: 3, status: 'completed', rejected: 1 }, place).split('\n');
    return lines.slice(lines.indexOf('next:') + 1);
  };
  const query = (table: string): string =>
    `SELECT name, formula, mol_weight, tpsa FROM ${table} WHERE mol_weight < 300 LIMIT 5`;

  it('name the file, the prefix of its tables, and what a shell takes for one word', () => {
    expect(steps({ to: 'molecules.sqlite' })).to.deep.equal([
      `  sqlite3 molecules.sqlite "${query('compounds')}"`,
      '  npx molstream status',
      '  the table rejections says what was rejected, and why',
    ]);
    expect(steps({ to: 'my lab.sqlite', tablePrefix: 'lab_' })).to.deep.equal([
      `  sqlite3 'my lab.sqlite' "${query('lab_compounds')}"`,
      "  npx molstream status --to 'my lab.sqlite' --table-prefix lab_",
      '  the table lab_rejections says what was rejected, and why',
    ]);
  });

  it('name the server without its password, and the schema', () => {
    expect(steps({ to: 'postgres://me:secret@db/chem' })).to.deep.equal([
      `  ${query('molstream.compounds')}`,
      '  npx molstream status --to postgres://me@db/chem',
      '  the table molstream.rejections says what was rejected, and why',
    ]);
    expect(steps({ to: 'postgres://me@db/chem?sslmode=require', schema: 'Lab' })).to.deep.equal([
      `  ${query('"Lab".compounds')}`,
      "  npx molstream status --to 'postgres://me@db/chem?sslmode=require' --schema Lab",
      '  the table "Lab".rejections says what was rejected, and why',
    ]);
  });
});
