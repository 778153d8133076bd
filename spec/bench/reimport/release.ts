/** A later release of a file: some of its records have changed. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** Of so many records one is changed. */
export const ONE_OF = 20;

export interface Change {
  /** Whether a record ends with the line. */
  endsWith(line: string): boolean;
  /** The last line of a record, or several instead of it, that make its content another. */
  change(line: string): string;
}

export const SDF_CHANGE: Change = {
  endsWith: (line) => line === '$$$$',
  change: (line) => `> <REVISION>\n2\n\n${line}`,
};

/** Of a molecule that begins with a carbon: the same molecule with a fluorine. */
export const SMILES_CHANGE: Change = { endsWith: () => true, change: (line) => `F${line}` };

export async function writeRelease(from: string, to: string, { endsWith, change }: Change): Promise<void> {
  const file = await open(to, 'w');
  let records = 0;
  let text = '';
  try {
    for await (const line of createInterface({ input: createReadStream(from, 'latin1') })) {
      const isChanged = endsWith(line) && records++ % ONE_OF === 0;
      text += `${isChanged ? change(line) : line}\n`;
      if (text.length < 1_000_000) continue;
      await file.write(text, null, 'latin1');
      text = '';
    }
    await file.write(text, null, 'latin1');
  } finally {
    await file.close();
  }
}
