import { isCut } from './metals.js';
import { bareCharge } from './reionize.js';

/**
 * What is looked at to see whether a step may apply: the descriptor kernel's decoded pickle has it all.
 * Neighbours of atom `a` are `neighbours[k]`, through the bonds `neighbourBonds[k]`, k in `starts[a]` ... `starts[a+1]`.
 */
export interface Scan {
  readonly atomCount: number;
  readonly hasQueries: boolean;
  readonly element: ArrayLike<number>;
  readonly charge: ArrayLike<number>;
  /** All hydrogens, those that are atoms among them. */
  readonly totalHs: ArrayLike<number>;
  readonly starts: ArrayLike<number>;
  readonly neighbours: ArrayLike<number>;
  readonly neighbourBonds: ArrayLike<number>;
  /** RDKit's `Bond::BondType`: 1, 2, 3, 12 aromatic. */
  readonly bondType: ArrayLike<number>;
}

export interface Needs {
  /** A bond to a metal, a group, or a charge that clean-up may change. */
  readonly cleanup: boolean;
  readonly fragments: boolean;
  /** A charge that neutralising may change. */
  readonly charges: boolean;
}

const DOUBLE = 2;
const TRIPLE = 3;
/**
 * Elements of anions that are left as they are: no rule and no acid/base pair knows B, and cutting the bonds of an
 * aluminate, as of other metals, would give Al+4.
 */
const INERT_ANIONS: ReadonlySet<number> = new Set([5, 13]);

/**
 * Which steps may apply to a molecule; the rules themselves decide later. Errs on the side of yes. Takes for granted
 * that RDKit's sanitisation came first: it writes pentavalent nitrogen (nitro, azide, N-oxide) with charges.
 */
export function assess(scan: Scan): Needs {
  let cleanup = false;
  let charges = false;
  const { atomCount, element, charge } = scan;
  for (let a = 0; a < atomCount; a++) {
    const q = charge[a] as number;
    const e = element[a] as number;
    if (q === 0) {
      if (e !== 6 && e !== 7 && e !== 8) cleanup ||= neutralNeedsCleanup(scan, a, e);
    } else if (q < 0) {
      cleanup ||= anionNeedsCleanup(scan, a, e);
      charges ||= !hasNeighbour(scan, a, isPositive);
    } else {
      cleanup ||= cationNeedsCleanup(scan, a, e, q);
      charges ||= cationMayLoseCharge(scan, a);
    }
  }
  return { cleanup, fragments: isDisconnected(scan), charges };
}

function neutralNeedsCleanup(scan: Scan, a: number, e: number): boolean {
  const degree = degreeOf(scan, a);
  const hydrogens = scan.totalHs[a] as number;
  if (degree === 0) return hydrogens === 0 && bareCharge(e) !== 0;
  if (e === 9 || e === 17 || e === 35) return false;
  if (e === 16) return degree === 3 && countDouble(scan, a) === 1 && countNeighbours(scan, a, isNotOxygen) >= 2;
  if (e === 15 || e === 33 || e === 51) return degree + hydrogens === 3 && countDouble(scan, a) >= 2;
  return isDisconnectable(scan, a, e);
}

function anionNeedsCleanup(scan: Scan, a: number, e: number): boolean {
  if (INERT_ANIONS.has(e)) return false;
  // Of all bases only carbon takes a proton where nothing beside it is neutral, as in an ylide.
  if (e === 6 && degreeOf(scan, a) + (scan.totalHs[a] as number) >= 3) return true;
  return hasNeighbour(scan, a, isNeutral) || isDisconnectable(scan, a, e);
}

function cationNeedsCleanup(scan: Scan, a: number, e: number, q: number): boolean {
  if (e === 7) {
    if (q !== 1 || scan.totalHs[a] !== 0) return false;
    if (countBonds(scan, a, TRIPLE) === 1) return hasNeighbour(scan, a, isNeutralNitrogen);
    return countDouble(scan, a) > 0 && !hasNeighbour(scan, a, isOxide) && hasDonor(scan, a, a, 4);
  }
  if (e === 8) return countDouble(scan, a) > 0 && hasDonor(scan, a, a, 4);
  if (e === 6) return true;
  if (e === 16) return q === 2 || hasNeighbour(scan, a, isNeutralNitrogen);
  if (e === 15) return countNeighbours(scan, a, isNegative) >= 2 || hasNeighbour(scan, a, isNeutralNitrogen);
  return isDisconnectable(scan, a, e);
}

/** Whether neutral N or O with a hydrogen is two or four bonds away: what a conjugated cation takes its electrons from. */
function hasDonor(scan: Scan, a: number, from: number, bonds: number): boolean {
  for (let k = scan.starts[a] as number; k < (scan.starts[a + 1] as number); k++) {
    const next = scan.neighbours[k] as number;
    if (next === from) continue;
    const e = scan.element[next];
    if ((bonds === 3 || bonds === 1) && (e === 7 || e === 8) && scan.charge[next] === 0 && scan.totalHs[next] !== 0) {
      return true;
    }
    if (bonds > 1 && hasDonor(scan, next, a, bonds - 1)) return true;
  }
  return false;
}

function cationMayLoseCharge(scan: Scan, a: number): boolean {
  const anions = countNeighbours(scan, a, isNegative);
  return anions >= 2 || (anions === 0 && scan.totalHs[a] !== 0);
}

function isDisconnectable(scan: Scan, a: number, e: number): boolean {
  for (let k = scan.starts[a] as number; k < (scan.starts[a + 1] as number); k++) {
    if (isCut(e, scan.element[scan.neighbours[k] as number] as number, false)) return true;
  }
  return false;
}

type Test = (scan: Scan, atom: number) => boolean;
const isPositive: Test = ({ charge }, atom) => (charge[atom] as number) > 0;
const isNegative: Test = ({ charge }, atom) => (charge[atom] as number) < 0;
const isNeutral: Test = ({ charge }, atom) => charge[atom] === 0;
const isOxide: Test = ({ element, charge }, atom) => charge[atom] === -1 && element[atom] === 8;
const isNotOxygen: Test = ({ element }, atom) => element[atom] !== 8;
const isNeutralNitrogen: Test = ({ element, charge }, atom) => element[atom] === 7 && charge[atom] === 0;

function countNeighbours(scan: Scan, a: number, test: Test): number {
  let count = 0;
  for (let k = scan.starts[a] as number; k < (scan.starts[a + 1] as number); k++) {
    if (test(scan, scan.neighbours[k] as number)) count += 1;
  }
  return count;
}

function hasNeighbour(scan: Scan, a: number, test: Test): boolean {
  return countNeighbours(scan, a, test) > 0;
}

function countDouble(scan: Scan, a: number): number {
  return countBonds(scan, a, DOUBLE);
}

function countBonds(scan: Scan, a: number, type: number): number {
  let count = 0;
  for (let k = scan.starts[a] as number; k < (scan.starts[a + 1] as number); k++) {
    if (scan.bondType[scan.neighbourBonds[k] as number] === type) count += 1;
  }
  return count;
}

function degreeOf({ starts }: Scan, a: number): number {
  return (starts[a + 1] as number) - (starts[a] as number);
}

let reached = new Uint8Array(0);
let queue = new Int32Array(0);

function isDisconnected({ atomCount, starts, neighbours }: Scan): boolean {
  if (atomCount < 2) return false;
  if (reached.length < atomCount) {
    reached = new Uint8Array(2 * atomCount);
    queue = new Int32Array(2 * atomCount);
  }
  reached.fill(0, 0, atomCount);
  reached[0] = 1;
  queue[0] = 0;
  let found = 1;
  for (let next = 0; next < found; next++) {
    const atom = queue[next] as number;
    for (let k = starts[atom] as number; k < (starts[atom + 1] as number); k++) {
      const neighbour = neighbours[k] as number;
      if (reached[neighbour] === 1) continue;
      reached[neighbour] = 1;
      queue[found++] = neighbour;
    }
  }
  return found < atomCount;
}
