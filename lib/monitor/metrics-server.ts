/**
 * Shows metrics over HTTP, for Prometheus to fetch.
 *
 * Owns: the listening socket; `close` ends it and the connections that are still open. It keeps no process alive.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { messageOf, OptionError } from '../errors.js';

export interface MetricsServer {
  readonly port: number;
  /** Answers with these metrics from now on; with 503 before. */
  show(registry: Registry): void;
  close(): Promise<void>;
}

/**
 * Answers `GET /metrics`. `port` 0: any that is free. `host`: by default only this machine is answered.
 *
 * Rejects with `UsageError` BAD_OPTION when the port cannot be had.
 */
export function serveMetrics(port: number, host = '127.0.0.1'): Promise<MetricsServer> {
  let shown: Registry | null = null;
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url?.split('?', 1)[0] !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Metrics are at /metrics\n');
      return;
    }
    if (shown === null) {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('The import has not begun\n');
      return;
    }
    const { contentType } = shown;
    shown.metrics().then(
      (text) => response.writeHead(200, { 'content-type': contentType }).end(text),
      (error: unknown) => response.writeHead(500, { 'content-type': 'text/plain' }).end(`${messageOf(error)}\n`),
    );
  });
  server.unref();
  return new Promise((resolve, reject) => {
    // Later ones, of a connection that could not be taken, change nothing.
    server.on('error', (cause) => {
      reject(new OptionError('metricsPort', `${port} cannot be had: ${messageOf(cause)}`, { cause }));
    });
    server.listen(port, host, () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        show: (registry) => {
          shown = registry;
        },
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}
