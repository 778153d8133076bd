/**
 * `npm run fuzz -- [--seconds N] [--seed S] [--from CASE] [--cases N] [--keep FOLDER] [--json] [FILE or FOLDER...]`:
 * spoils records of the fixtures and of the files, and checks how they are read, described and imported: no crash, no
 * hang, bounded memory, every record accounted for, and those that were not touched as before. Exits 1 on a finding.
 * `--seed S --from N --cases 1` makes one case again; `--keep` writes the spoilt file of each finding.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { messageOf } from '../../lib/errors.js';
import { filesIn } from './account/account.js';
import { type Finding, fuzz } from './fuzz/fuzz.js';
import { machine } from './machine.js';

const FIXTURES = fileURLToPath(new URL('../../../spec/fixtures/', import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    cases: { type: 'string' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

try {
  const report = await fuzz({
    files: filesIn([FIXTURES, ...positionals]),
    seconds: Number(values.seconds),
    seed: Number(values.seed),
    from: Number(values.from),
    ...(values.cases !== undefined && { cases: Number(values.cases) }),
    onFinding: show,
  });
  const { findings, ...figures } = report;
  if (values.json)
    console.log(JSON.stringify({ machine: machine(), ...figures, findings: findings.length, listed: findings }));
  else {
    console.log(machine());
    console.log(
      `${report.cases} cases from ${report.seeds} pieces of files, ${report.imports} of them imported; ` +
        `${findings.length} findings; at most ${Math.round(report.peakRssBytes / 1e6)} MB; ${report.seconds} s`,
    );
  }
  process.exitCode = findings.length > 0 ? 1 : 0;
} catch (error) {
  console.error(`fuzz: ${messageOf(error)}`);
  process.exitCode = 1;
}

function show({ index, wrong, spoilt }: Finding): void {
  if (!values.json) {
    console.log(`case ${index}: ${spoilt === null ? '' : `${spoilt.file}: ${spoilt.how}`}`);
    for (const text of wrong.slice(0, 10)) console.log(`  ${text.slice(0, 2_000)}`);
  }
  if (values.keep === undefined || spoilt === null) return;
  mkdirSync(values.keep, { recursive: true });
  writeFileSync(
    join(values.keep, `${index}-${basename(spoilt.file).replace(/\.gz$/, '')}`),
    Buffer.from(spoilt.base64, 'base64'),
  );
}
