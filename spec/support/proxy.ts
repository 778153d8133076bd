/** A TCP proxy in front of a database, which cuts connections when it is told to. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What to do with bytes of the client: `answer`: pass them on, and cut when the server answers. */
export type Verdict = 'pass' | 'cut' | 'answer';

export interface Proxy {
  /** The given URL, by way of the proxy. */
  readonly url: string;
  /** Asked for whatever a client sends. */
  judge: (bytes: Buffer) => Verdict;
  /** Cuts all connections and accepts none until `open`. */
  shut(): Promise<void>;
  open(): Promise<void>;
}

export async function createProxy(to: string): Promise<Proxy> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;

  const accept = (client: Socket) => {
    const upstream = connect(Number(target.port), target.hostname);
    let isCutting = false;
    const cut = () => {
      client.resetAndDestroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // A cut connection gives errors on either side; they are what the proxy is for.
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (bytes: Buffer) => {
      const verdict = proxy.judge(bytes);
      if (verdict === 'cut') cut();
      else {
        isCutting = verdict === 'answer';
        upstream.write(bytes);
      }
    });
    upstream.on('data', (bytes: Buffer) => {
      if (isCutting) cut();
      else client.write(bytes);
    });
  };

  const proxy: Proxy = {
    url: '',
    judge: () => 'pass',
    async shut() {
      for (const socket of sockets) socket.destroy();
      if (server === undefined) return;
      const closed = once(server, 'close');
      server.close();
      server = undefined;
      await closed;
    },
    async open() {
      server = createServer(accept).listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
  await proxy.open();
  const address = (server as Server | undefined)?.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = new URL(to);
  url.port = String(port);
  return Object.assign(proxy, { url: url.href });
}
