import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { type Server, startServer } from '../../support/postgres.js';
import { closeAll, openTracked, rowsOf } from '../../support/stores.js';
import { killImports, startImport } from '../../support/workers.js';

describe('a PostgreSQL server that is killed under load', function () {
  this.timeout(180_000);
  let server: Server;
  before(async () => {
    server = await startServer();
  });
  after(async () => {
    killImports();
    await closeAll();
    await server.postgres.stop();
    await rm(server.folder, { recursive: true, force: true });
  });

  it('loses nothing, and the import goes on when it is back', async () => {
    await server.postgres.createDatabase('crash');
    const target = `postgres://postgres:secret@127.0.0.1:${server.port}/crash`;
    const records = 3_000;
    const worker = startImport(target, '/data/crash.sdf', records);
    await worker.hears('claimed');
    for (let kills = 0; kills < 2; kills += 1) {
      await worker.heard(worker.said.length + 5);
      await killServer(server);
      await restart(server);
    }
    await worker.hears('done');
    const store = await openTracked(target);
    const [run] = await rowsOf(store, 'runs', 'run_id');
    expect([run?.read, run?.inserted, run?.molecules_new].map(Number)).to.deep.equal([records, records, records]);
    const ordinals = (await rowsOf(store, 'records', 'ordinal')).map((row) => Number(row.ordinal));
    expect(ordinals).to.deep.equal(Array.from({ length: records }, (_, ordinal) => ordinal));
  });
});

async function killServer({ folder }: Server): Promise<void> {
  const [data = ''] = await readdir(folder);
  const pid = Number((await readFile(join(folder, data, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  process.kill(pid, 'SIGKILL');
}

/** Its orphaned processes need a moment to notice, and the new server refuses to start before. */
async function restart({ postgres }: Server): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await postgres.start();
      return;
    } catch (error) {
      if (tries === 50) throw error ?? new Error('the server did not start again');
      await delay(100);
    }
  }
}
