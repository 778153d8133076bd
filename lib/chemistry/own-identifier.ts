/** A record's own identifiers, as its source wrote them among the tags: beside those of its structure, or in their place. */
import { SOURCE_PROFILES } from '../formats/profiles.js';
import type { Warning } from '../types.js';

export interface OwnIdentifiers {
  /** A standard InChI. */
  readonly inchi: string;
  readonly inchikey: string;
}

const tagsOf = (kind: 'inchi' | 'inchikey'): ReadonlyMap<string, readonly string[]> =>
  new Map(SOURCE_PROFILES.map((profile) => [profile.name, profile[kind].map((tag) => `${JSON.stringify(tag)}:"`)]));
const INCHI_TAGS = tagsOf('inchi');
const KEY_TAGS = tagsOf('inchikey');

/** Sources that compute the identifiers of all their structures themselves. */
const TRUSTED: ReadonlySet<string> = new Set(['pubchem', 'chembl', 'drugbank']);
const STANDARD_INCHI = /^InChI=1S\/[^\s"\\]+$/;
const STANDARD_KEY = /^[A-Z]{14}-[A-Z]{8}SA-[A-Z]$/;
/** Some sources write it before their keys. */
const KEY_PREFIX = 'InChIKey=';

/** One record in so many is computed although its source is trusted. */
const SAMPLE = 50;

/** Whether a record is among those that are computed all the same: by its content, so that each import says the same. */
export function isSampled(contentHash: string): boolean {
  return Number.parseInt(contentHash.slice(0, 8), 16) % SAMPLE === 0;
}

/** Standard InChI and key of a record of a trusted source; null where one of them is missing or not in standard form. */
export function ownIdentifiers(profile: string | null, tagsJson: string): OwnIdentifiers | null {
  if (profile === null || !TRUSTED.has(profile)) return null;
  const inchikey = valueAt(KEY_TAGS.get(profile), tagsJson);
  if (inchikey === null || !STANDARD_KEY.test(inchikey)) return null;
  const inchi = valueAt(INCHI_TAGS.get(profile), tagsJson);
  return inchi !== null && STANDARD_INCHI.test(inchi) ? { inchi, inchikey } : null;
}

/** IDENTIFIER_MISMATCH where the tags of a recognised source name another InChIKey; null without profile, tag or key. */
export function checkIdentifier(profile: string | null, tagsJson: string, inchikey: string): Warning | null {
  if (profile === null || inchikey === '') return null;
  const own = valueAt(KEY_TAGS.get(profile), tagsJson);
  if (own === null || own === '' || own === inchikey || own === `${KEY_PREFIX}${inchikey}`) return null;
  return { code: 'IDENTIFIER_MISMATCH', message: `the record says ${own}, its structure gives ${inchikey}` };
}

/** The first of these tags that has a single value. */
function valueAt(tags: readonly string[] = [], tagsJson: string): string | null {
  for (const tag of tags) {
    const at = tagsJson.indexOf(tag);
    if (at < 0) continue;
    const from = at + tag.length;
    return tagsJson.slice(from, tagsJson.indexOf('"', from)).trim();
  }
  return null;
}
