/**
 * The functional groups that RDKit normalises (`TransformCatalog/normalizations.in`, after MolVS by M. Swain and the
 * `standardiser` of F. Atkinson), in RDKit's order. `smarts` is the left side of its reaction; the right side is given
 * by what it changes: atoms count from 1, as they are mapped.
 *
 * The four conjugated-cation rules are worded as in RDKit 2020.09 to 2023.09, which the known results follow; later
 * releases also spare diazo groups and oximes.
 */
export interface Normalization {
  readonly name: string;
  readonly smarts: string;
  /** Atom and its new formal charge. */
  readonly charges: readonly (readonly [atom: number, charge: number])[];
  /** Two atoms and the new order of the bond between them. */
  readonly bonds: readonly (readonly [atom: number, other: number, order: number])[];
  /** Atom and its new number of hydrogens; the others keep theirs. */
  readonly hydrogens?: readonly (readonly [atom: number, hydrogens: number])[];
}

export const NORMALIZATIONS: readonly Normalization[] = [
  {
    name: 'Nitro to N+(O-)=O',
    smarts: '[N,P,As,Sb;X3:1](=[O,S,Se,Te:2])=[O,S,Se,Te:3]',
    charges: [
      [1, 1],
      [2, -1],
    ],
    bonds: [[1, 2, 1]],
  },
  {
    name: 'Sulfone to S(=O)(=O)',
    smarts: '[S+2:1]([O-:2])([O-:3])',
    charges: [
      [1, 0],
      [2, 0],
      [3, 0],
    ],
    bonds: [
      [1, 2, 2],
      [1, 3, 2],
    ],
  },
  {
    name: 'Pyridine oxide to n+O-',
    smarts: '[nH0+0:1]=[OH0+0:2]',
    charges: [
      [1, 1],
      [2, -1],
    ],
    bonds: [[1, 2, 1]],
  },
  {
    name: 'Azide to N=N+=N-',
    smarts: '[*:1][N:2]=[N:3]#[N:4]',
    charges: [
      [3, 1],
      [4, -1],
    ],
    bonds: [[3, 4, 2]],
  },
  {
    name: 'Diazo/azo to =N+=N-',
    smarts: '[*:1]=[N:2]#[N:3]',
    charges: [
      [2, 1],
      [3, -1],
    ],
    bonds: [[2, 3, 2]],
  },
  {
    name: 'Sulfoxide to -S+(O-)-',
    smarts: '[!O:1][S+0;X3:2](=[O:3])[!O:4]',
    charges: [
      [2, 1],
      [3, -1],
    ],
    bonds: [[2, 3, 1]],
  },
  {
    name: 'Phosphate to P(O-)=O',
    smarts: '[O,S,Se,Te;-1:1][P+;D4:2][O,S,Se,Te;-1:3]',
    charges: [
      [1, 0],
      [2, 0],
    ],
    bonds: [[1, 2, 2]],
  },
  {
    name: 'C/S+N to C/S=N+',
    smarts: '[C,S&!$([S+]-[O-]);X3+1:1]([NX3:2])[NX3!H0:3]',
    charges: [
      [1, 0],
      [3, 1],
    ],
    bonds: [[1, 3, 2]],
  },
  {
    name: 'P+N to P=N+',
    smarts: '[P;X4+1:1]([NX3:2])[NX3!H0:3]',
    charges: [
      [1, 0],
      [3, 1],
    ],
    bonds: [[1, 3, 2]],
  },
  {
    name: 'Normalize hydrazine-diazonium',
    smarts: '[CX4:1][NX3H:2]-[NX3H:3][CX4:4][NX2+:5]#[NX1:6]',
    charges: [
      [3, 1],
      [5, 0],
    ],
    bonds: [
      [2, 3, 2],
      [5, 6, 2],
    ],
    hydrogens: [
      [2, 0],
      [3, 1],
      [6, 1],
    ],
  },
  {
    name: 'Recombine 1,3-separated charges',
    smarts: '[N,P,As,Sb,O,S,Se,Te;-1:1]-[A+0:2]=[N,P,As,Sb,O,S,Se,Te;+1:3]',
    charges: [
      [1, 0],
      [3, 0],
    ],
    bonds: [
      [1, 2, 2],
      [2, 3, 1],
    ],
  },
  {
    name: 'Recombine 1,3-separated charges',
    smarts: '[n,o,p,s;-1:1]:[a:2]=[N,O,P,S;+1:3]',
    charges: [
      [1, 0],
      [3, 0],
    ],
    bonds: [[2, 3, 1]],
  },
  {
    name: 'Recombine 1,3-separated charges',
    smarts: '[N,O,P,S;-1:1]-[a+0:2]:[n,o,p,s;+1:3]',
    charges: [
      [1, 0],
      [3, 0],
    ],
    bonds: [[1, 2, 2]],
  },
  {
    name: 'Recombine 1,5-separated charges',
    smarts: '[N,P,As,Sb,O,S,Se,Te;-1:1]-[A+0:2]=[A:3]-[A:4]=[N,P,As,Sb,O,S,Se,Te;+1:5]',
    charges: [
      [1, 0],
      [5, 0],
    ],
    bonds: [
      [1, 2, 2],
      [2, 3, 1],
      [3, 4, 2],
      [4, 5, 1],
    ],
  },
  {
    name: 'Recombine 1,5-separated charges',
    smarts: '[n,o,p,s;-1:1]:[a:2]:[a:3]:[c:4]=[N,O,P,S;+1:5]',
    charges: [
      [1, 0],
      [5, 0],
    ],
    bonds: [[4, 5, 1]],
  },
  {
    name: 'Recombine 1,5-separated charges',
    smarts: '[N,O,P,S;-1:1]-[c:2]:[a:3]:[a:4]:[n,o,p,s;+1:5]',
    charges: [
      [1, 0],
      [5, 0],
    ],
    bonds: [[1, 2, 2]],
  },
  {
    name: 'Normalize 1,3 conjugated cation',
    smarts: '[N,O;+0!H0:1]-[A:2]=[N!$(*[O-]),O;+1H0:3]',
    charges: [
      [1, 1],
      [3, 0],
    ],
    bonds: [
      [1, 2, 2],
      [2, 3, 1],
    ],
  },
  {
    name: 'Normalize 1,3 conjugated cation',
    smarts: '[n;+0!H0:1]:[c:2]=[N!$(*[O-]),O;+1H0:3]',
    charges: [
      [1, 1],
      [3, 0],
    ],
    bonds: [[2, 3, 1]],
  },
  {
    name: 'Normalize 1,5 conjugated cation',
    smarts: '[N,O;+0!H0:1]-[A:2]=[A:3]-[A:4]=[N!$(*[O-]),O;+1H0:5]',
    charges: [
      [1, 1],
      [5, 0],
    ],
    bonds: [
      [1, 2, 2],
      [2, 3, 1],
      [3, 4, 2],
      [4, 5, 1],
    ],
  },
  {
    name: 'Normalize 1,5 conjugated cation',
    smarts: '[n;+0!H0:1]:[a:2]:[a:3]:[c:4]=[N!$(*[O-]),O;+1H0:5]',
    charges: [
      [1, 1],
      [5, 0],
    ],
    bonds: [[4, 5, 1]],
  },
  {
    name: 'Charge normalization',
    smarts: '[F,Cl,Br,I,At;-1:1]=[O:2]',
    charges: [
      [1, 0],
      [2, -1],
    ],
    bonds: [[1, 2, 1]],
  },
  {
    name: 'Charge recombination',
    smarts: '[N,P,As,Sb;-1:1]=[C+;v3:2]',
    charges: [
      [1, 0],
      [2, 0],
    ],
    bonds: [[1, 2, 3]],
  },
];
