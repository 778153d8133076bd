import { cross, dot, type Vector } from './vectors.js';

/** Neighbours that are kept of an atom: no stereo centre that is known here has more. */
const MOST = 4;
/** In units of 0.0001: RDKit takes bonds shorter than 0.03 for nothing, as they are drawn. */
const SHORTEST_BOND = 1_000;
/** RDKit takes a drawing for flat whose z are all below 0.0001 or so. */
const LEAST_HEIGHT = 1_000;
/** RDKit takes an atom for flat where three of its bonds span less than 0.1. */
const LEAST_VOLUME = 0.2e12;
/** Sine of the angle of bonds, or cosine of that of planes, which are in line or at right angles but for rounding. */
const ROUNDING = 5e-3;
/** Orders of the bonds that make an atom unsaturated, aromatic ones among them: there are dative and query bonds too. */
const [DOUBLE, AROMATIC] = [2, 4];
const BLANK = 32;
/** Properties that may say of charges, radicals, hydrogens or bonds what the tables do not; and those beside charges. */
const TELLING = /^M {2}(?!ISO|END)/m;
const MORE_TELLING = /^M {2}(?!ISO|CHG|END)/m;

/** The three columns of a symbol as a number, blanks before it moved behind it. */
export function symbolCode(bytes: Buffer, from: number): number {
  let code = bytes.readUIntBE(from, 3);
  for (let moved = 0; moved < 2 && code >>> 16 === BLANK; moved++) code = ((code << 8) & 0xffffff) | BLANK;
  return code;
}

const codeOf = (symbol: string): number => symbolCode(Buffer.from(symbol.padEnd(3)), 0);
const CARBON = codeOf('C');
const NITROGEN = codeOf('N');
/** Elements of which RDKit knows no stereo centres but tetrahedral ones. */
const TETRAHEDRAL: ReadonlySet<number> = new Set(['C', 'N', 'O', 'P', 'S', 'Si', 'B'].map(codeOf));

/** Where the atoms of a molblock are drawn, in units of 0.0001, and how they are connected; for one after another. */
export class DrawnAtoms {
  #count = 0;
  #height = 0;
  #charged = false;
  /** x, y and z of each. */
  #places = new Float64Array(0);
  #symbols = new Int32Array(0);
  #degrees = new Int32Array(0);
  #neighbours = new Int32Array(0);
  /** 1: has a double, triple or aromatic bond. */
  #unsaturated = new Uint8Array(0);
  /** 1: a wedge or hash starts from it. */
  #wedged = new Uint8Array(0);

  reset(atoms: number): void {
    if (atoms > this.#degrees.length) {
      this.#places = new Float64Array(2 * 3 * atoms);
      this.#symbols = new Int32Array(2 * atoms);
      this.#degrees = new Int32Array(2 * atoms);
      this.#neighbours = new Int32Array(2 * MOST * atoms);
      this.#unsaturated = new Uint8Array(2 * atoms);
      this.#wedged = new Uint8Array(2 * atoms);
    }
    this.#degrees.fill(0, 0, atoms);
    this.#unsaturated.fill(0, 0, atoms);
    this.#wedged.fill(0, 0, atoms);
    this.#count = atoms;
    this.#height = 0;
    this.#charged = false;
  }

  /** `symbol`: see `symbolCode`; `charge`: as the atom line has it, 0 where there is none. */
  place(atom: number, x: number, y: number, z: number, symbol: number, charge: number): void {
    this.#places[3 * atom] = x;
    this.#places[3 * atom + 1] = y;
    this.#places[3 * atom + 2] = z;
    this.#symbols[atom] = symbol;
    this.#height = Math.max(this.#height, Math.abs(z));
    if (charge !== 0) this.#charged = true;
  }

  /** `wedged`: up or down from its beginning. False where the bond is too short, or has no ends. */
  connect(begin: number, end: number, order: number, wedged: boolean): boolean {
    if (begin < 0 || end < 0 || begin >= this.#count || end >= this.#count) return false;
    const [dx, dy, dz] = this.#between(begin, end);
    if (Math.abs(dx) < SHORTEST_BOND && Math.abs(dy) < SHORTEST_BOND && Math.abs(dz) < SHORTEST_BOND) return false;
    this.#join(begin, end, order);
    this.#join(end, begin, order);
    if (wedged) this.#wedged[begin] = 1;
    return true;
  }

  /**
   * Whether RDKit reads the same from the drawing at any scale. In space it has an absolute measure of what is flat, so
   * there may be no centre close to that; and where it has none at all, beside a wedge, rounding decides of what lies
   * exactly in line. `properties`: the molblock from its bonds on.
   */
  keepsMeaning(properties: string): boolean {
    const flat = this.#height === 0;
    if (!flat && (this.#height < LEAST_HEIGHT || MORE_TELLING.test(properties))) return false;
    const charged = this.#charged || TELLING.test(properties);
    for (let atom = 0; atom < this.#count; atom++) {
      if (flat ? this.#isInLine(atom, charged) : !this.#isFirm(atom, charged)) return false;
    }
    return true;
  }

  /** Of a flat drawing: whether bonds lie one on the other, or in line where RDKit may look for an atropisomer. */
  #isInLine(atom: number, charged: boolean): boolean {
    if (!this.#wedged[atom]) return this.#unsaturated[atom] === 1 && this.#hasBondsInLine(atom, false);
    const twists = this.#mayTwist(atom, charged);
    if (this.#hasBondsInLine(atom, twists)) return true;
    return twists && this.#neighboursOf(atom).some((neighbour) => this.#hasBondsInLine(neighbour, true));
  }

  /** Whether a wedge from it may tell RDKit of an atropisomer: it may have three neighbours, hydrogens included. */
  #mayTwist(atom: number, charged: boolean): boolean {
    const degree = this.#degrees[atom]!;
    return degree > 1 && degree < 4 && (charged || this.#symbols[atom] !== CARBON || this.#unsaturated[atom] === 1);
  }

  /** Whether two of its bonds are drawn in the same direction, or `opposed` ones. */
  #hasBondsInLine(atom: number, opposed: boolean): boolean {
    const neighbours = this.#neighboursOf(atom);
    for (let k = 1; k < neighbours.length; k++) {
      const a = this.#between(atom, neighbours[k]!);
      for (let l = 0; l < k; l++) {
        const b = this.#between(atom, neighbours[l]!);
        const along = a[0] * b[0] + a[1] * b[1];
        if (Math.abs(a[0] * b[1] - a[1] * b[0]) <= ROUNDING * (opposed ? Math.abs(along) : along)) return true;
      }
    }
    return false;
  }

  /** Of a drawing in space: whether nothing of the atom and its bonds is flat or at right angles, where that counts. */
  #isFirm(atom: number, charged: boolean): boolean {
    if (this.#wedged[atom] && this.#mayTwist(atom, charged)) return false;
    if (this.#unsaturated[atom] && this.#isAcross(atom)) return false;
    return this.#degrees[atom]! < 3 || this.#isClear(atom, charged);
  }

  /** Whether what is beside a bond to another unsaturated atom lies neither cis nor trans. */
  #isAcross(atom: number): boolean {
    return this.#neighboursOf(atom).some((other) => {
      if (other < atom || !this.#unsaturated[other]) return false;
      const theirs = this.#normals(other, atom);
      return this.#normals(atom, other).some((a) =>
        theirs.some((b) => Math.abs(dot(a, b)) <= ROUNDING * Math.sqrt(dot(a, a) * dot(b, b))),
      );
    });
  }

  /** Normals of the planes of an atom's bond to `other` and each of its other bonds. */
  #normals(atom: number, other: number): Vector[] {
    const axis = this.#between(atom, other);
    const normals: Vector[] = [];
    for (const neighbour of this.#neighboursOf(atom)) {
      if (neighbour !== other) normals.push(cross(axis, this.#between(atom, neighbour)));
    }
    return normals;
  }

  #neighboursOf(atom: number): Int32Array {
    const from = MOST * atom;
    return this.#neighbours.subarray(from, from + Math.min(MOST, this.#degrees[atom]!));
  }

  #join(atom: number, neighbour: number, order: number): void {
    const degree = this.#degrees[atom]!++;
    if (degree < MOST) this.#neighbours[MOST * atom + degree] = neighbour;
    if (order >= DOUBLE && order <= AROMATIC) this.#unsaturated[atom] = 1;
  }

  /** Whether it is far from flat, or no stereo centre however flat it is. */
  #isClear(atom: number, charged: boolean): boolean {
    const degree = this.#degrees[atom]!;
    if (degree > MOST || !TETRAHEDRAL.has(this.#symbols[atom]!)) return false;
    if (degree === 3 && this.#isTrigonal(atom, charged)) return true;
    for (let left = 0; left < (degree === 3 ? 1 : MOST); left++) {
      if (Math.abs(this.#volume(atom, degree === 3 ? 3 : left)) < LEAST_VOLUME) return false;
    }
    return true;
  }

  /** Whether its three bonds lie in a plane by its kind: RDKit lets no such atom be a stereo centre. */
  #isTrigonal(atom: number, charged: boolean): boolean {
    const symbol = this.#symbols[atom];
    if (symbol !== CARBON && symbol !== NITROGEN) return false;
    if (this.#unsaturated[atom]) return true;
    // Of amides and anilines; charged it may be an ammonium with a hydrogen that is not drawn.
    if (symbol === CARBON || charged) return false;
    for (let k = MOST * atom; k < MOST * atom + 3; k++) {
      const neighbour = this.#neighbours[k]!;
      if (this.#unsaturated[neighbour] && this.#symbols[neighbour] === CARBON) return true;
    }
    return false;
  }

  /** What the bonds to three neighbours span, those to the first four but `left`. */
  #volume(atom: number, left: number): number {
    const [a, b, c] = [0, 1, 2, 3]
      .filter((k) => k !== left)
      .map((k) => this.#between(atom, this.#neighbours[MOST * atom + k]!)) as [Vector, Vector, Vector];
    return dot(a, cross(b, c));
  }

  #between(from: number, to: number): Vector {
    const places = this.#places;
    return [
      places[3 * to]! - places[3 * from]!,
      places[3 * to + 1]! - places[3 * from + 1]!,
      places[3 * to + 2]! - places[3 * from + 2]!,
    ];
  }
}
