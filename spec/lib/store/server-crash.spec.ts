import { expect } from 'chai';
import { killServer } from '../../support/kill-server.js';
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
    await server.stop();
  });

  it('loses nothing, and the import goes on when it is back', async () => {
    const target = await server.freshDatabase();
    const records = 3_000;
    const worker = startImport(target, '/data/crash.sdf', records);
    await worker.hears('claimed');
    for (let kills = 0; kills < 2; kills += 1) {
      await worker.heard(worker.said.length + 5);
      killServer(server.folder);
      await server.restart();
    }
    await worker.hears('done');
    const store = await openTracked(target);
    const [run] = await rowsOf(store, 'runs', 'run_id');
    expect([run?.read, run?.inserted, run?.molecules_new].map(Number)).to.deep.equal([records, records, records]);
    const ordinals = (await rowsOf(store, 'records', 'ordinal')).map((row) => Number(row.ordinal));
    expect(ordinals).to.deep.equal(Array.from({ length: records }, (_, ordinal) => ordinal));
  });
});
