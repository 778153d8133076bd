import { AdaptiveSizer } from './adaptive.js';

export class ChemicalSizer extends AdaptiveSizer {}
