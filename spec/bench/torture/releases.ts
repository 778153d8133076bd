/** Two releases of a made-up source, cheap to describe, with all that makes an import stumble. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '../../../lib/batching/random.js';

/** Records of this name are refused by the database: the harness adds a constraint. */
export const REFUSED = 'refused';

const BROKEN = ['C(C)(C)(C)(C)C', 'c1cccc1', 'CX(C', 'C1CC', 'CCÖ', 'N(C)(C)(C)C'];
/** Standard InChI takes the members of a pair for one structure; dummy atoms have none. */
const ODD = ['Oc1ccccn1', 'O=c1cccc[nH]1', 'CC(O)=CC', 'CC(=O)CC', '*CCO', '*c1ccccc1'];
const UNITS = ['C', 'O', 'N', 'S', 'C(=O)', 'C(C)', 'C(O)', 'C(F)', 'C(N)', 'CC', 'C=C'];
const ENDS = ['C', 'O', 'N', 'F', 'Cl', 'c1ccccc1'];

interface Line {
  readonly smiles: string;
  readonly id: string;
  readonly name: string;
}

/** Paths of the two files, of which the second, which is packed, repeats the first but for some per cent. */
export async function writeReleases(folder: string, records: number, seed: number): Promise<string[]> {
  const random = seededRandom(seed);
  const first: Line[] = [];
  /** Records yet to be refused in a row. */
  let refusing = 0;
  while (first.length < records) {
    if (random() < 4 / Math.max(200, records)) refusing = 1 + Math.floor(random() * 12);
    const dice = random();
    const before = first[Math.floor(random() * first.length)];
    const line = { smiles: structure(random), id: `T${first.length}`, name: `compound ${first.length}` };
    if (refusing > 0) {
      refusing -= 1;
      first.push({ ...line, name: REFUSED });
    } else if (dice < 0.01) first.push({ ...line, smiles: pick(BROKEN, random) });
    else if (dice < 0.013) first.push({ ...line, name: REFUSED });
    else if (dice < 0.02 && before !== undefined) first.push(before);
    else if (dice < 0.027 && before !== undefined) first.push({ ...line, id: before.id });
    else if (dice < 0.04) first.push({ ...line, smiles: pick(ODD, random) });
    else first.push(line);
  }
  const second = first.flatMap((line, index): Line[] => {
    const dice = random();
    if (dice < 0.05) return [{ ...line, smiles: structure(random) }];
    if (dice < 0.06) return [];
    if (dice < 0.07) return [line, { smiles: structure(random), id: `N${index}`, name: `new compound ${index}` }];
    return [line];
  });
  const paths = [join(folder, 'release-1.smi'), join(folder, 'release-2.smi.gz')];
  await writeFile(paths[0]!, textOf(first));
  await writeFile(paths[1]!, gzipSync(textOf(second)));
  return paths;
}

function textOf(lines: readonly Line[]): string {
  return `smiles\tid\tname\n${lines.map(({ smiles, id, name }) => `${smiles}\t${id}\t${name}\n`).join('')}`;
}

function structure(random: () => number): string {
  const units = Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(UNITS, random));
  return `C${units.join('')}${pick(ENDS, random)}`;
}

function pick(from: readonly string[], random: () => number): string {
  return from[Math.floor(random() * from.length)]!;
}
