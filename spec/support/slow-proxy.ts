/** A TCP proxy in front of a database that adds latency: bytes pass in order, each after half of it on either way. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SlowProxy {
  /** The given URL, by way of the proxy. */
  readonly url: string;
  close(): Promise<void>;
}

/** `roundTripMs`: added to each question and its answer. */
export async function createSlowProxy(to: string, roundTripMs: number): Promise<SlowProxy> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port: Number(target.port), host: target.hostname, allowHalfOpen: true });
    pass(client, upstream);
    pass(upstream, client);
  });

  function pass(from: Socket, into: Socket): void {
    sockets.add(from);
    from.setNoDelay(true);
    from.on('data', (bytes) => setTimeout(() => into.writable && into.write(bytes), roundTripMs / 2));
    from.on('error', (error) => into.destroy(error));
    from.on('end', () => setTimeout(() => into.end(), roundTripMs / 2));
    from.on('close', () => sockets.delete(from));
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(to);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
