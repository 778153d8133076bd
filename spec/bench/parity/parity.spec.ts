import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { agree } from './compare.js';
import { type Structure, structures } from './structures.js';

const script = fileURLToPath(new URL('../parity.js', import.meta.url));
const fixture = fileURLToPath(new URL('../../../../spec/fixtures/descriptors/features.sdf', import.meta.url));

function parity(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

describe('npm run parity', function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'molstream-parity-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function file(name: string, content: string | Buffer): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }

  async function read(path: string): Promise<Structure[]> {
    const all: Structure[] = [];
    for await (const structure of structures(path)) all.push(structure);
    return all;
  }

  it('asks for files', async () => {
    const { code, stderr } = await parity();
    expect(code).to.equal(2);
    expect(stderr).to.match(/FILE/);
  });

  it('compares SDF, SMILES and gzip, and says what it could not read', async () => {
    const lines = await file('a.smi.gz', gzipSync('CCO ethanol\nc1ccccc1 benzene\nC1CC nothing\n'));
    const { code, stdout } = await parity(fixture, lines, join(folder, 'absent.sdf'), '--json');
    const result = JSON.parse(stdout) as Record<string, unknown>;
    expect(result).to.include({ compared: 39, differences: 0, fallback: 0, capped: 0, unreadable: 1, broken: 0 });
    expect(result.unread).to.have.length(1);
    expect(code).to.equal(0);
  });

  it('takes all SMILES of a table, each once a row', async () => {
    const table = 'id,smiles,parent,name\n1,CCOC(=O)c1ccccc1,OC(=O)c1ccccc1,benzoate\n2,CCCCCCCCCCO,CCCCCCCCCCO,CCC\n';
    const found = await read(await file('b.csv', table));
    expect(found.map(({ record, structure }) => [record, structure])).to.deep.equal([
      [0, 'CCOC(=O)c1ccccc1'],
      [0, 'OC(=O)c1ccccc1'],
      [1, 'CCCCCCCCCCO'],
    ]);
  });

  it('calls values equal within 1e-6, absolute or relative', () => {
    expect(agree(0, 9e-7)).to.equal(true);
    expect(agree(0, 2e-6)).to.equal(false);
    expect(agree(1000, 1000.0009)).to.equal(true);
    expect(agree(1000, 1000.002)).to.equal(false);
    expect(agree(7, 8)).to.equal(false);
    expect(agree(Number.NaN, Number.NaN)).to.equal(true);
    expect(agree(Number.NaN, 1)).to.equal(false);
  });
});
