// Requests whose body C writes while they go: back-pressure, whoever takes no more, redirects, what breaks off.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { quiet, rejection, settled, start } from '../harness.mjs';

const { app, x } = await start(new URL('upload.c', import.meta.url));

/** Told when a request is there, and when it has broken off. */
const told = { asked: () => {}, broken: () => {} };

const server = createServer(async (request, response) => {
  const [path, to] = (request.url ?? '').split('?');
  request.on('error', () => {});
  told.asked();
  if (path === '/count') {
    let size = 0;
    try {
      for await (const part of request) size += part.length;
    } catch {
      return told.broken();
    }
    const { method, headers } = request;
    response.end(
      `${method} ${size} ${headers['x-custom']} ${headers['transfer-encoding'] ?? headers['content-length']}`,
    );
  } else if (path === '/early') response.writeHead(403).end('no more, please');
  else if (path === '/redirect') {
    request.resume().on('end', () => response.writeHead(Number(to), { location: '/count' }).end());
  } else if (path === '/never') request.pause();
  else if (path === '/drop') request.once('data', () => request.destroy());
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
const base = `http://127.0.0.1:${/** @type {any} */ (server.address()).port}`;
after(() => {
  server.close();
  server.closeAllConnections();
});

/** Sockets of the host may still be closing; what is ours is not. @param {() => unknown} clear */
async function until(clear) {
  while (!clear()) await settled();
}

test('as much as one likes, in chunks', async () => {
  assert.match(await x.upload(`${base}/count`, '', 0), /^POST 0 yes /);
  assert.equal(await x.upload(`${base}/count`, '', 3), 'POST 3000 yes chunked');
  assert.equal(await x.upload(`${base}/count`, 'PUT', 2000), 'PUT 2000000 yes chunked');
  quiet(app);
});

test('a server that answers before it has all', async () => {
  assert.equal(await x.endless(`${base}/early`), 'no more, please');
  assert.ok(x.was_told());
  quiet(app);
});

test('a server that goes, none at all, no address', async () => {
  for (const url of [`${base}/drop`, 'http://127.0.0.1:9/', 'nope://x', 'http://']) {
    assert.ok((await rejection(x.endless(url))) instanceof Error, url);
    assert.ok(x.was_told(), url);
  }
  quiet(app);
});

test('a server that never reads', async () => {
  const bytes = await x.flood(`${base}/never`);
  assert.ok(bytes > 60_000 && bytes < 20_000_000, `${bytes} bytes were taken`);
  await until(() => app.stats().handles === 0);
  quiet(app);
});

test('it cannot be sent again', async () => {
  for (const status of [301, 307, 308])
    assert.ok((await rejection(x.upload(`${base}/redirect?${status}`, '', 1))) instanceof Error);
  assert.match(await x.upload(`${base}/redirect?303`, '', 1), /^GET 0 /);
  quiet(app);
});

test('a call that is cancelled', async () => {
  const controller = new AbortController();
  told.asked = () => controller.abort();
  const error = await rejection(x.endless(`${base}/count`, { signal: controller.signal }));
  told.asked = () => {};
  assert.equal(error.name, 'AbortError');
  await until(() => app.stats().handles === 0);
  quiet(app);
});

test('a body that breaks off', async () => {
  const broken = new Promise((resolve) => (told.broken = () => resolve(undefined)));
  const error = await rejection(x.breaks_off(`${base}/count`));
  assert.ok(error instanceof Error);
  await broken;
  quiet(app);
});

test('nothing else may be the body; GET has none', async () => {
  const both = await rejection(x.both(`${base}/count`));
  assert.match(String(both), /TypeError: caw_fetch_stream: the body is what is written/);
  assert.ok((await rejection(x.upload(`${base}/count`, 'GET', 0))) instanceof TypeError);
  quiet(app);
});

test('a host whose fetch makes text of a stream', async (t) => {
  const { Request } = globalThis;
  t.after(() => (globalThis.Request = Request));
  globalThis.Request = /** @type {any} */ (
    class {
      headers = new Headers({ 'content-type': 'text/plain;charset=UTF-8' });
    }
  );
  const error = await rejection(x.upload(`${base}/count`, '', 0));
  assert.match(String(error), /^TypeError: caw_fetch_stream: this browser's fetch sends no streams/);
  quiet(app);
});
