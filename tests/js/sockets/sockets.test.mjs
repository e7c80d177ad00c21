// Sockets of C on the network of Node, Deno and Bun: servers and clients of C's, with each other and with the host's own; what fails.

import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import test from 'node:test';
import { load as loadInPage } from '../../../dist/js/index.js';
import { compiled, quiet, rejection, settled, start, watched } from '../harness.mjs';

const source = new URL('sockets.c', import.meta.url);

/** A server of the host's. @param {(socket: import('node:net').Socket) => void} serve */
async function hosts(serve) {
  /** @type {import('node:net').Socket[]} */
  const sockets = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  return { port, close };
}

test('a server and its clients, half-closed', async () => {
  const { app, x, reports } = await start(source);
  const port = await x.serve('127.0.0.1', 0);
  assert.ok(port > 0);
  assert.deepEqual(
    await Promise.all([1, 1000, 65536, 300_001].map((n) => x.converse('127.0.0.1', port, n))),
    [1, 1000, 65536, 300_001],
  );
  const [peer, own] = (await x.names('127.0.0.1', port)).split(' ');
  assert.equal(peer, `127.0.0.1:${port}`);
  assert.match(own, /^127\.0\.0\.1:\d+$/);
  await x.stop();
  assert.deepEqual(reports, []);
  quiet(app);
});

test('a peer that is silent is no deadlock', async () => {
  const silent = await hosts(() => {});
  const { app, x, reports, pass } = await watched(source);
  const conversing = rejection(x.converse('127.0.0.1', silent.port, 10));
  await pass(3);
  assert.deepEqual(reports, []);
  app[Symbol.dispose]();
  assert.equal((await conversing).name, 'AbortError');
  await silent.close();
});

test('IPv6, and names', async () => {
  const { app, x } = await start(source);
  const port = await x.serve('::1', 0);
  assert.equal(await x.converse('::1', port, 100), 100);
  assert.match(await x.names('::1', port), /^\[::1\]:\d+ \[::1\]:\d+$/);
  await x.stop();
  const named = await x.serve('localhost', 0);
  assert.equal(await x.converse('localhost', named, 100), 100);
  await x.stop();
  assert.match(await x.resolve('localhost'), /^(127\.0\.0\.1|\[::1\]):7$/);
  assert.equal(await x.resolve('10.1.2.3'), '10.1.2.3:7');
  const lost = await rejection(x.resolve('no-such-name.invalid'));
  assert.match(String(lost), /^OSError: .*the name does not resolve/);
  quiet(app);
});

test('many at once', async () => {
  const { app, x } = await start(source);
  const port = await x.serve('127.0.0.1', 0);
  const all = await Promise.all(Array.from({ length: 100 }, (_, n) => x.converse('127.0.0.1', port, 10_000 + n)));
  assert.deepEqual(
    all,
    all.map((_, n) => 10_000 + n),
  );
  await x.stop();
  quiet(app);
});

test("the host's own clients", async () => {
  const { app, x } = await start(source);
  const port = await x.serve('127.0.0.1', 0);
  const text = await new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.end('from outside'));
    socket.on('data', (bytes) => (text += bytes));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
  });
  assert.equal(text, 'from outside');
  await x.stop();
  quiet(app);
});

test("the host's own servers: one that resets, one that never reads", async () => {
  const { app, x } = await start(source);
  const resets = await hosts((socket) => socket.once('data', () => socket.resetAndDestroy()));
  const error = await rejection(x.converse('127.0.0.1', resets.port, 3_000_000));
  assert.match(String(error), /^OSError: .*(reset|broken pipe|lost)/);
  await resets.close();
  const silent = await hosts((socket) => socket.pause());
  const pieces = await x.flood('127.0.0.1', silent.port);
  assert.ok(pieces < 200, `${pieces} pieces of 64 KiB were taken`);
  await silent.close();
  quiet(app);
});

test('refused, in use, no address of this machine', async () => {
  const { app, x } = await start(source);
  const free = await hosts(() => {});
  await free.close();
  const refused = await rejection(x.converse('127.0.0.1', free.port, 1));
  assert.match(String(refused), /^OSError: .*127\.0\.0\.1:\d+.*connection refused/);
  assert.equal(refused.errno, 14);
  const used = await hosts(() => {});
  const taken = await rejection(x.serve('127.0.0.1', used.port));
  assert.match(
    String(taken),
    /^OSError: error while attempting to bind on address 127\.0\.0\.1:\d+: address already in use/,
  );
  await used.close();
  // Deno says EINVAL where the system says EADDRNOTAVAIL.
  assert.match(
    String(await rejection(x.serve('192.0.2.1', 0))),
    /^OSError: (could not bind on any address out of|error while attempting to bind on address) 192\.0\.2\.1/,
  );
  assert.match(String(await rejection(x.converse('127.0.0.1', 70000, 1))), /^ValueError: the port must be 0 to 65535/);
  quiet(app);
});

test('a call that is cancelled leaves no socket', async () => {
  const { app, x } = await start(source);
  let open = 0;
  /** @type {(() => void)[]} */
  const waiting = [];
  const server = await hosts((socket) => {
    open++;
    socket.resume();
    socket.on('close', () => {
      open--;
      waiting.shift()?.();
    });
    socket.on('end', () => socket.end());
  });
  const abort = new AbortController();
  const call = x.stall('127.0.0.1', server.port, { signal: abort.signal });
  for (let n = 0; n < 10_000 && !open; n++) await settled();
  assert.equal(open, 1);
  const closed = new Promise((resolve) => void waiting.push(() => resolve(undefined)));
  abort.abort();
  assert.equal((await rejection(call)).name, 'AbortError');
  await closed;
  const early = new AbortController();
  const connecting = x.stall('127.0.0.1', server.port, { signal: early.signal });
  early.abort();
  assert.equal((await rejection(connecting)).name, 'AbortError');
  await server.close();
  for (let n = 0; n < 10; n++) await settled();
  quiet(app);
});

test('disposal closes what is open', async () => {
  const { app, x } = await start(source);
  const port = await x.serve('127.0.0.1', 0);
  const call = rejection(x.stall('127.0.0.1', port));
  for (let n = 0; n < 20; n++) await settled();
  app[Symbol.dispose]();
  assert.equal((await call).name, 'AbortError');
  const gone = connect(port, '127.0.0.1');
  await new Promise((resolve) => gone.once('error', resolve));
});

test('datagrams', async () => {
  const { app, x } = await start(source);
  assert.equal(await x.datagrams('127.0.0.1', 'hello'), 'hello 1');
  assert.equal(await x.datagrams('::1', 'hello'), 'hello 1');
  assert.match(String(await rejection(x.to_no_port())), /^OSError: .*invalid argument/);
  quiet(app);
});

test('a page has none, and says so', async () => {
  const app = await loadInPage(await compiled(source));
  const x = /** @type {any} */ (app.exports);
  for (const call of [x.serve('127.0.0.1', 0), x.converse('127.0.0.1', 1, 1), x.converse('name', 1, 1)])
    assert.match(String(await rejection(call)), /^OSError: a page has no sockets: use caw_fetch or a WebSocket/);
  quiet(app);
});
