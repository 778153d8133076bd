/** Holds the layout and the direction of imports, on the sources themselves. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const root = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = ['lib', 'transforms', 'sinks', 'pipelines', 'spec'];

interface SourceFile {
  path: string;
  text: string;
  /** Project files, by their path, and packages, by their name, with whether only types are imported. */
  imports: { target: string; typeOnly: boolean }[];
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(root, path)).isDirectory()) return filesUnder(path);
    return /\.c?ts$/.test(path) ? [path] : [];
  });
}

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;

function read(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, imports: importsOf(path, text) };
}

function importsOf(path: string, text: string): SourceFile['imports'] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = match[2] ?? match[3] ?? '';
    const resolved = target.startsWith('.') ? normalize(join(dirname(path), target)).replace(/\.js$/, '.ts') : target;
    return { target: resolved, typeOnly: match[1] !== undefined };
  });
}

/** What is loaded with a file: itself, other files and packages, but not what is imported when it is asked for. */
function loadedWith(path: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(path)) return loaded;
  loaded.add(path);
  const text = sources.find((file) => file.path === path)?.text.replace(/\bimport\('[^']+'\)/g, '') ?? '';
  for (const { target, typeOnly } of importsOf(path, text)) if (!typeOnly) loadedWith(target, loaded);
  return loaded;
}

const sources = FOLDERS.flatMap(filesUnder).map(read);

/** `path imports target` for each import that breaks a rule. */
function breaches(inside: RegExp, forbidden: (target: string, typeOnly: boolean) => boolean): string[] {
  return sources
    .filter((file) => inside.test(file.path))
    .flatMap((file) =>
      file.imports
        .filter(({ target, typeOnly }) => forbidden(target, typeOnly))
        .map(({ target }) => `${file.path} imports ${target}`),
    );
}

describe('the layout', () => {
  it('finds the sources and their imports', () => {
    expect(sources.length).to.be.above(40);
    expect(sources.find((file) => file.path === 'transforms/match-known.ts')?.imports).to.deep.equal([
      { target: 'lib/batching/size-of.ts', typeOnly: false },
      { target: 'lib/checks.ts', typeOnly: false },
      { target: 'lib/types.ts', typeOnly: true },
      { target: 'transforms/blocks.ts', typeOnly: false },
    ]);
  });

  it('has nothing at the top but what belongs there', () => {
    const allowed = new Set([...FOLDERS, 'package.json', 'package-lock.json', 'tsconfig.json', 'README.md', 'LICENSE']);
    const built = new Set(['node_modules', 'dist']);
    const extra = readdirSync(root).filter(
      (name) => !name.startsWith('.') && !allowed.has(name) && !built.has(name) && !/\.sqlite(-shm|-wal)?$/.test(name),
    );
    expect(extra).to.deep.equal([]);
  });

  it('imports one way: spec, pipelines, transforms and sinks, lib', () => {
    expect(breaches(/^lib\//, (target) => /^(transforms|sinks|pipelines|spec)\//.test(target))).to.deep.equal([]);
    expect(breaches(/^transforms\//, (target) => /^(sinks|pipelines|spec)\//.test(target))).to.deep.equal([]);
    expect(breaches(/^sinks\//, (target) => /^(transforms|pipelines|spec)\//.test(target))).to.deep.equal([]);
    expect(breaches(/^pipelines\//, (target) => /^spec\//.test(target))).to.deep.equal([]);
  });

  it('has no import cycles', () => {
    const graph = new Map(
      sources.map((file) => [file.path, file.imports.filter((i) => !i.typeOnly).map((i) => i.target)]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      } else if (!done.has(path)) {
        for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
        done.add(path);
      }
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles).to.deep.equal([]);
  });

  it('keeps streams, databases and clocks out of the pure parts', () => {
    const pure = /^lib\/(formats|batching|chemistry\/descriptors)\//;
    const impure =
      /^(node:(stream|fs|net|http|worker_threads|timers).*|knex|pg|pg-copy-streams|better-sqlite3|highland)$/;
    expect(breaches(pure, (target, typeOnly) => !typeOnly && impure.test(target))).to.deep.equal([]);
    const clocks = sources
      .filter((file) => pure.test(file.path) && /\b(Date\.now|performance\.now|new Date\(\))/.test(file.text))
      .map((file) => file.path);
    expect(clocks).to.deep.equal([]);
  });

  it('lets only the store and the sinks know knex, and only compose know Highland', () => {
    const database = /^(knex|pg|pg-copy-streams|better-sqlite3)$/;
    expect(
      breaches(/^(lib|transforms|sinks|pipelines)\//, (target) => database.test(target)).filter(
        (breach) => !/^(lib\/store|sinks)\//.test(breach),
      ),
    ).to.deep.equal([]);
    expect(
      breaches(/^(lib|transforms|sinks|pipelines)\//, (target) => target === 'highland').filter(
        (breach) => !breach.startsWith('pipelines/compose.ts'),
      ),
    ).to.deep.equal([]);
  });

  it('reads arguments, environment and terminal in the command line alone', () => {
    const terminal = /process\.(argv|env|stdout|stderr|stdin)\b/;
    const readers = sources
      .filter(
        (file) => /^(lib|transforms|sinks|pipelines)\//.test(file.path) && !file.path.startsWith('pipelines/cli/'),
      )
      .filter((file) => terminal.test(file.text))
      .map((file) => file.path);
    expect(readers).to.deep.equal([]);
  });

  it('loads neither database nor chemistry to show help', () => {
    const loaded = [...loadedWith('pipelines/cli/main.ts')];
    expect(loaded).to.include('pipelines/cli/program.ts').and.include('lib/options.ts');
    expect(loaded.filter((one) => !/\.ts$|^node:/.test(one))).to.deep.equal(['commander']);
    expect(loaded.filter((one) => /^lib\/(store|chemistry)\//.test(one))).to.deep.equal([]);
  });

  it('loads what shows metrics only where they are asked for', () => {
    const loaded = loadedWith('pipelines/cli/import-command.ts');
    expect([...loaded])
      .to.include.members(['pipelines/pace.ts', 'knex'])
      .and.not.include('prom-client');
  });

  it('has one barrel: the public face', () => {
    const barrels = sources
      .filter((file) => /^(lib|transforms|sinks|pipelines)\//.test(file.path) && /(^|\/)index\.ts$/.test(file.path))
      .map((file) => relative('', file.path));
    expect(barrels).to.deep.equal(['pipelines/index.ts']);
  });

  it('asks for no types that come with the development packages', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const seen = new Set<string>();
    const packages = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      const text = readFileSync(join(root, 'dist', path), 'utf8');
      for (const [, from, lazy] of text.matchAll(/(?:from|import) '([^']+)'|import\(["']([^"']+)["']\)/g)) {
        const target = from ?? lazy ?? '';
        if (target.startsWith('.')) visit(normalize(join(dirname(path), target)).replace(/\.js$/, '.d.ts'));
        else if (!target.startsWith('node:')) packages.add(target);
      }
    };
    visit('pipelines/index.d.ts');
    expect([...packages]).to.include('knex');
    expect(
      [...packages].filter((name) => !(name in dependencies) || `@types/${name}` in devDependencies),
    ).to.deep.equal([]);
  });

  it('packs no map of sources, which it does not pack', () => {
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
    const packed = sources
      .map(({ path }) => join('dist', path.replace(/ts$/, 'js')))
      .filter((path) => files.some((folder) => path.startsWith(`${folder}/`)));
    expect(packed).to.include.members(['dist/pipelines/index.js', 'dist/lib/load-module.cjs']);
    const mapped = packed.filter((path) => /^\/\/# sourceMappingURL=/m.test(readFileSync(join(root, path), 'utf8')));
    expect(mapped).to.deep.equal([]);
  });

  it('has a lock file that anybody can install from', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { resolved?: string }>;
    };
    const elsewhere = Object.values(lock.packages)
      .map((entry) => entry.resolved)
      .filter((url) => url !== undefined && !url.startsWith('https://registry.npmjs.org/'));
    expect(elsewhere).to.deep.equal([]);
  });
});
