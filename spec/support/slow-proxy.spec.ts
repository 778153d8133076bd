import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { createSlowProxy } from './slow-proxy.js';

describe('the slow proxy', () => {
  it('passes all bytes both ways, in order, and later', async () => {
    const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = await createSlowProxy(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`, 30);
    const client = connect(Number(new URL(proxy.url).port), '127.0.0.1');
    const begun = performance.now();
    for (let index = 0; index < 100; index += 1) client.write(`${index} `);
    client.end();
    expect(await text(client)).to.equal(Array.from({ length: 100 }, (_, index) => `${index} `).join(''));
    expect(performance.now() - begun).to.be.at.least(29);
    await proxy.close();
    server.close();
    await once(server, 'close');
  });
});
