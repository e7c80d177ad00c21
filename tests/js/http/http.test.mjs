// app.fetch: a program with a CAW_HTTP_HANDLER is a handler as the web has it. Requests of every kind, responses, failures, clients that go.

import assert from 'node:assert/strict';
import test from 'node:test';
import { load, build, quiet, rejection, settled, start } from '../harness.mjs';

const source = new URL('http.c', import.meta.url);

/** @param {string} path @param {RequestInit} [init] */
const request = (path, init) => new Request(`http://localhost${path}`, init);

/** One whose body comes bit by bit, also where Request takes none such. @param {string} path @param {ReadableStream} body */
const streaming = (path, body) => Object.defineProperty(request(path, { method: 'POST' }), 'body', { value: body });

/** All tasks have ended that a response may have left. @param {import('../../../dist/js/node.js').App} app */
async function ended(app) {
  for (let n = 0; n < 100 && app.tasks().length > 0; n++) await settled();
  quiet(app);
}

test('a request and its response', async () => {
  const { app, reports } = await start(source);
  const response = await app.fetch(request('/hello?a&name=W%C3%B6rld+%41%4g&name=no#name=x'));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain;charset=UTF-8');
  assert.equal(await response.text(), 'GET: hello Wörld A%4g');
  assert.equal(await (await app.fetch(request('/hello', { method: 'DELETE' }))).text(), 'DELETE: hello nobody');
  assert.equal(await (await app.fetch(request('/hello?name', { method: 'DELETE' }))).text(), 'DELETE: hello ');
  assert.equal(await (await app.fetch(request('/hello?names=1&xname=2'))).text(), 'GET: hello nobody');
  assert.deepEqual(Object.keys(app.exports), ['counted']);
  assert.deepEqual(reports, []);
  quiet(app);
});

test('bytes, types and cookies', async () => {
  const { app } = await start(source);
  const body = Uint8Array.from({ length: 1000 }, (_, n) => n % 256);
  const response = await app.fetch(request('/echo', { method: 'POST', body, headers: { 'content-type': 'x/y' } }));
  assert.equal(response.status, 201);
  assert.equal(response.headers.get('content-type'), 'x/y');
  // A page may not set cookies so: there the header is left out of any response.
  const allowed = new Response(null, { headers: { 'set-cookie': 'c=3' } }).headers.getSetCookie().length > 0;
  assert.deepEqual(response.headers.getSetCookie(), allowed ? ['a=1', 'b=2'] : []);
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), body);
  const untyped = await app.fetch(request('/echo', { method: 'POST', body }));
  assert.equal(untyped.headers.get('content-type'), null);
  const text = await app.fetch(request('/text', { method: 'POST', body: 'grüße' }));
  assert.equal(text.headers.get('content-type'), 'text/x');
  assert.equal(await text.text(), 'grüße');
  quiet(app);
});

test('all headers of a request', async () => {
  const { app } = await start(source);
  const headers = new Headers([
    ['X-A', '1'],
    ['x-b', 'ü'],
    ['x-a', '2'],
  ]);
  assert.equal(await (await app.fetch(request('/headers', { headers }))).text(), 'x-a=1, 2;x-b=ü;');
  quiet(app);
});

test('an upload is read while it comes, and no faster than C reads', async () => {
  const { app } = await start(source);
  let made = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        if (made++ < 100) controller.enqueue(new Uint8Array(65536));
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const response = await app.fetch(streaming('/upload', body));
  assert.equal(await response.text(), `${100 * 65536} bytes in pieces`);
  assert.equal(await (await app.fetch(request('/upload'))).text(), '0 bytes in one piece');
  quiet(app);
});

test('a body of a host without streams of requests', async () => {
  const { app } = await start(source);
  const hidden = (/** @type {string} */ body) =>
    Object.defineProperty(request('/upload', { method: 'POST', body }), 'body', { value: undefined });
  assert.equal(await (await app.fetch(hidden('x'.repeat(1000)))).text(), '1000 bytes in one piece');
  assert.equal(await (await app.fetch(hidden(''))).text(), '0 bytes in one piece');
  quiet(app);
});

test('a body that breaks is an error of the handler, and the instance goes on', async () => {
  const { app, reports } = await start(source);
  const broken = new Error('the disk is gone');
  const body = new ReadableStream({
    pull(controller) {
      controller.error(broken);
    },
  });
  const response = await app.fetch(streaming('/upload', body));
  assert.equal(response.status, 500);
  assert.match(reports.join(), /the disk is gone/);
  assert.equal((await app.fetch(request('/hello'))).status, 200);
  quiet(app);
});

test('a body of C is made as it is read', async () => {
  const { app } = await start(source);
  const response = await app.fetch(request('/stream?n=64'));
  assert.equal(response.headers.get('content-type'), 'text/x');
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  let size = (await reader.read()).value?.length ?? 0;
  for (let n = 0; n < 20; n++) await settled();
  const { bytes } = app.stats();
  assert.ok(bytes < 512 * 1024, `${bytes} bytes wait`);
  for (let part; !(part = await reader.read()).done;) size += part.value.length;
  assert.equal(size, 64 * 65536);
  await ended(app);
});

test('a client that stops reading is an OSError of the writer', async () => {
  const { app, x } = await start(source);
  const response = await app.fetch(request('/stream?n=64'));
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  await reader.read();
  await reader.cancel();
  await ended(app);
  assert.equal(await x.counted(1), 1);
});

test('a client that goes before there is a response cancels the handler', async () => {
  const { app, x, reports } = await start(source);
  const gone = new AbortController();
  const answer = app.fetch(request('/slow', { signal: gone.signal }));
  await settled();
  gone.abort();
  assert.equal((await rejection(answer)).name, 'AbortError');
  assert.equal(await x.counted(0), 1);
  assert.deepEqual(reports, []);
  quiet(app);
});

for (const [path, why] of /** @type {const} */ ([
  ['/fail', /ValueError: on purpose/],
  ['/nothing', /TypeError: the handler returned NULL/],
  ['/line-end', /ValueError: the header 'x' has line ends/],
  ['/bad-name', /ValueError: 'x y' is no name of a header/],
  ['/no-value', /ValueError: the header 'x' has no value/],
  ['/bad-type', /ValueError: a content-type has no line ends/],
  ['/204-body', /ValueError: a response of status 204 has no body/],
  ['/204-stream', /ValueError: a response of status 204 has no body/],
  ['/1000', /ValueError: a response has a status from 200 to 599/],
  ['/twice', /locked|disturbed|used|consumed/i],
]))
  test(`${path}: a response of 500 and a report`, async () => {
    const { app, reports } = await start(source);
    const response = await app.fetch(request(path, path === '/twice' ? { method: 'POST', body: 'x' } : {}));
    assert.equal(response.status, 500);
    assert.equal(await response.text(), 'Internal Server Error\n');
    assert.equal(reports.length, 1);
    assert.match(reports.join(), why);
    assert.equal((await app.fetch(request('/204'))).status, 204);
    quiet(app);
  });

test('a trap is a response of 500 for all that wait, and for all that come', async () => {
  const { app, reports } = await start(source);
  const waiting = app.fetch(request('/slow'));
  assert.equal((await app.fetch(request('/trap'))).status, 500);
  assert.equal((await waiting).status, 500);
  assert.equal((await app.fetch(request('/hello'))).status, 500);
  assert.match(reports.join(), /the module trapped/);
});

test('what breaks with the instance breaks the body, too', async () => {
  const { app } = await start(source);
  const response = await app.fetch(request('/stream?n=64'));
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  await reader.read();
  app[Symbol.dispose]();
  const error = await rejection(
    (async () => {
      while (!(await reader.read()).done);
    })(),
  );
  assert.match(String(error), /disposed|gave the stream up/);
});

test('env and context reach C', async () => {
  const { app } = await start(source);
  assert.equal(await (await app.fetch(request('/env'), { name: 'prod' }, {})).text(), 'prod');
  assert.equal(await (await app.fetch(request('/env'))).text(), 'no env');
  quiet(app);
});

test('what is no request is refused; a program without a handler has no fetch', async () => {
  const { app } = await start(source);
  for (const wrong of [undefined, 'http://localhost/hello', {}, new Response()])
    assert.match(
      String(await rejection(app.fetch(/** @type {any} */ (wrong)))),
      /TypeError: app.fetch: expected a Request/,
    );
  quiet(app);
  const other = await load(await build(new URL('../plain/plain.c', import.meta.url)));
  assert.equal(other.fetch, undefined);
});

test('several at once', async () => {
  const { app } = await start(source);
  const all = Array.from({ length: 100 }, (_, n) => app.fetch(request(`/hello?name=${n}`)));
  const texts = await Promise.all((await Promise.all(all)).map((response) => response.text()));
  assert.deepEqual(
    texts,
    texts.map((_, n) => `GET: hello ${n}`),
  );
  quiet(app);
});
