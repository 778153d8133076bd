/** Inputs that are made for what they take in memory. */
import { closeSync, openSync, writeSync } from 'node:fs';

const GIANT_BYTES = 15_000_000;
const LINE = `${'a line of a long log, '.repeat(4).slice(0, 79)}\n`;
const ETHANOL = [
  '  3  2  0  0  0  0  0  0  0  0999 V2000',
  '    0.0000    0.0000    0.0000 C   0  0',
  '    1.5000    0.0000    0.0000 C   0  0',
  '    2.2000    1.2000    0.0000 O   0  0',
  '  1  2  1  0',
  '  2  3  1  0',
  'M  END',
].join('\n');

/** SDF of records of 15 MB, each with a long log as a data item, of at least so many bytes in all. */
export function writeGiants(path: string, bytes: number): void {
  const log = LINE.repeat(Math.ceil(GIANT_BYTES / LINE.length));
  const file = openSync(path, 'w');
  for (let written = 0, i = 1; written < bytes; i += 1) {
    written += writeSync(file, `giant ${i}\n  molstream\n\n${ETHANOL}\n> <ID>\n${i}\n\n> <LOG>\n${log}\n$$$$\n`);
  }
  closeSync(file);
}

/** SMILES of so many different molecules: chains with side chains that spell their number. */
export function writeSmiles(path: string, molecules: number): void {
  const PARTS = ['C', 'C(C)', 'C(O)', 'C(N)', 'C(F)', 'C(Cl)', 'C(=O)', 'C(OC)', 'C(S)', 'C(CC)'];
  const file = openSync(path, 'w');
  let text = '';
  for (let i = 0; i < molecules; i += 1) {
    const chain = [...String(i).padStart(6, '0')].map((digit) => PARTS[Number(digit)]).join('');
    text += `C1CC1${chain}c1ccncc1 m${i}\n`;
    if (text.length > 1_000_000 || i === molecules - 1) {
      writeSync(file, text);
      text = '';
    }
  }
  closeSync(file);
}
