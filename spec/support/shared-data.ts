/** Real molecule files that may stand beside the project. Specs that read them skip with a message without them. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `spec/support/shared-data.js` lies in `dist/`, so the project is three folders up and its neighbours four. */
const folder = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));

/** Path of a file in the shared data; skips the running spec, saying why, where it is absent. */
export function sharedFile(context: Mocha.Context, name: string): string {
  const path = `${folder}${name}`;
  if (!existsSync(path)) {
    console.log(`      (no ${name} beside the project: skipped)`);
    context.skip();
  }
  return path;
}

export const sharedDataFolder: string | null = existsSync(folder) ? folder : null;
