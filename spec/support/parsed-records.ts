/** Tasks of describing, made from SMILES or molblocks. */
import type { Task } from '../../lib/chemistry/describe-records.js';
import type { DescribeOptions } from '../../lib/types.js';

export const ALL: DescribeOptions = { descriptors: 'all', fingerprint: 'morgan', standardize: 'none' };

export function taskOf(structure: string | Uint8Array, options: DescribeOptions = ALL): Task {
  const form = typeof structure === 'string' ? 'smiles' : 'molblock';
  return {
    record: { form, structure, name: null, tagsJson: '{}', warnings: [] },
    options,
    profile: null,
    trustTags: false,
    row: 0,
  };
}
