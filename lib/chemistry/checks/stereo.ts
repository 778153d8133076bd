import type { Graph } from '../descriptors/graph.js';
import { type MolblockLayout, wholeNumber } from '../molblock-layout.js';

const TETRAHEDRAL = 2;
const CARBON = 6;
const NITROGEN = 7;
/** N, O, S, Se: elements of which two neighbours may differ in their protons alone. */
const PROTON_HOLDERS: ReadonlySet<number> = new Set([7, 8, 16, 34]);
const UP = 1;
const DOWN = 6;
const LINE_FEED = 10;

type Centres = Pick<Graph, 'atomCount' | 'chiralTag' | 'element' | 'totalHs' | 'starts' | 'neighbours' | 'degree'>;

/**
 * Defined tetrahedral centres of RDKit's molecule, and how many of them InChI should tell as well: it does not tell
 * those that only the place of a proton makes.
 */
export function countCentres(graph: Centres): { all: number; firm: number } {
  let all = 0;
  let firm = 0;
  for (let a = 0; a < graph.atomCount; a++) {
    const tag = graph.chiralTag[a] as number;
    if (tag === 0 || tag > TETRAHEDRAL) continue;
    all += 1;
    if (!isMobile(graph, a)) firm += 1;
  }
  return { all, firm };
}

/** Whether a centre is N with a hydrogen, or P, S, As, Se with two ends of one element that differ in where a proton is. */
function isMobile({ element, totalHs, starts, neighbours, degree }: Centres, a: number): boolean {
  const e = element[a] as number;
  if (e === CARBON) return false;
  if (e === NITROGEN) return totalHs[a] !== 0;
  const terminal = new Set<number>();
  for (let k = starts[a] as number; k < (starts[a + 1] as number); k++) {
    const neighbour = neighbours[k] as number;
    const other = element[neighbour] as number;
    if (degree[neighbour] !== 1 || !PROTON_HOLDERS.has(other)) continue;
    if (terminal.has(other)) return true;
    terminal.add(other);
  }
  return false;
}

/**
 * Defined tetrahedral centres of a standard InChI: `/t4-,5?;2*3+` tells four, of which three are defined. Null where it
 * has an isotopic layer, which tells of stereo in another way.
 */
export function countInchiCentres(inchi: string): number | null {
  if (inchi.includes('/i')) return null;
  const start = inchi.indexOf('/t');
  if (start < 0) return 0;
  const end = inchi.indexOf('/', start + 2);
  let centres = 0;
  for (const component of inchi.slice(start + 2, end < 0 ? undefined : end).split(';')) {
    const times = /^(\d+)\*/.exec(component)?.[1];
    centres += Number(times ?? 1) * (component.match(/[-+]/g)?.length ?? 0);
  }
  return centres;
}

/** Atoms of a V2000 molblock that a wedge or hash starts from. */
export function countWedged(molblock: Buffer, { bonds, bondsStart }: MolblockLayout): number {
  let wedged: Set<number> | null = null;
  let at = bondsStart;
  for (let bond = 0; bond < bonds; bond++) {
    const end = molblock.indexOf(LINE_FEED, at);
    const mark = end < at + 12 ? 0 : wholeNumber(molblock, at + 9, at + 12);
    if (mark === UP || mark === DOWN) {
      wedged ??= new Set();
      wedged.add(wholeNumber(molblock, at, at + 3));
    }
    at = end + 1;
  }
  return wedged?.size ?? 0;
}
