import { aliphaticCarbon, aromaticCarbon } from './crippen-carbon.js';
import { hydrogenAtom, hydrogenOn } from './crippen-hydrogen.js';
import { nitrogenType } from './crippen-nitrogen.js';
import { oxygenType } from './crippen-oxygen.js';
import { LOGP, REFRACTIVITY, TYPE } from './crippen-types.js';
import { AtomFlag, BondType, type Graph } from './graph.js';
import { slotOf } from './slots.js';

const CLOGP = slotOf('crippen_clogp');
const MR = slotOf('crippen_mr');

/** RDKit gives up a pattern after so many matches. */
const MATCH_LIMIT = 1000;
/** Most matches that a pattern can have at an atom of this degree: it places at most four neighbours. */
const MATCHES_BY_DEGREE = [1, 1, 2, 6, 24];

/**
 * logP and molar refractivity as sums of atom contributions, hydrogens included.
 * Wildman, Crippen, J. Chem. Inf. Comput. Sci. 39, 868-873, 1999. RDKit: `Crippen.cpp`; an atom's type is that of the
 * first SMARTS pattern that matches, with all hydrogens added.
 */
export function crippen(graph: Graph, out: Float64Array, at: number): void {
  const { atomCount, explicitHs, implicitHs } = graph;
  let logp = 0;
  let refractivity = 0;
  for (let a = 0; a < atomCount; a++) {
    const type = crippenType(graph, a);
    logp += LOGP[type]!;
    refractivity += REFRACTIVITY[type]!;
    const hydrogens = explicitHs[a]! + implicitHs[a]!;
    if (hydrogens === 0) continue;
    const hydrogen = hydrogenOn(graph, a);
    logp += hydrogens * LOGP[hydrogen]!;
    refractivity += hydrogens * REFRACTIVITY[hydrogen]!;
  }
  out[at + CLOGP] = logp;
  out[at + MR] = refractivity;
}

/**
 * Whether no SMARTS pattern of RDKit's can meet its limit of 1,000 matches in this molecule: beyond it RDKit's own values
 * depend on the order of atoms.
 */
export function withinMatchLimit(graph: Graph): boolean {
  const { atomCount, element, degree, explicitHs, implicitHs } = graph;
  let heavy = 0;
  let hydrogens = 0;
  for (let a = 0; a < atomCount; a++) {
    if (element[a] === 1) hydrogens++;
    else heavy += MATCHES_BY_DEGREE[Math.min(degree[a]!, 4)]!;
    hydrogens += explicitHs[a]! + implicitHs[a]!;
  }
  return heavy < MATCH_LIMIT && hydrogens < MATCH_LIMIT;
}

function crippenType(graph: Graph, atom: number): number {
  const charge = graph.charge[atom]!;
  switch (graph.element[atom]) {
    case 1:
      return hydrogenAtom(graph, atom);
    case 6:
      return graph.atomFlags[atom]! & AtomFlag.aromatic ? aromaticCarbon(graph, atom) : aliphaticCarbon(graph, atom);
    case 7:
      return nitrogenType(graph, atom);
    case 8:
      return oxygenType(graph, atom);
    case 9:
      return halogen(charge, TYPE.F);
    case 15:
      return TYPE.P;
    case 16:
      return sulfur(graph, atom);
    case 17:
      return halogen(charge, TYPE.Cl);
    case 35:
      return halogen(charge, TYPE.Br);
    case 53:
      return charge >= 1 && charge <= 3 ? TYPE.Hal : halogen(charge, TYPE.I);
    default:
      return METALS[graph.element[atom]!] === ALKALI
        ? charge === 1
          ? TYPE.Hal
          : TYPE.Me1
        : metal(graph.element[atom]!);
  }
}

/** `[#9-0]`, `[#9,#17,#35,#53;-]` */
function halogen(charge: number, neutral: number): number {
  return charge === 0 ? neutral : charge === -1 ? TYPE.Hal : TYPE.none;
}

/** `[S;-,-2,-3,-4,+1,+2,+3,+5,+6]`, `[S-0]=[N,O,P,S]`, `[S;A]`, `[s;a]` */
function sulfur(graph: Graph, atom: number): number {
  const { element, atomFlags, starts, neighbours, neighbourBonds, bondType } = graph;
  if (atomFlags[atom]! & AtomFlag.aromatic) return TYPE.S3;
  const charge = graph.charge[atom]!;
  if (charge !== 0) return charge >= -4 && charge <= 6 && charge !== 4 ? TYPE.S2 : TYPE.S1;
  const end = starts[atom + 1]!;
  for (let k = starts[atom]!; k < end; k++) {
    const a = neighbours[k]!;
    const z = element[a]!;
    if (bondType[neighbourBonds[k]!] !== BondType.double || atomFlags[a]! & AtomFlag.aromatic) continue;
    if (z === 7 || z === 8 || z === 15 || z === 16) return TYPE.S2;
  }
  return TYPE.S1;
}

const ALKALI = 1;
const MAIN_GROUP = 2;
const TRANSITION = 3;
const METALS = new Uint8Array(256);
for (const z of [3, 11, 19, 37, 55]) METALS[z] = ALKALI;
for (const z of [4, 12, 20, 38, 56, 5, 13, 31, 49, 81, 14, 32, 50, 82, 33, 51, 83, 34, 52, 84]) METALS[z] = MAIN_GROUP;
for (const [first, last] of [
  [21, 30],
  [39, 48],
  [72, 80],
] as const)
  METALS.fill(TRANSITION, first, last + 1);

function metal(element: number): number {
  return METALS[element] === MAIN_GROUP ? TYPE.Me1 : METALS[element] === TRANSITION ? TYPE.Me2 : TYPE.none;
}
