import { importMolecules } from 'molstream';

const summary = await importMolecules({ inputs: ['molecules.sdf'], to: 'molecules.sqlite' });

console.log(`${summary.inserted} inserted, ${summary.rejected} rejected`);
