import { expect } from 'chai';
import { UsageError } from '../../lib/errors.js';
import { DEFAULTS, type ImportOptions, resolveOptions } from '../../lib/options.js';

describe('the options of an import', () => {
  const wrong: [Partial<ImportOptions>, RegExp][] = [
    [{ inputs: [] }, /^inputs: /],
    [{ format: 'pdb' as 'sdf' }, /^format: must be one of sdf, smiles, csv, tsv, rejects, not "pdb"$/],
    [{ onConflict: 'replace' as 'skip' }, /^onConflict: must be one of update, skip, reject, not "replace"$/],
    [{ workers: 0 }, /^workers: must be a whole number from 1, not 0$/],
    [{ batchSize: 1.5 }, /^batchSize: must be a whole number from 0, not 1.5$/],
    [{ maxBatchRows: Number.NaN }, /^maxBatchRows: /],
    [{ maxRecordBytes: -1 }, /^maxRecordBytes: .* not -1$/],
    [{ memoryLimit: 50 }, /^memoryLimit: .* from 250000000, .* not 50$/],
    [{ memoryLimit: -1 }, /^memoryLimit: .* not -1$/],
    [{ memoryLimit: Number.NaN }, /^memoryLimit: /],
    [{ memoryLimit: 100_000_000 }, /^memoryLimit: .* from 250000000, .* not 100000000$/],
    [{ metricsPort: 70_000 }, /^metricsPort: must be a port, 0 to 65535, not 70000$/],
    [{ maxRejects: '101%' }, /^maxRejects: .* not "101%"$/],
    [{ maxRejects: -1 }, /^maxRejects: .* not -1$/],
    [{ schema: 'drop table' }, /^schema: .* not "drop table"$/],
    [{ tablePrefix: '1_' }, /^tablePrefix: .* not "1_"$/],
    [{ rejects: 'r.csv' }, /^rejects: .*\.ndjson or \.sdf, not "r\.csv"$/],
    [{ source: '' }, /^source: must be not empty, not ""$/],
  ];
  for (const [options, message] of wrong) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => resolveOptions({ inputs: ['a.sdf'], ...options }))
        .to.throw(UsageError, message)
        .with.property('code', 'BAD_OPTION');
    });
  }

  it('has these defaults', () => {
    expect(DEFAULTS).to.include({
      to: 'molecules.sqlite',
      descriptors: 'all',
      fingerprint: 'morgan',
      standardize: 'none',
      onConflict: 'update',
      raw: 'all',
      batchSize: 0,
      maxBatchRows: 10_000,
      maxBatchAgeMs: 2_000,
      commitTargetMs: 1_000,
      recordTimeoutMs: 30_000,
      maxRecordBytes: 16_000_000,
      databaseTimeoutMs: 600_000,
      schema: 'molstream',
      tablePrefix: '',
    });
  });

  it('completes what was given, and changes no more', () => {
    const resolved = resolveOptions({ inputs: ['a.sdf'], maxRejects: '2.5%', workers: 3, source: undefined as never });
    expect(resolved).to.be.frozen;
    expect(resolved).to.deep.include({ ...DEFAULTS, inputs: ['a.sdf'], workers: 3, maxRejects: { share: 0.025 } });
    expect(resolved.source).to.equal(null);
    expect(resolveOptions({ inputs: ['a.sdf'] }).workers).to.be.at.least(1);
    expect(resolveOptions({ inputs: ['a.sdf'], maxRejects: 7 }).maxRejects).to.deep.equal({ count: 7 });
  });
});
