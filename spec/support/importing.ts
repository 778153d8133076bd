/** What specs of imports begin with: a folder, a database, and one worker for all of a `describe` block. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribePool } from '../../lib/chemistry/pool.js';
import type { ImportOptions } from '../../lib/options.js';
import type { ImportHooks } from '../../pipelines/execution.js';
import { importMolecules } from '../../pipelines/import-molecules.js';
import type { ImportSummary } from '../../pipelines/summary.js';
import { freshPostgres } from './postgres.js';
import type { Kind } from './stores.js';

export interface Importing {
  /** Of the spec that runs; it is removed behind it. */
  readonly folder: string;
  /** The spec's database. */
  readonly to: string;
  readonly pool: DescribePool;
  /** Writes a file into the folder, and gives its path. */
  file(name: string, content: string | Buffer): string;
  /** Another database of which nothing exists yet. */
  freshTarget(): Promise<string>;
  /** Imports into `to`, without descriptors and fingerprint unless they are asked for. */
  run(options: Partial<ImportOptions> & { inputs: string[] }, hooks?: ImportHooks): Promise<ImportSummary>;
}

/** To be called in a `describe` block: adds hooks to it. */
export function importing(kind: Kind): Importing {
  let folder = '';
  let to = '';
  let pool: DescribePool;
  const freshTarget = async (): Promise<string> =>
    kind === 'sqlite' ? join(mkdtempSync(join(folder, 'db-')), 'm.sqlite') : freshPostgres();
  before(() => {
    pool = new DescribePool({ workers: 1 });
  });
  after(() => pool.destroy());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'molstream-import-'));
    to = await freshTarget();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return {
    get folder() {
      return folder;
    },
    get to() {
      return to;
    },
    get pool() {
      return pool;
    },
    file(name, content) {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
    freshTarget,
    run: (options, hooks) =>
      importMolecules({ to, descriptors: 'none', fingerprint: 'none', ...options }, { pool, ...hooks }),
  };
}
