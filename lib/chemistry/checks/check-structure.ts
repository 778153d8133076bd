import type { Warning } from '../../types.js';
import { SYMBOLS } from '../descriptors/elements.js';
import type { Graph } from '../descriptors/graph.js';
import type { CoordinateFault } from './coordinates.js';
import { drawingOf } from './drawing.js';
import { polymerTypes } from './sgroups.js';
import { countCentres, countInchiCentres } from './stereo.js';
import { countRadicals, firstUnusualValence, hasDummy } from './valence.js';

export interface CheckedStructure {
  /** The molblock with LF as line end; null: the structure came as SMILES. */
  readonly molblock: Uint8Array | null;
  /** The molecule as it was read, decoded from its pickle; null where that could not be read. */
  readonly graph: Graph | null;
  /** Standard InChI of the same molecule; empty where there is none. */
  readonly inchi: string;
}

/** How much a curator would mind, 1 to 9, in the spirit of the ChEMBL structure pipeline's checker (Bento et al. 2020). */
const PENALTY = {
  queryFeatures: 7,
  polymer: 6,
  zeroCoordinates: 6,
  overlappingAtoms: 5,
  radical: 5,
  stereoMismatch: 5,
  wedgeMismatch: 2,
  unusualValence: 4,
} as const;

const NONE: readonly Warning[] = [];

/** What a curator would want to see about a structure that RDKit has read; none of it keeps it from being taken. */
export function checkStructure({ molblock, graph, inchi }: CheckedStructure): readonly Warning[] {
  const bytes = molblock === null ? null : Buffer.from(molblock.buffer, molblock.byteOffset, molblock.byteLength);
  const drawing = bytes === null ? null : drawingOf(bytes);
  const warnings: Warning[] = [];
  if (bytes !== null) checkPolymer(bytes, warnings);
  if (drawing !== null) checkPlaces(drawing.fault, warnings);
  if (graph !== null) {
    checkAtoms(graph, warnings);
    checkStereo(graph, inchi, drawing?.wedged ?? 0, warnings);
  }
  return warnings.length === 0 ? NONE : warnings;
}

function checkPolymer(molblock: Buffer, warnings: Warning[]): void {
  const types = polymerTypes(molblock);
  if (types.length === 0) return;
  warnings.push({ code: 'POLYMER', message: `Sgroups ${types.join(', ')}`, penalty: PENALTY.polymer });
}

function checkPlaces(fault: CoordinateFault, warnings: Warning[]): void {
  if (fault === 'zero') {
    warnings.push({ code: 'ZERO_COORDINATES', message: 'all atoms lie at 0, 0, 0', penalty: PENALTY.zeroCoordinates });
  } else if (fault === 'overlap') {
    const message = 'two atoms lie in one place';
    warnings.push({ code: 'OVERLAPPING_ATOMS', message, penalty: PENALTY.overlappingAtoms });
  }
}

function checkAtoms(graph: Graph, warnings: Warning[]): void {
  if (graph.hasQueries || hasDummy(graph)) {
    const message = graph.hasQueries ? 'query atoms or bonds' : 'an atom without an element';
    warnings.push({ code: 'QUERY_FEATURES', message, penalty: PENALTY.queryFeatures });
    return;
  }
  const unpaired = countRadicals(graph);
  if (unpaired > 0) {
    const message = `${unpaired} unpaired electron${unpaired === 1 ? '' : 's'}`;
    warnings.push({ code: 'RADICAL', message, penalty: PENALTY.radical });
  }
  const unusual = firstUnusualValence(graph);
  if (unusual >= 0) {
    const message = describeAtom(graph, unusual);
    warnings.push({ code: 'UNUSUAL_VALENCE', message, penalty: PENALTY.unusualValence });
  }
}

function describeAtom({ element, charge, valence, totalHs }: Graph, a: number): string {
  const q = charge[a] as number;
  const hydrogens = totalHs[a] === 0 ? '' : ` with ${totalHs[a]} H`;
  const sign = q === 0 ? '' : `, charge ${q > 0 ? '+' : ''}${q}`;
  return `atom ${a + 1}, ${SYMBOLS[element[a] as number]}: valence ${valence[a]}${hydrogens}${sign}`;
}

function checkStereo(graph: Graph, inchi: string, wedged: number, warnings: Warning[]): void {
  const { all, firm } = countCentres(graph);
  const ofInchi = inchi === '' ? null : countInchiCentres(inchi);
  if (ofInchi !== null && ofInchi !== firm) {
    const message = `${firm} defined centres in SMILES, ${ofInchi} in InChI`;
    warnings.push({ code: 'STEREO_MISMATCH', message, penalty: PENALTY.stereoMismatch });
  } else if (wedged > all) {
    const message = `${wedged} wedged atoms, ${all} of them stereo centres`;
    warnings.push({ code: 'STEREO_MISMATCH', message, penalty: PENALTY.wedgeMismatch });
  }
}
