import { badOption } from '../checks.js';
import type { BatchSizer } from '../types.js';
import { AdaptiveSizer } from './adaptive.js';
import { ChemicalSizer } from './chemical.js';
import { FixedSizer } from './fixed.js';
import { resolveSizerOptions, type SizerOptions } from './sizer-options.js';

export type SizerKind = 'fixed' | 'adaptive' | 'chemical';

/**
 * What decides how large chunks are: `fixed` never changes; `adaptive` learns from what commits cost; `chemical` also
 * weighs chunks by bytes and heavy atoms and starts from what is known of the source.
 *
 * Throws `UsageError` BAD_OPTION.
 */
export function createSizer(kind: SizerKind, options: SizerOptions = {}): BatchSizer {
  const resolved = resolveSizerOptions(options);
  switch (kind) {
    case 'fixed':
      return new FixedSizer(resolved.initialRows ?? resolved.maxRows, resolved.maxBytes);
    case 'adaptive':
      return new AdaptiveSizer(resolved);
    case 'chemical':
      return new ChemicalSizer(resolved);
    default:
      throw badOption('kind', 'one of fixed, adaptive, chemical', kind);
  }
}
