/**
 * Loaded into a command by `node --import`: kills the process for good (SIGKILL, by itself) at the moment that
 * MOLSTREAM_KILL_AT plans, or the PostgreSQL server whose data lie in MOLSTREAM_KILL_SERVER. The drivers' own methods do
 * what they always do; they are only watched.
 */
import { isMainThread } from 'node:worker_threads';
import Database from 'better-sqlite3';
import pg from 'pg';
import { ConnectionWatch, MomentCounter, parsePlan } from './kill-moments.js';
import { killServer } from './kill-server.js';

const plan = process.env.MOLSTREAM_KILL_AT;
if (plan !== undefined && isMainThread) {
  const folder = process.env.MOLSTREAM_KILL_SERVER;
  const kill = folder === undefined ? () => process.kill(process.pid, 'SIGKILL') : () => killServer(folder);
  const counter = new MomentCounter(parsePlan(plan), kill);
  watchSqlite(counter);
  watchPostgres(counter);
}

type Method = (...args: unknown[]) => unknown;

/** The driver is synchronous: when a statement returns, its answer is there. */
function watchSqlite(counter: MomentCounter): void {
  const watch = new ConnectionWatch(counter);
  const probe = new Database(':memory:');
  const statement = Object.getPrototypeOf(probe.prepare('SELECT 1')) as Record<string, Method>;
  probe.close();
  for (const name of ['run', 'all', 'get']) {
    const original = statement[name]!;
    statement[name] = function watched(this: { source: string }, ...args: unknown[]) {
      const sql = this.source;
      watch.sending(sql);
      if (/^INSERT INTO \S*(molecules|records|rejections)"? /.test(sql)) watch.copying();
      const answer = original.apply(this, args);
      if (watch.sent(sql)) watch.answered();
      return answer;
    };
  }
}

interface Query {
  text: string;
  handleCopyInResponse?: Method;
}

function watchPostgres(counter: MomentCounter): void {
  const watches = new WeakMap<object, ConnectionWatch>();
  const client = pg.Client.prototype as unknown as { query: Method };
  const original = client.query;
  client.query = function watched(this: object, ...args: unknown[]) {
    const [query, ...rest] = args as [Query | string, ...unknown[]];
    const watch = watches.get(this) ?? new ConnectionWatch(counter);
    watches.set(this, watch);
    const sql = typeof query === 'string' ? query : query.text;
    watch.sending(sql);
    if (typeof query !== 'string' && query.handleCopyInResponse !== undefined) {
      const begin = query.handleCopyInResponse;
      query.handleCopyInResponse = function started(this: Query, ...given: unknown[]) {
        const result = begin.apply(this, given);
        watch.copying();
        return result;
      };
    }
    let isChunk = false;
    const callback = rest.at(-1);
    if (typeof callback === 'function') {
      rest[rest.length - 1] = (...answer: unknown[]) => {
        if (isChunk) watch.answered();
        return (callback as Method)(...answer);
      };
    }
    const result = original.call(this, query, ...rest);
    isChunk = watch.sent(sql);
    return result;
  };
}
