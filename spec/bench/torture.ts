/**
 * `npm run torture -- [--kills N] [--records N] [--seed S] [--to sqlite|postgres] [--victim server] [--together] [--json]`: kills the
 * real command (or the PostgreSQL server that it writes to) with SIGKILL at chosen and at random moments, resumes it until
 * it completes, verifies after each kill, and compares every table with that of an uninterrupted import. Two inputs are
 * imported one after the other, or `--together` by one command. Exits 1 on any difference.
 */
import { parseArgs } from 'node:util';
import { messageOf } from '../../lib/errors.js';
import type { Kind } from '../support/stores.js';
import { machine } from './machine.js';
import type { TortureReport } from './torture/report.js';
import { torture } from './torture/torture.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    records: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    to: { type: 'string' },
    victim: { type: 'string', default: 'command' },
    together: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const victim = values.victim === 'server' ? 'server' : 'command';
const all: Kind[] = victim === 'server' ? ['postgres'] : ['sqlite', 'postgres'];
const targets = values.to === undefined ? all : [values.to as Kind];
const [kills, records, seed] = [Number(values.kills), Number(values.records), Number(values.seed)];

try {
  const reports: TortureReport[] = [];
  for (const to of targets) {
    const onKill = (done: number, what: string): void => {
      if (!values.json && process.stderr.isTTY) {
        process.stderr.write(`\r${to}: ${done} of ${kills} kills (${what})          `);
      }
    };
    const onRound = ({ rounds, kills: done, lost, twice, differences }: TortureReport, seconds: number): void => {
      if (values.json) return;
      const what = rounds === 0 ? 'the uninterrupted import' : `round ${rounds}`;
      const found = `${lost} lost, ${twice} twice, ${differences} differences`;
      process.stderr.write(
        `${process.stderr.isTTY ? '\r' : ''}${to}: ${what}: ${done} of ${kills} kills, ${found}, ${seconds.toFixed(0)} s\n`,
      );
    };
    reports.push(await torture({ to, kills, records, seed, victim, together: values.together, onKill, onRound }));
  }
  const sum = (name: 'kills' | 'lost' | 'twice' | 'differences' | 'seconds'): number =>
    reports.reduce((total, report) => total + report[name], 0);
  const total = {
    kills: sum('kills'),
    records,
    lost: sum('lost'),
    twice: sum('twice'),
    differences: sum('differences'),
    seconds: sum('seconds'),
  };
  if (values.json) console.log(JSON.stringify({ machine: machine(), seed, ...total, results: reports }));
  else print(reports);
  process.exitCode = total.lost + total.twice + total.differences > 0 ? 1 : 0;
} catch (error) {
  console.error(`torture: ${messageOf(error)}`);
  process.exitCode = 1;
}

function print(reports: readonly TortureReport[]): void {
  console.log(machine());
  const how = values.together ? 'in one import' : 'one import each';
  console.log(`two inputs of ${records} records, the second mostly a repetition of the first, ${how}; seed ${seed}\n`);
  console.log('to         kills  rounds  verified  lost  twice  differences  seconds');
  for (const report of reports) {
    const { to, kills: done, rounds, verified, lost, twice, differences, seconds } = report;
    const columns = [done, rounds, verified, lost, twice, differences, seconds.toFixed(1)];
    const widths = [6, 8, 10, 6, 7, 13, 9];
    console.log(`${to.padEnd(10)}${columns.map((value, index) => String(value).padStart(widths[index]!)).join('')}`);
  }
  for (const { to, aimed, examples } of reports) {
    console.log(
      `${to}: ${Object.entries(aimed)
        .map(([what, n]) => `${what} ${n}`)
        .join(', ')}`,
    );
    for (const example of examples) console.log(`  ${example}`);
  }
}
