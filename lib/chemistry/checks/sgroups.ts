/** Types of Sgroups that stand for polymers and mixtures, whose structure is not the one drawn (CTfile formats, 2020). */
const POLYMER_TYPES: ReadonlySet<string> = new Set([
  'SRU',
  'MON',
  'MER',
  'COP',
  'CRO',
  'MOD',
  'GRA',
  'COM',
  'MIX',
  'FOR',
  'ANY',
]);

/** Types of polymer Sgroups in a molblock, each once. */
export function polymerTypes(molblock: Buffer): string[] {
  // Nearly all molblocks have none: a search of the bytes says so without decoding them.
  if (molblock.includes('M  STY')) return found(molblock, /^M {2}STY.*$/gm);
  if (molblock.includes('BEGIN SGROUP')) return found(molblock, /^M {2}V30 +\d+ +[A-Z]{3}\b/gm);
  return [];
}

function found(molblock: Buffer, lines: RegExp): string[] {
  const words = (molblock.toString('latin1').match(lines) ?? []).flatMap((line) => line.split(/\s+/));
  return [...new Set(words.filter((word) => POLYMER_TYPES.has(word)))];
}
