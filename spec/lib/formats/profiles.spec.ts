import { expect } from 'chai';
import { SOURCE_PROFILES } from '../../../lib/formats/profiles.js';
import { locateInputs } from '../../../lib/sources/inputs.js';
import { openInput } from '../../../lib/sources/open-input.js';
import type { Input, SplitItem } from '../../../lib/types.js';
import { splitRecords } from '../../../transforms/split-records.js';
import { sharedFile } from '../../support/shared-data.js';

describe('source profiles', () => {
  it('have names of their own, and an id among their marks', () => {
    const names = SOURCE_PROFILES.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    for (const { id } of SOURCE_PROFILES) expect(id).to.not.be.empty;
  });

  for (const [file, profile, idTag, first] of [
    ['variety/Indigo/Compound_0000001_0000250.sdf.gz', 'pubchem', 'PUBCHEM_COMPOUND_CID', '1'],
    ['variety/cdk/chemblApiExamples.sdf', 'chembl', 'chembl_id', 'CHEMBL564829'],
    ['variety/CompoundDb/ChEBI_sub.sdf.gz', 'chebi', 'ChEBI ID', 'CHEBI:90'],
    ['variety/CompoundDb/LipidMaps_sub.sdf.gz', 'lipidmaps', 'LM_ID', 'LMFA00000001'],
    [
      'variety/practical_cheminformatics_tutorials/35A6EC1A3C9266A38807F72D62C1E3FBki.sdf',
      'bindingdb',
      'BindingDB Reactant_set_id',
      '1397223',
    ],
    ['variety/datamol/Enamine_DNA_Libary_5530cmpds_20200831_SMALL.sdf', 'enamine', 'Catalog ID', 'Z33546463'],
    ['known/InChI/mcule.sdf.gz', 'mcule', 'Mcule_ID', '9261759198'],
    ['known/OPERA/BioDeg_QR.sdf', 'dsstox', 'dsstox_substance_id', 'DTXSID2020139'],
  ] as const) {
    it(`recognise ${profile} in a real file, whose ids are unique`, async function () {
      const [input] = (await locateInputs([sharedFile(this, file)])) as [Input];
      expect(input).to.include({ profile, source: profile });
      expect(input.layout.idTag).to.equal(idTag);
      const ids: (string | null)[] = [];
      for await (const item of openInput(input).pipe(splitRecords({ input })) as AsyncIterable<SplitItem>) {
        if (item.kind !== 'end') ids.push(item.externalId);
      }
      expect(ids[0]).to.equal(first);
      expect(ids).to.not.include(null);
      expect(new Set(ids).size).to.equal(ids.length);
    });
  }
});
