/** A record's own identifier, as its source wrote it among the tags, beside the one that its structure has. */
import { SOURCE_PROFILES } from '../formats/profiles.js';
import type { Warning } from '../types.js';

const TAGS: ReadonlyMap<string, readonly string[]> = new Map(
  SOURCE_PROFILES.map(({ name, inchikey }) => [name, inchikey.map((tag) => `${JSON.stringify(tag)}:"`)]),
);

/** IDENTIFIER_MISMATCH where the tags of a recognised source name another InChIKey; null without profile, tag or key. */
export function checkIdentifier(profile: string | null, tagsJson: string, inchikey: string): Warning | null {
  if (profile === null || inchikey === '') return null;
  for (const tag of TAGS.get(profile) ?? []) {
    const at = tagsJson.indexOf(tag);
    if (at < 0) continue;
    const from = at + tag.length;
    const own = tagsJson.slice(from, tagsJson.indexOf('"', from)).trim();
    if (own === '' || own === inchikey) return null;
    return { code: 'IDENTIFIER_MISMATCH', message: `the record says ${own}, its structure gives ${inchikey}` };
  }
  return null;
}
