// cawait/node-http: a C handler behind Node's own server, spoken to over real connections.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import test from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { listener } from '../../../dist/js/node-http.js';
import { quiet, start } from '../harness.mjs';

const source = new URL('http.c', import.meta.url);

/** @param {Parameters<typeof listener>[0]} [handler] */
async function serve(handler) {
  const { app, x, reports } = await start(source);
  const server = createServer(listener(handler ?? app.fetch));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const end = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    while (app.tasks().length > 0) await new Promise((resolve) => setImmediate(resolve));
    quiet(app);
  };
  return { app, x, reports, port, url: `http://127.0.0.1:${port}`, end };
}

/** What comes back for bytes on a connection. @param {number} port @param {string} text @returns {Promise<string>} */
const raw = (port, text) =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => void socket.write(text));
    socket.on('data', (bytes) => (answer += bytes));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

test('requests of every kind', async () => {
  const { url, end } = await serve();
  assert.equal(await (await fetch(`${url}/hello?name=node`)).text(), 'GET: hello node');
  const body = new Uint8Array(5 << 20).fill(7);
  const echo = await fetch(`${url}/echo`, { method: 'PUT', body, headers: { 'content-type': 'x/y' } });
  assert.equal(echo.status, 201);
  assert.deepEqual(echo.headers.getSetCookie(), ['a=1', 'b=2']);
  assert.deepEqual(new Uint8Array(await echo.arrayBuffer()), body);
  const head = await fetch(`${url}/hello`, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
  assert.equal((await fetch(`${url}/204`)).status, 204);
  assert.equal((await (await fetch(`${url}/stream?n=50`)).arrayBuffer()).byteLength, 50 * 65536);
  assert.match(await (await fetch(`${url}/upload`, { method: 'POST', body })).text(), /^5242880 bytes/);
  await end();
});

test('a path of two slashes is a path, and names no other host', async () => {
  const { port, end } = await serve((request) => new Response(`<${request.url}>`));
  for (const path of ['//other/hello', '//', '/a?b=//c'])
    assert.match(
      await raw(port, `GET ${path} HTTP/1.1\r\nhost: mine\r\nconnection: close\r\n\r\n`),
      new RegExp(`<http://mine${path.replace('?', '\\?')}>`),
    );
  await end();
});

test("the host's own server takes app.fetch as it is", async () => {
  const { app, end } = await serve();
  const { Deno, Bun } = /** @type {any} */ (globalThis);
  const asked = (/** @type {number} */ port) =>
    fetch(`http://127.0.0.1:${port}/stream?n=20`).then((r) => r.arrayBuffer());
  if (Deno) {
    const server = Deno.serve({ port: 0, hostname: '127.0.0.1', onListen() {} }, app.fetch);
    assert.equal((await asked(server.addr.port)).byteLength, 20 * 65536);
    await server.shutdown();
  } else if (Bun) {
    const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: app.fetch });
    assert.equal((await asked(server.port)).byteLength, 20 * 65536);
    await server.stop(true);
  } else
    assert.equal((await (await app.fetch(new Request('http://a/stream?n=20'))).arrayBuffer()).byteLength, 20 * 65536);
  await end();
});

test('failures are responses of 500, and the server goes on', async () => {
  const { url, reports, end } = await serve();
  for (const path of ['/fail', '/line-end', '/nothing']) {
    const response = await fetch(url + path);
    assert.equal(response.status, 500);
    assert.equal(response.headers.get('set-cookie'), null);
  }
  assert.equal(reports.length, 3);
  assert.equal((await fetch(`${url}/hello`)).status, 200);
  await end();
});

/** Turns of the host's until something is so. @param {() => Promise<boolean>} so */
async function until(so) {
  for (let n = 0; n < 10_000; n++) {
    if (await so()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail('it never was');
}

test('a client that goes before its response cancels the handler', async () => {
  const { app, url, x, end } = await serve();
  const gone = new AbortController();
  const slow = fetch(`${url}/slow`, { signal: gone.signal });
  slow.catch(() => {});
  await until(async () => app.tasks().length > 0);
  gone.abort();
  await until(async () => (await x.counted(0)) === 1);
  await end();
});

test('a client that stops reading breaks the writer', async () => {
  const { port, x, end } = await serve();
  const socket = connect(port, '127.0.0.1', () => void socket.write('GET /stream?n=10000 HTTP/1.1\r\nhost: a\r\n\r\n'));
  socket.once('data', () => socket.destroy());
  await until(async () => (await x.counted(1)) === 1);
  await end();
});

test('what is no request is answered without the handler', async () => {
  const { port, reports, end } = await serve();
  assert.match(await raw(port, 'GET / HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n'), /^HTTP\/1.1 400 /);
  for (const host of ['u:p@evil', 'a/b', 'a?b', 'a#b'])
    assert.match(await raw(port, `GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`), /^HTTP\/1.1 400 /);
  assert.match(await raw(port, 'nonsense\r\n\r\n'), /^HTTP\/1.1 400 /);
  assert.match(await raw(port, 'TRACE / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'), /^HTTP\/1.1 400 /);
  const whole = await raw(port, 'GET http://other/hello HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  assert.match(whole, /GET: hello nobody/);
  assert.deepEqual(reports, []);
  await end();
});

test('a handler that throws, and a body that breaks', async () => {
  const { url, end } = await serve((request) => {
    if (request.url.endsWith('/throws')) throw new Error('on purpose');
    let n = 0;
    return new Response(
      new ReadableStream({
        pull(controller) {
          if (n++) controller.error(new Error('broken'));
          else controller.enqueue(new Uint8Array(1000));
        },
      }),
    );
  });
  assert.equal((await fetch(`${url}/throws`)).status, 500);
  await assert.rejects(fetch(url).then((response) => response.arrayBuffer()));
  await end();
});

test('a body of another length than it says is broken off, and none of it is the next response', async (t) => {
  const told = t.mock.method(console, 'error', () => {});
  const { port, end } = await serve(({ url }) => {
    const body = new Response(url.endsWith('/long') ? '12345' : '12').body;
    return new Response(url.endsWith('/empty') ? null : body, { headers: { 'content-length': '3' } });
  });
  for (const [path, how] of [
    ['/long', 'longer'],
    ['/short', 'shorter'],
    ['/empty', 'shorter'],
  ]) {
    const answer = await raw(port, `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\nGET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
    assert.doesNotMatch(answer, /12345/);
    assert.ok((answer.match(/HTTP\/1.1/g)?.length ?? 0) < 2, answer);
    assert.match(String(told.mock.calls.at(-1)?.arguments[0]), new RegExp(`a body is ${how} than`));
  }
  await end();
});

test('what fetch has decoded is not said to be encoded', async (t) => {
  const text = 'hello '.repeat(100);
  const origin = createServer(({ url }, response) => {
    if (url === '/gzip') response.setHeader('content-encoding', 'gzip').end(gzipSync(text));
    else response.setHeader('content-encoding', 'deflate, gzip').end(gzipSync(deflateSync(text)));
  });
  await new Promise((resolve) => origin.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => origin.close());
  const { port: from } = /** @type {import('node:net').AddressInfo} */ (origin.address());
  const { url, end } = await serve(({ url }) => fetch(`http://127.0.0.1:${from}${new URL(url).pathname}`));
  // Others than Node leave several as they came.
  for (const path of ['Bun', 'Deno'].some((name) => name in globalThis) ? ['/gzip'] : ['/gzip', '/both']) {
    const response = await fetch(url + path);
    assert.equal(response.headers.get('content-encoding'), null);
    assert.equal(await response.text(), text);
  }
  origin.closeAllConnections();
  await end();
});
