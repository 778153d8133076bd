/** Bits of `Graph.atomFlags`, as RDKit's pickle has them. */
export const AtomFlag = { dummyLabel: 0x04, query: 0x10, noImplicit: 0x20, aromatic: 0x40 } as const;
/** Bits of `Graph.bondFlags`, as RDKit's pickle has them. */
export const BondFlag = { query: 0x10, conjugated: 0x20, aromatic: 0x40 } as const;

/** RDKit's `Bond::BondType`, as far as the kernel tells types apart. */
export const BondType = { single: 1, double: 2, triple: 3, aromatic: 12, dative: 17 } as const;
/** RDKit's `Atom::HybridizationType`, as far as the kernel tells kinds apart. */
export const Hybridization = { sp: 2, sp2: 3 } as const;

/**
 * A molecule as RDKit perceived it, in typed arrays that the next molecule reuses: read what is needed before the next
 * decode, keep no array. Atoms and bonds have RDKit's own indices. Arrays are longer than the molecule; only the first
 * `atomCount` (`bondCount`, `ringCount`) entries mean anything. They are replaced when a larger molecule comes.
 */
export class Graph {
  atomCount = 0;
  bondCount = 0;
  /** Rings of RDKit's symmetrised smallest set; without those that are closed by dative or zero-order bonds. */
  ringCount = 0;
  /** Whether RDKit's ring perception was in the pickle; without it no descriptor can be computed. */
  hasRings = false;
  hasQueries = false;

  /** Atomic number; 0: dummy atom. */
  element = new Uint8Array(0);
  charge = new Int8Array(0);
  /** Mass number; 0: natural mixture. */
  isotope = new Uint32Array(0);
  /** `AtomFlag` bits. */
  atomFlags = new Uint8Array(0);
  /** 0: none; 1, 2: tetrahedral; more: other classes of `Atom::ChiralType`. */
  chiralTag = new Uint8Array(0);
  /** RDKit's `Atom::HybridizationType`. */
  hybridization = new Uint8Array(0);
  /** Hydrogens that are neither atoms of the graph nor implied by valence (`[NH]`). */
  explicitHs = new Uint8Array(0);
  /** Hydrogens implied by valence. */
  implicitHs = new Uint8Array(0);
  /** Explicit and implicit valence together. */
  valence = new Uint8Array(0);
  radicals = new Uint8Array(0);
  /** 1: RDKit found that the atom may be a stereo centre. */
  possibleStereo = new Uint8Array(0);

  bondBegin = new Int32Array(0);
  bondEnd = new Int32Array(0);
  /** RDKit's `Bond::BondType`. */
  bondType = new Uint8Array(0);
  /** `BondFlag` bits. */
  bondFlags = new Uint8Array(0);
  /** 1: in one of the rings. */
  bondInRing = new Uint8Array(0);

  /** Neighbours of atom `a` are `neighbours[k]`, through `neighbourBonds[k]`, for k in `starts[a]` ... `starts[a+1]`. */
  starts = new Int32Array(1);
  neighbours = new Int32Array(0);
  neighbourBonds = new Int32Array(0);

  /** Explicit degree: neighbours in the graph, hydrogen atoms among them. */
  degree = new Int32Array(0);
  /** All hydrogens of an atom: explicit, implicit, and those that are atoms of the graph. */
  totalHs = new Int32Array(0);
  /** 1: in one of the rings; 3: in one of three atoms. */
  atomInRing = new Uint8Array(0);

  /** Ring `r` has `ringAtoms[k]`, and the bond from each atom to the next, for k in `ringStarts[r]` ... `[r+1]`. */
  ringStarts = new Int32Array(1);
  ringAtoms = new Int32Array(0);
  ringBonds = new Int32Array(0);

  /** Makes room for a molecule and clears what decoding adds to. */
  reset(atoms: number, bonds: number): void {
    if (atoms > this.element.length) this.#growAtoms(Math.max(atoms, 64, 2 * this.element.length));
    if (bonds > this.bondType.length) this.#growBonds(Math.max(bonds, 64, 2 * this.bondType.length));
    this.atomCount = atoms;
    this.bondCount = bonds;
    this.ringCount = 0;
    this.hasRings = false;
    this.hasQueries = false;
    this.possibleStereo.fill(0, 0, atoms);
    this.atomInRing.fill(0, 0, atoms);
    this.degree.fill(0, 0, atoms);
    this.bondInRing.fill(0, 0, bonds);
  }

  /** Makes room for `rings` rings with `members` atoms in all, keeping those that are there. */
  reserveRings(rings: number, members: number): void {
    if (rings + 1 > this.ringStarts.length) this.ringStarts = grown(this.ringStarts, rings + 1);
    if (members > this.ringAtoms.length) {
      this.ringAtoms = grown(this.ringAtoms, members);
      this.ringBonds = grown(this.ringBonds, members);
    }
  }

  /** Works out neighbour lists and hydrogen counts once atoms, bonds and `degree` are there. */
  connect(): void {
    const { atomCount, bondCount, degree, starts, neighbours, neighbourBonds, bondBegin, bondEnd, element, totalHs } =
      this;
    let next = 0;
    for (let a = 0; a < atomCount; a++) {
      starts[a] = next;
      next += degree[a]!;
      degree[a] = 0;
      totalHs[a] = this.explicitHs[a]! + this.implicitHs[a]!;
    }
    starts[atomCount] = next;
    for (let b = 0; b < bondCount; b++) {
      const from = bondBegin[b]!;
      const to = bondEnd[b]!;
      const k = starts[from]! + degree[from]!++;
      neighbours[k] = to;
      neighbourBonds[k] = b;
      const l = starts[to]! + degree[to]!++;
      neighbours[l] = from;
      neighbourBonds[l] = b;
      if (element[from] === 1) totalHs[to]!++;
      if (element[to] === 1) totalHs[from]!++;
    }
  }

  /** Index of the bond between two atoms, or -1. */
  bondBetween(a: number, b: number): number {
    const end = this.starts[a + 1]!;
    for (let k = this.starts[a]!; k < end; k++) if (this.neighbours[k] === b) return this.neighbourBonds[k]!;
    return -1;
  }

  #growAtoms(size: number): void {
    this.element = new Uint8Array(size);
    this.charge = new Int8Array(size);
    this.isotope = new Uint32Array(size);
    this.atomFlags = new Uint8Array(size);
    this.chiralTag = new Uint8Array(size);
    this.hybridization = new Uint8Array(size);
    this.explicitHs = new Uint8Array(size);
    this.implicitHs = new Uint8Array(size);
    this.valence = new Uint8Array(size);
    this.radicals = new Uint8Array(size);
    this.possibleStereo = new Uint8Array(size);
    this.atomInRing = new Uint8Array(size);
    this.degree = new Int32Array(size);
    this.totalHs = new Int32Array(size);
    this.starts = new Int32Array(size + 1);
  }

  #growBonds(size: number): void {
    this.bondBegin = new Int32Array(size);
    this.bondEnd = new Int32Array(size);
    this.bondType = new Uint8Array(size);
    this.bondFlags = new Uint8Array(size);
    this.bondInRing = new Uint8Array(size);
    this.neighbours = new Int32Array(2 * size);
    this.neighbourBonds = new Int32Array(2 * size);
  }
}

function grown(array: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(size, 64, 2 * array.length));
  larger.set(array);
  return larger;
}
