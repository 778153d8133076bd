/**
 * `npm run bench -- kernel [FILE] [--records N] [--rounds N] [--json]`: what the 43 descriptors and the fingerprint of a
 * molecule cost, amid the rest of a record's work: by the kernel (read-out and decoding of the pickle counted with the
 * descriptors), records side by side and without fractions as `describeRecords` takes them; and by RDKit's
 * `get_descriptors()` (reading its JSON included) and `get_morgan_fp_as_uint8array()`, one record after the other.
 * Both ways are taken in turn for each group of records; a figure is the mean over groups of the least of the rounds, as
 * what else runs on the machine only ever adds.
 */
import { fileURLToPath } from 'node:url';
import type { Mol } from '@rdkit/rdkit';
import { DESCRIPTORS } from '../../lib/chemistry/columns.js';
import {
  computeDescriptors,
  computeFingerprint,
  createGraph,
  decodePickle,
  FINGERPRINT_BYTES,
  heavyAtoms,
  PICKLE_FLAGS,
} from '../../lib/chemistry/descriptors/kernel.js';
import { identify } from '../../lib/chemistry/identify.js';
import { parseStructure } from '../../lib/chemistry/parse-structure.js';
import { compileRdkit, loadRdkit, type Rdkit } from '../../lib/chemistry/rdkit.js';
import { withWholeCoordinates } from '../../lib/chemistry/whole-coordinates.js';
import { sharedDataFolder } from '../support/shared-data.js';
import { machine } from './machine.js';
import { type Structure, structures } from './parity/structures.js';

const STEPS = ['parse', 'descriptors', 'smiles_inchi_key', 'morgan', 'delete'] as const;
const WAYS = ['kernel', 'rdkit'] as const;
type Way = (typeof WAYS)[number];

/** Microseconds of each step of a record, on average over a group, by way. */
type Times = Record<Way, number[]>;

/** As many as the import describes side by side. */
const GROUP = 64;

const graph = createGraph();
const values = new Float64Array(DESCRIPTORS.length);
const bits = new Uint8Array(FINGERPRINT_BYTES);

export async function run(args: string[]): Promise<void> {
  const json = args.includes('--json');
  const count = numberAfter(args, '--records') ?? 1000;
  const rounds = numberAfter(args, '--rounds') ?? 5;
  const file = args.find((arg, i) => !arg.startsWith('--') && !args[i - 1]?.startsWith('--r')) ?? defaultFile();
  const rdkit = await loadRdkit(await compileRdkit());
  const { taken, meanHeavyAtoms } = await choose(rdkit, file, count);
  const times = measure(rdkit, taken, rounds);
  const rows = STEPS.map((step, i) => ({
    step,
    kernel_us: mean(times, 'kernel', i),
    rdkit_us: mean(times, 'rdkit', i),
  }));
  const record = { kernel_us: sum(rows, 'kernel_us'), rdkit_us: sum(rows, 'rdkit_us') };
  const { kernel_us, rdkit_us } = rows[STEPS.indexOf('descriptors')]!;
  if (json) {
    const work = { file, molecules: taken.length, heavy_atoms: meanHeavyAtoms, rounds };
    console.log(JSON.stringify({ machine: machine(), work, kernel_us, rdkit_us, record, steps: rows }));
    return;
  }
  console.log(machine());
  console.log(`${taken.length} molecules of ${file}, ${meanHeavyAtoms} heavy atoms on average, ${rounds} rounds`);
  console.log('Microseconds a molecule, side by side with the kernel, and one by one with get_descriptors():');
  console.table(Object.fromEntries(rows.map(({ step, ...row }) => [step, row])));
  console.log(`Whole record: ${record.kernel_us} us with the kernel, ${record.rdkit_us} us with get_descriptors().`);
}

/** The first structures of the file that both ways describe. */
async function choose(
  rdkit: Rdkit,
  file: string,
  count: number,
): Promise<{ taken: Structure[]; meanHeavyAtoms: number }> {
  const taken: Structure[] = [];
  let atoms = 0;
  for await (const structure of structures(file)) {
    const mol = parseStructure(rdkit, structure.form, structure.structure);
    if ('code' in mol) continue;
    const usable = fromPickle(pickleOf(mol));
    mol.delete();
    if (!usable) continue;
    atoms += heavyAtoms(graph);
    if (taken.push(structure) === count) break;
  }
  if (taken.length === 0) throw new Error(`no molecules to measure in ${file}`);
  return { taken, meanHeavyAtoms: rounded(atoms / taken.length) };
}

function measure(rdkit: Rdkit, taken: Structure[], rounds: number): Times[] {
  const groups: Structure[][] = [];
  for (let at = 0; at < taken.length; at += GROUP) groups.push(taken.slice(at, at + GROUP));
  const all = groups.map(() => WAYS.map(() => STEPS.map((): number[] => [])));
  for (let round = -1; round < rounds; round++) {
    groups.forEach((group, i) => {
      for (const turn of WAYS.keys()) {
        const way = (turn + i + round + 1) % WAYS.length;
        const steps = WAYS[way] === 'kernel' ? sideBySide(rdkit, group) : oneByOne(rdkit, group);
        // The first round warms up.
        if (round >= 0) for (const [step, us] of steps.entries()) all[i]![way]![step]!.push(us / group.length);
      }
    });
  }
  return all.map(([kernel, own]) => ({ kernel: kernel!.map(least), rdkit: own!.map(least) }));
}

/** Microseconds of each of `STEPS`: for the descriptors, pickles are read out in the beginning and used in the end. */
function sideBySide(rdkit: Rdkit, group: readonly Structure[]): number[] {
  const timed = <In, Out>(items: readonly In[], step: (item: In) => Out): [Out[], number] => {
    const started = performance.now();
    const results = items.map(step);
    return [results, 1000 * (performance.now() - started)];
  };
  const [mols, parse] = timed(group, (structure) => parsed(rdkit, withoutFractions(structure)));
  const [pickles, readOut] = timed(mols, pickleOf);
  const [smiles, writing] = timed(mols, (mol) => mol.get_smiles());
  const [, naming] = timed([...mols.entries()], ([i, mol]) => identify(rdkit, mol, smiles[i]!));
  let morgan = 0;
  const [, computing] = timed(pickles, (pickle) => {
    fromPickle(pickle);
    const started = performance.now();
    computeFingerprint(graph, bits, 0);
    morgan += 1000 * (performance.now() - started);
  });
  const [, deleting] = timed(mols, (mol) => mol.delete());
  return [parse, readOut + computing - morgan, writing + naming, morgan, deleting];
}

function oneByOne(rdkit: Rdkit, group: readonly Structure[]): number[] {
  const total = STEPS.map(() => 0);
  for (const structure of group) {
    const marks = [performance.now()];
    const mol = parsed(rdkit, structure);
    marks.push(performance.now());
    byRdkit(mol);
    marks.push(performance.now());
    identify(rdkit, mol, mol.get_smiles());
    marks.push(performance.now());
    mol.get_morgan_fp_as_uint8array();
    marks.push(performance.now());
    mol.delete();
    marks.push(performance.now());
    for (const step of STEPS.keys()) total[step]! += 1000 * (marks[step + 1]! - marks[step]!);
  }
  return total;
}

function withoutFractions(one: Structure): Structure {
  const { structure } = one;
  return typeof structure === 'string' ? one : { ...one, structure: withWholeCoordinates(structure) };
}

function parsed(rdkit: Rdkit, { form, structure }: Structure): Mol {
  return parseStructure(rdkit, form, structure) as Mol;
}

function pickleOf(mol: Mol): Uint8Array {
  return mol.get_as_uint8array(PICKLE_FLAGS) as Uint8Array;
}

function fromPickle(pickle: Uint8Array): boolean {
  return decodePickle(pickle, graph) && computeDescriptors(graph, values, 0);
}

function byRdkit(mol: Mol): void {
  const named = JSON.parse(mol.get_descriptors()) as Record<string, number>;
  DESCRIPTORS.forEach(([, name], i) => {
    values[i] = named[name]!;
  });
}

function defaultFile(): string {
  if (sharedDataFolder !== null) return `${sharedDataFolder}perf/openbabel/pdb_ligands_rcsb.A.sdf.gz`;
  return fileURLToPath(new URL('../../../spec/fixtures/sample.sdf', import.meta.url));
}

function numberAfter(args: string[], flag: string): number | undefined {
  const at = args.indexOf(flag);
  return at < 0 ? undefined : Number(args[at + 1]);
}

function mean(times: Times[], way: Way, step: number): number {
  return rounded(times.reduce((total, record) => total + record[way][step]!, 0) / times.length);
}

function sum<Key extends string>(rows: Record<Key, number>[], key: Key): number {
  return rounded(rows.reduce((total, row) => total + row[key], 0));
}

function least(sample: number[]): number {
  return Math.min(...sample);
}

function rounded(value: number): number {
  return Math.round(10 * value) / 10;
}
