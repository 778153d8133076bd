import { layOut } from '../molblock-layout.js';
import { type CoordinateFault, checkCoordinates } from './coordinates.js';
import { countWedged } from './stereo.js';

/** How a molblock is drawn. */
export interface Drawing {
  readonly fault: CoordinateFault;
  /** Atoms that a wedge or hash starts from. */
  readonly wedged: number;
}

/** Of a molblock with LF as line end; nothing is said of one that is not whole. */
export function drawingOf(molblock: Buffer): Drawing {
  const layout = layOut(molblock);
  if (layout === null) return drawingOfV3000(molblock);
  return { fault: checkCoordinates(molblock, layout), wedged: countWedged(molblock, layout) };
}

/** Symbol, which may be a quoted list, and coordinates of an atom. */
const ATOM = /^M {2}V30 +\d+ +(?:"[^"\n]*"|\S+) +(\S+) +(\S+) +(\S+)/gm;
/** Of a bond with a wedge, up or down, its first atom. */
const WEDGE = /^M {2}V30 +\d+ +\d+ +(\d+) .*\bCFG=[13]\b/gm;

function drawingOfV3000(molblock: Buffer): Drawing {
  const text = molblock.toString('latin1');
  const atoms = [...blockOf(text, 'ATOM').matchAll(ATOM)].map(([, x, y, z]) => [x, y, z].map(Number));
  const wedged = new Set([...blockOf(text, 'BOND').matchAll(WEDGE)].map(([, atom]) => atom));
  return { fault: faultOf(atoms), wedged: wedged.size };
}

function blockOf(text: string, name: string): string {
  const start = text.indexOf(`M  V30 BEGIN ${name}\n`);
  const end = text.indexOf(`M  V30 END ${name}\n`, start);
  return start < 0 || end < 0 ? '' : text.slice(start, end);
}

function faultOf(places: readonly (readonly number[])[]): CoordinateFault {
  if (places.length < 2) return null;
  if (places.every((place) => place.every((value) => value === 0))) return 'zero';
  return new Set(places.map(String)).size < places.length ? 'overlap' : null;
}
