/** Files of the shared data for benchmarks, which end with a message where they are absent. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sharedDataFolder } from '../support/shared-data.js';

export function benchFile(name: string): string {
  const path = sharedDataFolder === null ? null : join(sharedDataFolder, name);
  if (path === null || !existsSync(path)) throw new Error(`no shared data beside the project: ${name} is needed`);
  return path;
}
