import { CsvSplitter } from './csv-splitter.js';
import { LineSplitter } from './line-splitter.js';
import { RejectsSplitter } from './rejects-splitter.js';
import { SdfSplitter } from './sdf-splitter.js';
import type { Splitter, SplitterOptions } from './slice.js';

export function createSplitter(options: SplitterOptions): Splitter {
  switch (options.layout.format) {
    case 'sdf':
      return new SdfSplitter(options);
    case 'smiles':
      return new LineSplitter(options);
    case 'rejects':
      return new RejectsSplitter(options);
    case 'csv':
    case 'tsv':
      return new CsvSplitter(options);
  }
}
