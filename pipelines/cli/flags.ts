/** Flags that several commands have, as commander gives them. */
import type { ImportOptions } from '../../lib/options.js';

/** How inputs are read. */
export type ReadingFlags = Pick<ImportOptions, 'format' | 'encoding' | 'source' | 'id' | 'name' | 'smiles'>;

/** Where the tables are. */
export type TableFlags = Required<Pick<ImportOptions, 'to' | 'schema' | 'tablePrefix'>>;
