import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DESCRIPTOR_COLUMNS, type DescriptorColumn } from '../../../../lib/chemistry/columns.js';
import type { Graph } from '../../../../lib/chemistry/descriptors/graph.js';
import {
  computeDescriptors,
  createGraph,
  decodePickle,
  PICKLE_FLAGS,
} from '../../../../lib/chemistry/descriptors/kernel.js';
import { compileRdkit, loadRdkit, type Rdkit } from '../../../../lib/chemistry/rdkit.js';

let instance: Promise<Rdkit> | undefined;

/** One RDKit for all specs of the kernel. */
export function rdkit(): Promise<Rdkit> {
  instance ??= compileRdkit().then((wasm) => loadRdkit(wasm));
  return instance;
}

export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../../../../spec/fixtures/descriptors/${name}`, import.meta.url));
}

/** Lines of a fixture, without the remark after the first blank. */
export function fixtureLines(name: string): string[] {
  const lines = readFileSync(fixturePath(name), 'utf8').trim().split('\n');
  return lines.map((line) => line.split(' ', 1)[0]!);
}

export async function pickleOf(structure: string): Promise<Uint8Array> {
  const mol = (await rdkit()).module.get_mol(structure);
  if (mol === null) throw new Error(`RDKit does not read ${structure}`);
  const bytes = (mol.get_as_uint8array(PICKLE_FLAGS) as Uint8Array).slice();
  mol.delete();
  return bytes;
}

export async function graphOf(structure: string): Promise<Graph> {
  const graph = createGraph();
  if (!decodePickle(await pickleOf(structure), graph)) throw new Error(`not decoded: ${structure}`);
  return graph;
}

/** The kernel's values, by column. */
export async function valuesOf(structure: string): Promise<Record<DescriptorColumn, number>> {
  const values = new Float64Array(DESCRIPTOR_COLUMNS.length);
  if (!computeDescriptors(await graphOf(structure), values, 0)) throw new Error(`no values: ${structure}`);
  return Object.fromEntries(DESCRIPTOR_COLUMNS.map((column, i) => [column, values[i]])) as Record<
    DescriptorColumn,
    number
  >;
}
