/** V2000 and V3000 molblocks of atoms without coordinates. */

/** `bonds`: pairs of 1-based atoms and an order. `counts` overrides the first two counts. */
export function molblock(
  atoms: readonly string[],
  bonds: readonly (readonly [number, number, number])[] = [],
  counts: readonly [number, number] = [atoms.length, bonds.length],
): Buffer {
  const atomLines = atoms.map((symbol) => `    0.0000    0.0000    0.0000 ${symbol.padEnd(3)} 0  0`);
  const bondLines = bonds.map((bond) => bond.map((value) => String(value).padStart(3)).join(''));
  const sizes = counts.map((count) => String(count).padStart(3)).join('');
  return Buffer.from(
    [
      'made up',
      '  spec',
      '',
      `${sizes}  0  0  0  0  0  0  0  0999 V2000`,
      ...atomLines,
      ...bondLines,
      'M  END',
      '',
    ].join('\n'),
  );
}

export function v3000(atoms: readonly string[], count = atoms.length): Buffer {
  const lines = atoms.map((symbol, i) => `M  V30 ${i + 1} ${symbol} 0 0 0 0`);
  return Buffer.from(
    [
      'made up',
      '  spec',
      '',
      '  0  0  0     0  0            999 V3000',
      'M  V30 BEGIN CTAB',
      `M  V30 COUNTS ${count} 0 0 0 0`,
      'M  V30 BEGIN ATOM',
      ...lines,
      'M  V30 END ATOM',
      'M  V30 END CTAB',
      'M  END',
      '',
    ].join('\n'),
  );
}
