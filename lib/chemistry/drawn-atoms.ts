/** Neighbours that are kept of an atom: no stereo centre that is known here has more. */
const MOST = 4;
/** In units of 0.0001: RDKit takes bonds shorter than 0.03 for nothing, as they are drawn. */
const SHORTEST_BOND = 1_000;
/** RDKit takes a drawing for flat whose z are all below 0.0001 or so. */
const LEAST_HEIGHT = 1_000;
/** RDKit takes an atom for flat where three of its bonds span less than 0.1. */
const LEAST_VOLUME = 0.2e12;
const BLANK = 32;

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
  /** 1: has a bond that is not single. */
  #unsaturated = new Uint8Array(0);

  reset(atoms: number): void {
    if (atoms > this.#degrees.length) {
      this.#places = new Float64Array(2 * 3 * atoms);
      this.#symbols = new Int32Array(2 * atoms);
      this.#degrees = new Int32Array(2 * atoms);
      this.#neighbours = new Int32Array(2 * MOST * atoms);
      this.#unsaturated = new Uint8Array(2 * atoms);
    }
    this.#degrees.fill(0, 0, atoms);
    this.#unsaturated.fill(0, 0, atoms);
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

  /** False where the bond is too short, or has no ends. */
  connect(begin: number, end: number, order: number): boolean {
    if (begin < 0 || end < 0 || begin >= this.#count || end >= this.#count) return false;
    const [dx, dy, dz] = this.#between(begin, end);
    if (Math.abs(dx) < SHORTEST_BOND && Math.abs(dy) < SHORTEST_BOND && Math.abs(dz) < SHORTEST_BOND) return false;
    this.#join(begin, end, order);
    this.#join(end, begin, order);
    return true;
  }

  /**
   * Whether RDKit reads the same from the drawing at any scale: of flat ones it does; in space it has an absolute measure
   * of what is flat, so there may be no centre close to that. `charged`: there are charges beside those of atom lines.
   */
  keepsMeaning(charged: boolean): boolean {
    if (this.#height === 0) return true;
    if (this.#height < LEAST_HEIGHT) return false;
    for (let atom = 0; atom < this.#count; atom++) {
      if (this.#degrees[atom]! > 2 && !this.#isClear(atom, charged || this.#charged)) return false;
    }
    return true;
  }

  #join(atom: number, neighbour: number, order: number): void {
    const degree = this.#degrees[atom]!++;
    if (degree < MOST) this.#neighbours[MOST * atom + degree] = neighbour;
    if (order !== 1) this.#unsaturated[atom] = 1;
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
    return a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) + a[2] * (b[0] * c[1] - b[1] * c[0]);
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

type Vector = [number, number, number];
