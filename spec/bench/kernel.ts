/**
 * `npm run bench -- kernel [FILE.sdf[.gz]] [--records N] [--rounds N] [--json]`: what the 43 descriptors of a molecule cost,
 * by the kernel (read-out of the pickle included) and by RDKit's `get_descriptors()` (reading its JSON included), each
 * amid the rest of a record's work: molblock to molecule, SMILES, InChI, key, Morgan fingerprint. Both ways are taken in
 * turn for each record; each figure is the mean over records of the median over rounds, so that other processes on the
 * machine do not count.
 */
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import rdkitPackage, { type MainModule, type Mol } from '@rdkit/rdkit';
import { DESCRIPTORS } from '../../lib/chemistry/columns.js';
import { computeDescriptors, createGraph, decodePickle, PICKLE_FLAGS } from '../../lib/chemistry/descriptors/kernel.js';
import { sharedDataFolder } from '../support/shared-data.js';
import { structures } from './parity/structures.js';

const graph = createGraph();
const values = new Float64Array(DESCRIPTORS.length);

/** The steps that are timed, in their order; each ends where the next begins. */
const STEPS = ['parse', 'smiles', 'inchi', 'morgan', 'descriptors', 'delete'] as const;
type Way = 'kernel' | 'rdkit';

export async function run(args: string[]): Promise<void> {
  const json = args.includes('--json');
  const count = numberAfter(args, '--records') ?? 1000;
  const rounds = numberAfter(args, '--rounds') ?? 5;
  const file = args.find((arg, i) => !arg.startsWith('--') && !args[i - 1]?.startsWith('--r')) ?? defaultFile();
  const rdkit = await rdkitPackage.default();

  const molblocks: Buffer[] = [];
  for await (const { text, molblock } of structures(file)) {
    if (molblock && describable(rdkit, text)) molblocks.push(Buffer.from(text, 'latin1'));
    if (molblocks.length === count) break;
  }
  if (molblocks.length === 0) throw new Error(`no molecules to measure in ${file}`);

  const ways: Way[] = ['kernel', 'rdkit'];
  const times = new Map(ways.map((way) => [way, molblocks.map(() => STEPS.map((): number[] => []))]));
  for (let round = -1; round < rounds; round++) {
    molblocks.forEach((molblock, record) => {
      const order = (record + round) % 2 === 0 ? ways : ways.toReversed();
      for (const way of order) {
        const steps = takeRecord(rdkit, molblock, way);
        if (round < 0) continue; // the first round warms up
        steps.forEach((us, step) => {
          times.get(way)![record]![step]!.push(us);
        });
      }
    });
  }
  report(file, molblocks, times, rounds, rdkit.version(), json);
}

function report(
  file: string,
  molblocks: Buffer[],
  times: Map<Way, number[][][]>,
  rounds: number,
  version: string,
  json: boolean,
): void {
  const mean = (way: Way, step: number): number =>
    times.get(way)!.reduce((sum, record) => sum + median(record[step]!), 0) / molblocks.length;
  const rows = STEPS.map((step, i) => ({
    step,
    kernel_us: round(mean('kernel', i)),
    rdkit_us: round(mean('rdkit', i)),
  }));
  const descriptors = rows[STEPS.indexOf('descriptors')]!;
  const record = {
    kernel_us: round(rows.reduce((sum, row) => sum + row.kernel_us, 0)),
    rdkit_us: round(rows.reduce((sum, row) => sum + row.rdkit_us, 0)),
  };
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version, rdkit: version };
  if (json) {
    const { kernel_us, rdkit_us } = descriptors;
    const work = { file, molecules: molblocks.length, heavy_atoms: meanHeavyAtoms, rounds };
    console.log(JSON.stringify({ machine, work, kernel_us, rdkit_us, record, steps: rows }));
    return;
  }
  console.log(`${machine.cpu}, ${machine.cores} cores, Node.js ${machine.node}, RDKit ${version}`);
  console.log(`${molblocks.length} molecules of ${file}, ${meanHeavyAtoms} heavy atoms on average, ${rounds} rounds`);
  console.log('us a molecule, in turn with the kernel and with get_descriptors():');
  console.table(Object.fromEntries(rows.map(({ step, ...row }) => [step, row])));
  console.log(`whole record: ${record.kernel_us} us with the kernel, ${record.rdkit_us} us without`);
}

let meanHeavyAtoms = 0;
let heavyAtoms = 0;
let measured = 0;

/** Whether both ways have all values; counts its atoms. */
function describable(rdkit: MainModule, text: string): boolean {
  const mol = rdkit.get_mol(text, '{"removeHs":true}');
  if (mol === null) return false;
  const usable = byKernel(mol) && graph.atomCount > 0;
  mol.delete();
  if (!usable) return false;
  heavyAtoms += values[DESCRIPTORS.findIndex(([column]) => column === 'num_heavy_atoms')]!;
  meanHeavyAtoms = round(heavyAtoms / ++measured);
  return true;
}

function takeRecord(rdkit: MainModule, molblock: Buffer, way: Way): number[] {
  const marks = [performance.now()];
  // The declared type wants a string; a Buffer spares its conversion, as in the import.
  const mol = rdkit.get_mol(molblock as unknown as string, '{"removeHs":true}')!;
  marks.push(performance.now());
  mol.get_smiles();
  marks.push(performance.now());
  rdkit.get_inchikey_for_inchi(mol.get_inchi());
  marks.push(performance.now());
  mol.get_morgan_fp_as_uint8array('{"radius":2,"nBits":2048}');
  marks.push(performance.now());
  if (way === 'kernel') byKernel(mol);
  else byRdkit(mol);
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

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

function round(us: number): number {
  return Math.round(10 * us) / 10;
}
