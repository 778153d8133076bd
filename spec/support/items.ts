/** Items made by hand, as if read and described, for specs of what stores them. */
import { createHash } from 'node:crypto';
import { DESCRIPTOR_COLUMNS } from '../../lib/chemistry/columns.js';
import type { Chunk, Input, InputEnd, Item, Molecule, RawRecord, Rejection } from '../../lib/types.js';

/** Bytes that each record takes in the made-up inputs. */
const RECORD_BYTES = 100;

export function madeInput(uri: string, source = 'made'): Input {
  return {
    uri,
    source,
    profile: null,
    sizeBytes: 1000,
    layout: {
      format: 'sdf',
      encoding: null,
      delimiter: null,
      columns: null,
      headerBytes: 0,
      smilesColumn: null,
      idTag: 'ID',
      nameTag: null,
    },
  };
}

/** `content` decides the hash; `structure` the structure. */
export interface Made {
  input: Input;
  ordinal: number;
  key?: string | null;
  content?: string;
  structure?: string;
  smiles?: string;
  rawBytes?: number;
}

function identified({ input, ordinal, key = `K${ordinal}`, content = `content ${ordinal}`, rawBytes }: Made) {
  const raw = Buffer.from(rawBytes === undefined ? content : content.padEnd(rawBytes, '.'));
  const contentHash = createHash('sha256').update(content).digest('hex');
  return {
    input,
    ordinal,
    byteOffset: ordinal * RECORD_BYTES,
    endOffset: (ordinal + 1) * RECORD_BYTES,
    raw,
    contentHash,
    externalId: key,
    recordKey: key ?? contentHash,
  };
}

export function madeRecord(made: Made): RawRecord {
  return { kind: 'record', ...identified(made), layout: made.input.layout, fields: null, warnings: [] };
}

export function madeMolecule(made: Made, more: Partial<Molecule> = {}): Molecule {
  const structure = made.structure ?? `S${made.ordinal}`;
  return {
    kind: 'molecule',
    ...identified(made),
    name: `name ${made.ordinal}`,
    structureKey: `${structure}-KEY`,
    inchi: `InChI=1S/${structure}`,
    inchikey: `${structure}-KEY`,
    canonicalSmiles: made.smiles ?? `C${structure}`,
    formula: 'C6H12O6',
    formalCharge: 0,
    heavyAtoms: 12,
    descriptors: Float64Array.from(DESCRIPTOR_COLUMNS, (_, index) => index),
    morganFp: new Uint8Array(256).fill(made.ordinal % 256),
    tagsJson: JSON.stringify({ ID: made.key ?? '', note: 'made by hand' }),
    warnings: [],
    ...more,
  };
}

export function madeRejection(made: Made, code: Rejection['code'] = 'PARSE_FAILED'): Rejection {
  return {
    kind: 'rejection',
    ...identified(made),
    stage: 'describe',
    code,
    message: 'cannot be read',
    warnings: [],
  };
}

export function madeEnd(input: Input, records: number): InputEnd {
  const offset = records * RECORD_BYTES;
  return { kind: 'end', input, ordinal: records, byteOffset: offset, endOffset: offset };
}

export function chunkOf<T = Item>(...items: T[]): Chunk<T> {
  return { items, bytes: items.length * RECORD_BYTES, closedBy: 'rows' };
}
