/**
 * `npm run bench -- kernel [FILE] [--records N] [--rounds N] [--json]`: what the 43 descriptors of a molecule cost, by the
 * kernel (read-out and decoding of the pickle included) and by RDKit's `get_descriptors()` (reading its JSON included),
 * each amid the rest of a record's work. Both ways are taken in turn for each record; a figure is the mean over records of
 * the least of the rounds, as what else runs on the machine only ever adds.
 */
import { fileURLToPath } from 'node:url';
import type { Mol } from '@rdkit/rdkit';
import { DESCRIPTORS } from '../../lib/chemistry/columns.js';
import {
  computeDescriptors,
  createGraph,
  decodePickle,
  heavyAtoms,
  PICKLE_FLAGS,
} from '../../lib/chemistry/descriptors/kernel.js';
import { identify } from '../../lib/chemistry/identify.js';
import { parseStructure } from '../../lib/chemistry/parse-structure.js';
import { compileRdkit, loadRdkit, type Rdkit } from '../../lib/chemistry/rdkit.js';
import { sharedDataFolder } from '../support/shared-data.js';
import { machine } from './machine.js';
import { type Structure, structures } from './parity/structures.js';

const STEPS = ['parse', 'descriptors', 'smiles_inchi_key', 'morgan', 'delete'] as const;
const WAYS = ['kernel', 'rdkit'] as const;
type Way = (typeof WAYS)[number];

/** Microseconds of each step of one record, by way. */
type Times = Record<Way, number[]>;

const graph = createGraph();
const values = new Float64Array(DESCRIPTORS.length);

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
  console.log('Microseconds a molecule, in turn with the kernel and with get_descriptors():');
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
    const usable = byKernel(mol);
    mol.delete();
    if (!usable) continue;
    atoms += heavyAtoms(graph);
    if (taken.push(structure) === count) break;
  }
  if (taken.length === 0) throw new Error(`no molecules to measure in ${file}`);
  return { taken, meanHeavyAtoms: rounded(atoms / taken.length) };
}

function measure(rdkit: Rdkit, taken: Structure[], rounds: number): Times[] {
  const all = taken.map(() => WAYS.map(() => STEPS.map((): number[] => [])));
  for (let round = -1; round < rounds; round++) {
    taken.forEach((structure, i) => {
      for (const turn of WAYS.keys()) {
        const way = (turn + i + round + 1) % WAYS.length;
        const steps = takeRecord(rdkit, structure, WAYS[way]!);
        // The first round warms up.
        if (round >= 0) for (const [step, us] of steps.entries()) all[i]![way]![step]!.push(us);
      }
    });
  }
  return all.map(([kernel, own]) => ({ kernel: kernel!.map(least), rdkit: own!.map(least) }));
}

function takeRecord(rdkit: Rdkit, { form, structure }: Structure, way: Way): number[] {
  const marks = [performance.now()];
  const mol = parseStructure(rdkit, form, structure) as Mol;
  marks.push(performance.now());
  if (way === 'kernel') byKernel(mol);
  else byRdkit(mol);
  marks.push(performance.now());
  identify(rdkit, mol, mol.get_smiles());
  marks.push(performance.now());
  mol.get_morgan_fp_as_uint8array('{"radius":2,"nBits":2048}');
  marks.push(performance.now());
  mol.delete();
  marks.push(performance.now());
  return marks.slice(1).map((mark, i) => 1000 * (mark - marks[i]!));
}

function byKernel(mol: Mol): boolean {
  return decodePickle(mol.get_as_uint8array(PICKLE_FLAGS) as Uint8Array, graph) && computeDescriptors(graph, values, 0);
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
