/**
 * The standardiser against known results of RDKit's MolStandardize, and what it costs.
 * `npm run bench -- standardize [--json] [--rows N]`: N rows of each file, spread over it; all by default.
 */
import { availableParallelism, cpus } from 'node:os';
import type { Mol } from '@rdkit/rdkit';
import { Graph } from '../../lib/chemistry/descriptors/graph.js';
import { decodePickle, PICKLE_FLAGS } from '../../lib/chemistry/descriptors/pickle.js';
import { compileRdkit, loadRdkit, type Rdkit, toolkitVersion } from '../../lib/chemistry/rdkit.js';
import {
  createStandardizer,
  type Level,
  STANDARDIZER_VERSION,
  type Standardizer,
} from '../../lib/chemistry/standardize/standardize.js';
import {
  type Comparison,
  compareKnown,
  type Difference,
  type KnownRow,
  readKnownRows,
  type Share,
} from '../support/known-standardization.js';
import { sharedDataFolder } from '../support/shared-data.js';

const FRAGMENT = 'known/rdkit/100kPCS_fragment.csv.gz';
const FILES: readonly (readonly [file: string, level: Level])[] = [
  [FRAGMENT, 'fragment'],
  ['perf/rdkit/100kPCS_standardize_sm.csv.gz', 'cleanup'],
  ['known/rdkit/1kPCS_fragment.csv.gz', 'fragment'],
  ['known/rdkit/1kPCS_standardize_sm.csv.gz', 'cleanup'],
];
const MOLECULES = 2_000;
const ROUNDS = 5;

export async function run(args: string[]): Promise<void> {
  if (sharedDataFolder === null) throw new Error('the known results are not beside the project');
  const at = args.indexOf('--rows');
  const rows = at < 0 ? Number.POSITIVE_INFINITY : Number(args[at + 1]);
  if (!(rows >= 1)) throw new Error('--rows takes a number from 1');
  const rdkit = await loadRdkit(await compileRdkit());
  const standardizer = createStandardizer(rdkit.module);
  const report = {
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores`,
    versions: { node: process.version, toolkit: toolkitVersion(), standardizer: STANDARDIZER_VERSION },
    comparisons: FILES.map(([file, level]) => {
      const known = readKnownRows(`${sharedDataFolder}${file}`, rows);
      return { file, level, rows: known.length, ...summary(compareKnown(rdkit.module, standardizer, level, known)) };
    }),
    cost: cost(rdkit, standardizer, readKnownRows(`${sharedDataFolder}${FRAGMENT}`, 2 * MOLECULES)),
  };
  standardizer.dispose();
  if (args.includes('--json')) console.log(JSON.stringify(report, null, 1));
  else print(report);
}

function summary({ changed, unchanged, unreadable, differences }: Comparison) {
  const { withMetals, withoutMetals } = changed;
  const all = { rows: withMetals.rows + withoutMetals.rows, equal: withMetals.equal + withoutMetals.equal };
  const reasons = new Map<string, Difference[]>();
  for (const difference of differences) {
    reasons.set(difference.reason, [...(reasons.get(difference.reason) ?? []), difference]);
  }
  return {
    unreadable,
    changed: { all: percent(all), withoutMetals: percent(withoutMetals), withMetals: percent(withMetals) },
    unchanged: {
      rows: unchanged.rows,
      altered: unchanged.rows - unchanged.equal,
      alteredPercent: share(unchanged.rows - unchanged.equal, unchanged.rows),
    },
    rest: [...reasons].map(([reason, rows]) => ({
      reason,
      rows: rows.length,
      examples: rows.slice(0, 3).map(({ input, expected, got }) => ({ input, expected, got })),
    })),
  };
}

function percent({ rows, equal }: Share) {
  return { rows, equal, percent: share(equal, rows) };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Number(((100 * part) / whole).toFixed(4));
}

/**
 * Microseconds of processor time a molecule, the best of some rounds: of reading it, the plain baseline, and of each
 * level on top.
 */
function cost(rdkit: Rdkit, standardizer: Standardizer, rows: readonly KnownRow[]) {
  const untouched: { mol: Mol; graph: Graph }[] = [];
  const touched: Mol[] = [];
  for (const { input } of rows) {
    const mol = rdkit.module.get_mol(input);
    if (mol === null) continue;
    const { mol: result } = standardizer.apply(mol, 'parent');
    if (result !== mol) {
      result.delete();
      touched.push(mol);
    } else if (untouched.length < MOLECULES) {
      const graph = new Graph();
      decodePickle(mol.get_as_uint8array(PICKLE_FLAGS) as Uint8Array, graph);
      untouched.push({ mol, graph });
    } else {
      mol.delete();
    }
  }
  const inputs = rows.slice(0, MOLECULES);
  const best = (count: number, work: () => void): number => {
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round++) {
      const start = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(start);
      least = Math.min(least, user + system);
    }
    return Number((least / Math.max(1, count)).toFixed(2));
  };
  const apply = (level: Level, decoded: boolean) => () => {
    for (const { mol, graph } of untouched) standardizer.apply(mol, level, decoded ? graph : null);
  };
  const result = {
    molecules: { nothingApplies: untouched.length, somethingApplies: touched.length },
    microseconds: {
      read: best(inputs.length, () => {
        for (const { input } of inputs) rdkit.module.get_mol(input)?.delete();
      }),
      nothingAppliesDecoded: {
        cleanup: best(untouched.length, apply('cleanup', true)),
        parent: best(untouched.length, apply('parent', true)),
      },
      nothingAppliesUndecoded: { parent: best(untouched.length, apply('parent', false)) },
      somethingApplies: {
        parent: best(touched.length, () => {
          for (const mol of touched) standardizer.apply(mol, 'parent').mol.delete();
        }),
      },
    },
  };
  for (const mol of [...touched, ...untouched.map((entry) => entry.mol)]) mol.delete();
  return result;
}

interface Report {
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly comparisons: readonly ({ file: string; level: Level; rows: number } & ReturnType<typeof summary>)[];
  readonly cost: ReturnType<typeof cost>;
}

function print({ machine, versions, comparisons, cost: { molecules, microseconds } }: Report): void {
  console.log(`${machine}; Node ${versions.node}, ${versions.toolkit}, standardiser ${versions.standardizer}`);
  for (const { file, level, rows, unreadable, changed, unchanged, rest } of comparisons) {
    console.log(`\n${file}, ${level}: ${rows} rows, ${unreadable} that RDKit does not read`);
    for (const [name, { rows: count, equal, percent: part }] of Object.entries(changed)) {
      console.log(`  rows that change, ${name.padEnd(13)} ${equal} of ${count} as known  ${part} %`);
    }
    console.log(
      `  rows that do not change, altered ${unchanged.altered} of ${unchanged.rows}  ${unchanged.alteredPercent} %`,
    );
    for (const { reason, rows: count, examples } of rest) {
      console.log(`  ${count} x ${reason}`);
      for (const { input, expected, got } of examples)
        console.log(`      ${input}\n        known ${expected}\n        ours  ${got}`);
    }
  }
  const { read, nothingAppliesDecoded, nothingAppliesUndecoded, somethingApplies } = microseconds;
  console.log(`\nus of processor time a molecule, best of ${ROUNDS} rounds (reading the SMILES: ${read})`);
  console.log(
    `  nothing applies (${molecules.nothingApplies}), pickle decoded already: cleanup ${nothingAppliesDecoded.cleanup}, parent ${nothingAppliesDecoded.parent}`,
  );
  console.log(`  nothing applies, pickle read for it: parent ${nothingAppliesUndecoded.parent}`);
  console.log(`  something applies (${molecules.somethingApplies}): parent ${somethingApplies.parent}`);
}
