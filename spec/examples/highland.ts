import { compose, describe, locateInputs, type Molecule, openInput, splitRecords } from 'molstream';

const [input] = await locateInputs(['molecules.sdf']);

const names = compose(
  openInput(input!),
  splitRecords({ input: input! }),
  describe({ descriptors: 'none', fingerprint: 'none' }),
  (molecules: Highland.Stream<Molecule>) =>
    molecules
      .filter((item) => item.kind === 'molecule')
      .map((molecule) => `${molecule.inchikey} ${molecule.name}`)
      .take(3),
);

for await (const line of names) console.log(line);
