/** Ways to spoil bytes. Each says which of them it touched. */

export interface Mutated {
  readonly bytes: Buffer;
  /** What was done. */
  readonly how: string;
  /** Range of the original that was changed, dropped, or (where both are equal) written into; null: line ends alone. */
  readonly touched: readonly [number, number] | null;
}

/** A whole number from 0 to below `below`. */
export type Dice = (below: number) => number;

type Mutation = (bytes: Buffer, dice: Dice, other: Buffer) => Omit<Mutated, 'how'>;

const TOKENS = [
  '$$$$\n',
  '\n$$$$',
  ' $$$$\n',
  '$$$$ more\n',
  'M  END\n',
  'M  CHG  1   1 999\n',
  '> <ID>\n',
  '> <__proto__>\nx\n\n',
  '>  <>\n',
  '\n\n\n',
  '\0',
  '\uFEFF',
  '"',
  '""',
  ',',
  '\t',
  '\r',
  '# ',
  '999999',
  '-1',
  'NaN',
  '\u00e9',
  'V3000',
  'M  V30 BEGIN CTAB\n',
  '|$;;$|',
  '{"input":"',
].map((token) => Buffer.from(token));

function replace(bytes: Buffer, from: number, to: number, by: Uint8Array): Omit<Mutated, 'how'> {
  return { bytes: Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]), touched: [from, to] };
}

const NOTHING = Buffer.alloc(0);

/** Start and end, with its line end, of a line that is drawn. */
function line(bytes: Buffer, dice: Dice): [number, number] {
  const at = dice(bytes.length);
  const start = bytes.lastIndexOf(0x0a, at - 1) + 1;
  const end = bytes.indexOf(0x0a, at);
  return [Math.min(start, at), end < 0 ? bytes.length : end + 1];
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  flip(bytes, dice) {
    const at = dice(bytes.length);
    return replace(bytes, at, at + 1, Buffer.of(bytes[at]! ^ (1 << dice(8))));
  },
  byte(bytes, dice) {
    const at = dice(bytes.length);
    return replace(bytes, at, at + 1, Buffer.of(dice(256)));
  },
  noise(bytes, dice) {
    const at = dice(bytes.length);
    const to = Math.min(bytes.length, at + 1 + dice(40));
    return replace(bytes, at, to, Buffer.from(Array.from({ length: to - at }, () => dice(256))));
  },
  cut(bytes, dice) {
    const at = dice(bytes.length);
    return replace(bytes, at, Math.min(bytes.length, at + 1 + dice(dice(3) === 0 ? 2_000 : 60)), NOTHING);
  },
  truncate(bytes, dice) {
    return replace(bytes, dice(bytes.length), bytes.length, NOTHING);
  },
  join(bytes, dice, other) {
    const at = dice(bytes.length);
    const from = dice(other.length);
    return replace(bytes, at, at, other.subarray(from, from + 1 + dice(500)));
  },
  repeat(bytes, dice) {
    const [start, end] = line(bytes, dice);
    const copies = 1 + dice(dice(10) === 0 ? 300 : 3);
    return replace(bytes, end, end, Buffer.concat(Array.from({ length: copies }, () => bytes.subarray(start, end))));
  },
  drop(bytes, dice) {
    return replace(bytes, ...line(bytes, dice), NOTHING);
  },
  token(bytes, dice) {
    const at = dice(2) === 0 ? dice(bytes.length) : line(bytes, dice)[0];
    return replace(bytes, at, at, TOKENS[dice(TOKENS.length)]!);
  },
  digits(bytes, dice) {
    const at = dice(bytes.length);
    const found = /-?\d+(?:\.\d+)?/.exec(bytes.toString('latin1', at, at + 400));
    if (found === null) return replace(bytes, at, at, Buffer.from('7'));
    const from = at + found.index;
    const values = ['0', '-1', '999', '1e309', '  1', '2147483648', '18446744073709551616', ''];
    return replace(bytes, from, from + found[0].length, Buffer.from(values[dice(values.length)]!));
  },
  ends(bytes, dice) {
    const ends = ['\n', '\r\n', '\r'];
    const chosen = dice(4);
    const text = bytes.toString('latin1').replace(/\r\n|\r|\n/g, () => ends[chosen === 3 ? dice(2) : chosen]!);
    return { bytes: Buffer.from(text, 'latin1'), touched: null };
  },
};

const NAMES = Object.keys(MUTATIONS);

/** Spoils what stands behind `from`; `other` lends bytes. `bytes` is longer than `from`. */
export function mutate(bytes: Buffer, from: number, dice: Dice, other: Buffer): Mutated {
  const how = NAMES[dice(NAMES.length)]!;
  const { bytes: spoilt, touched } = MUTATIONS[how]!(bytes.subarray(from), dice, other);
  return {
    bytes: Buffer.concat([bytes.subarray(0, from), spoilt]),
    how,
    touched: touched === null ? null : [touched[0] + from, touched[1] + from],
  };
}
