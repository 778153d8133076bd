/** Valences that RDKit allows an element (`atomic_data.cpp`), least first; empty: any. By atomic number. */
export function defaultValences(element: number): readonly number[] {
  return VALENCES.get(element) ?? [];
}

/** Whether an element lies left of carbon, so that a charge changes its valence the other way (RDKit's `isEarlyAtom`). */
export function isEarly(element: number): boolean {
  return EARLY.has(element);
}

const ROWS: readonly (readonly [valences: string, elements: string])[] = [
  ['0', '2 10 18 36 86'],
  ['1', '1 3 9 11 17 19 35 37 55 87'],
  ['2', '4 8 12 20 38 56 88'],
  ['3', '5 7 31 49 81'],
  ['4', '6 32'],
  ['1 3 5', '53 85'],
  ['2 4', '50 82'],
  ['2 4 6', '16 34 52 84'],
  ['3 5 7', '15 33 51 83'],
  ['3 6', '13'],
  ['4 6', '14'],
  ['0 2 4 6', '54'],
];

const VALENCES: ReadonlyMap<number, readonly number[]> = new Map(
  ROWS.flatMap(([valences, elements]) => {
    const list = valences.split(' ').map(Number);
    return elements.split(' ').map((element) => [Number(element), list] as const);
  }),
);

const EARLY: ReadonlySet<number> = new Set(
  '3 4 5 11 12 13 19 20 21 22 30 31 32 37 38 39 40 41 48 49 50 51 55 56 57 58 59 60 61 72 73 80 81 82 83 87 88 89 90 91 92 93'
    .split(' ')
    .map(Number),
);
